/** @file A text of an objective before it is used: its problems, and the numbers that it declares. */
import { formulaContext, readFormula } from '../rl/formula/formulaAlgorithm.ts';
import { FormulaError, type FormulaProblem } from '../rl/formula/problem.ts';
import { formulaWords } from '../rl/formula/words.ts';
import type { Algorithm } from '../rl/objectives/algorithm.ts';
import { algorithmById } from '../rl/papers/index.ts';
import { knobNames, knobs } from '../rl/config/knobs.ts';
import type { Setting } from '../rl/words/setting.ts';
import type { SettingsStore } from './stores/settingsStore.ts';

/** Names, functions and settings that a text may use in place of the algorithm's own. */
export const objectiveWords = (algorithm: Algorithm) => formulaWords(formulaContext(algorithm));

/** Problems of the text, none for null. */
export function problemsOf(objective: string | null, algorithm: Algorithm): readonly FormulaProblem[] {
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

/** Puts the draft into the settings, with those of its numbers that its settings accept. */
export function takeDraft(settings: SettingsStore): void {
  const { config, draft } = settings.getState();
  const objective = draft?.text ?? config.objectiveText;
  const declared = ownSettings(objective, algorithmById(config.algorithm));
  const fitting = Object.entries(draft?.numbers ?? config.settings).filter(([id, value]) =>
    declared.some((setting) => setting.id === id && value >= setting.min && value <= setting.max),
  );
  settings.useObjective(objective, Object.fromEntries(fitting));
}
