/** @file Sharing, wired to the settings, to the hidden parts, and to the run whose curve the link should repeat. */
import { useState } from 'react';
import { ShareDialog } from '../../ui/share/ShareDialog.tsx';
import { rolloutWords } from '../../ui/rollouts/words.ts';
import { shasOf } from '../../tasks/fileId.ts';
import { problemWords } from '../../ui/problems/words.ts';
import { linkTextOf } from '../ownLink.ts';
import { hideable } from '../layoutLink.ts';
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

export function ShareArea({ session, onClose }: { readonly session: Session; readonly onClose: () => void }) {
  const settings = useStore(session.settings, all);
  const { rolloutFile, task } = settings.config;
  const [dataFile] = linkTextOf(task) === null ? shasOf(task) : [];
  const changed = isOther(useStore(session.run, runOf), settings);
  const [hidden, setHidden] = useState(layout.getState().hidden);
  const [wasm, setWasm] = useState(() => new URLSearchParams(window.location.search).get('backend') === 'wasm');
  const address = (embed: boolean) => sharedAddress(window.location, settings, { hidden, embed, wasm });
  const onHide = (id: string, hide: boolean) =>
    setHidden(new Set([...hidden].filter((other) => other !== id).concat(hide ? [id] : [])));
  return (
    <ShareDialog
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
