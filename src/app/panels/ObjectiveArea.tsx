/** @file The custom objective, wired to the settings: checked while it is written, used on a click. */
import { useMemo } from 'react';
import { startingText } from '../../rl/formula/paper.ts';
import { algorithmById } from '../../rl/papers/index.ts';
import { ObjectivePanel } from '../../ui/settings/ObjectivePanel.tsx';
import { objectiveWords, problemsOf, takeDraft } from '../objective.ts';
import type { Session } from '../stores/session.ts';
import type { SettingsState } from '../stores/settingsState.ts';
import { useStore } from '../useSampled.ts';

const all = (state: SettingsState) => state;

/** `waiting`: the run has steps with another objective. */
export function ObjectiveArea({ session, waiting }: { readonly session: Session; readonly waiting: boolean }) {
  const { settings } = session;
  const { config, draft } = useStore(settings, all);
  const algorithm = algorithmById(config.algorithm);
  const used = config.objectiveText;
  const shown = draft?.text ?? (used === '' ? null : used);
  const words = useMemo(() => objectiveWords(algorithm), [algorithm]);
  const problems = useMemo(() => problemsOf(shown, algorithm), [shown, algorithm]);
  return (
    <ObjectivePanel
      algorithm={algorithm.title}
      used={used}
      waiting={waiting}
      draft={shown}
      fromLink={draft?.fromLink ?? false}
      problems={problems}
      words={words}
      onOpen={() => settings.draftObjective(startingText(algorithm))}
      onEdit={settings.draftObjective}
      onUse={() => takeDraft(settings)}
      onDrop={() => settings.useObjective('')}
    />
  );
}
