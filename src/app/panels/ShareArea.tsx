/** @file Sharing, wired to the settings, to the hidden parts, and to the run whose curve the link should repeat. */
import { useState } from 'react';
import { ShareDialog } from '../../ui/share/ShareDialog.tsx';
import { rolloutWords } from '../../ui/rollouts/words.ts';
import { shasOf } from '../../tasks/fileId.ts';
import type { Task } from '../../tasks/task.ts';
import { problemWords } from '../../ui/problems/words.ts';
import { linkTextOf } from '../ownLink.ts';
import { chartsOf } from '../chartSpecs.ts';
import { hideable } from '../layoutLink.ts';
import { layoutOf, levelOf, previewOf } from '../shareLevels.ts';
import { frameOf, sharedAddress } from '../shareLink.ts';
import type { RunState } from '../stores/runStore.ts';
import type { Session } from '../stores/session.ts';
import { sameConfig } from '../stores/configChanges.ts';
import type { SettingsState } from '../stores/settingsState.ts';
import { layout } from '../stores/viewStore.ts';
import { useStore } from '../useSampled.ts';

const all = (state: SettingsState) => state;
const runOf = (state: RunState) => state;

/** Whether a new run with these settings would give another curve than the one shown. */
const isOther = ({ config, initial, adjusted, step }: RunState, settings: SettingsState): boolean =>
  step > 0 &&
  (adjusted || [config, settings.config].some((one) => one !== null && initial !== null && !sameConfig(one, initial)));

export interface ShareAreaProps {
  readonly session: Session;
  readonly tasks: readonly Task[];
  readonly onClose: () => void;
}

export function ShareArea({ session, tasks, onClose }: ShareAreaProps) {
  const settings = useStore(session.settings, all);
  const { rolloutFile, task } = settings.config;
  const [dataFile] = linkTextOf(task) === null ? shasOf(task) : [];
  const changed = isOther(useStore(session.run, runOf), settings);
  const [shown, setShown] = useState(() => layout.getState());
  const { hidden, present } = shown;
  const hasObjective = settings.config.objectiveText !== '' || settings.draft?.fromLink === true;
  const { main, more } = chartsOf(
    tasks.find(({ id }) => id === task),
    Object.keys(settings.config.ownTerms),
    settings.config,
  );
  const charts = [...main, ...more];
  const [wasm, setWasm] = useState(() => new URLSearchParams(window.location.search).get('backend') === 'wasm');
  const address = (embed: boolean) =>
    sharedAddress(window.location, settings, { hidden, embed, present: embed ? null : present, wasm });
  const onHide = (id: string, hide: boolean) =>
    setShown({ ...shown, hidden: new Set([...hidden].filter((other) => other !== id).concat(hide ? [id] : [])) });
  return (
    <ShareDialog
      level={levelOf(shown, hasObjective)}
      preview={previewOf(shown, charts.find(({ id }) => id === present)?.title ?? charts[0]?.title ?? '')}
      charts={charts}
      chart={present}
      onLevel={(level) => setShown({ ...shown, ...layoutOf(level, hasObjective) })}
      onChart={(chart) => setShown({ ...shown, present: chart })}
      hideable={hideable}
      hidden={hidden}
      wasm={wasm}
      changed={changed}
      missing={
        rolloutFile !== ''
          ? rolloutWords.shared(rolloutFile)
          : dataFile === undefined
            ? null
            : problemWords.shared(dataFile)
      }
      link={address(false)}
      frame={frameOf(address(true))}
      onHide={onHide}
      onWasm={setWasm}
      onClose={onClose}
    />
  );
}
