/** @file The custom objective, wired to the settings: checked while it is written, used on a click. */
import { useMemo } from 'react';
import { formulaContext, readFormula } from '../../rl/formula/formulaAlgorithm.ts';
import { startingText } from '../../rl/formula/paper.ts';
import { FormulaError, type FormulaProblem } from '../../rl/formula/problem.ts';
import { formulaWords } from '../../rl/formula/words.ts';
import type { Algorithm } from '../../rl/objectives/algorithm.ts';
import type { Setting } from '../../rl/words/setting.ts';
import { algorithmById } from '../../rl/papers/index.ts';
import { knobNames, knobs } from '../../rl/config/knobs.ts';
import { ObjectivePanel } from '../../ui/settings/ObjectivePanel.tsx';
import type { Session } from '../stores/session.ts';
import type { SettingsState } from '../stores/settingsState.ts';
import { useStore } from '../useSampled.ts';

const all = (state: SettingsState) => state;

function problemsOf(objective: string | null, algorithm: Algorithm): readonly FormulaProblem[] {
  try {
    if (objective !== null) readFormula(objective, algorithm);
    return [];
  } catch (cause) {
    if (cause instanceof FormulaError) return cause.problems;
    throw cause;
  }
}

/** Settings that a text declares and that have no knob; empty if the text is invalid. */
function ownSettings(objective: string, algorithm: Algorithm): readonly Setting[] {
  if (objective === '' || problemsOf(objective, algorithm).length > 0) return [];
  return readFormula(objective, algorithm).settings.filter(
    ({ id }) => !knobNames.some((name) => knobs[name].id === id),
  );
}

/** The given numbers that the settings of the text accept. */
function fitting(numbers: Readonly<Record<string, number>>, settings: readonly Setting[]): Record<string, number> {
  const entries = Object.entries(numbers).filter(([id, value]) =>
    settings.some((setting) => setting.id === id && value >= setting.min && value <= setting.max),
  );
  return Object.fromEntries(entries);
}

export function ObjectiveArea({ session }: { readonly session: Session }) {
  const { settings } = session;
  const { config, draft } = useStore(settings, all);
  const algorithm = algorithmById(config.algorithm);
  const used = config.objectiveText;
  const shown = draft?.text ?? (used === '' ? null : used);
  const words = useMemo(() => formulaWords(formulaContext(algorithm)), [algorithm]);
  const problems = useMemo(() => problemsOf(shown, algorithm), [shown, algorithm]);
  return (
    <ObjectivePanel
      algorithm={algorithm.title}
      used={used}
      draft={shown}
      fromLink={draft?.fromLink ?? false}
      problems={problems}
      words={words}
      onOpen={() => settings.draftObjective(startingText(algorithm))}
      onEdit={settings.draftObjective}
      onUse={() =>
        settings.useObjective(
          shown ?? '',
          fitting(draft?.numbers ?? config.settings, ownSettings(shown ?? '', algorithm)),
        )
      }
      onDrop={() => settings.useObjective('')}
    />
  );
}
