/** @file An algorithm with a custom text as its loss; advantages, weights and sampling are those of its parent. */
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Untranslated } from '../words/exportWords.ts';
import type { Setting } from '../words/setting.ts';
import { beta, delta, deltaLow, entropyCoef, epsilon, epsilonHigh } from '../objectives/settings.ts';
import { type CheckedFormula, checkFormula, type FormulaContext } from './check.ts';
import { compileGuarded } from './compile.ts';
import { parseFormula } from './parse.ts';

/** Settings that every formula may read; settings of the algorithm with the same id take precedence. */
const sharedSettings: readonly Setting[] = [
  epsilon,
  { ...epsilonHigh, default: epsilon.default, sameAs: 'epsilon' },
  beta,
  { ...delta, default: delta.max },
  deltaLow,
  entropyCoef,
];

/** The context of a formula that replaces this algorithm's loss. */
export function formulaContext({ settings, pairs }: Pick<Algorithm, 'settings' | 'pairs'>): FormulaContext {
  const own = new Set(settings.map(({ id }) => id));
  return { settings: [...settings, ...sharedSettings.filter(({ id }) => !own.has(id))], pairs: pairs ?? false };
}

/** The formula, parsed and checked. FormulaError with all problems and their places. */
export const readFormula = (text: string, parent: Pick<Algorithm, 'settings' | 'pairs'>): CheckedFormula =>
  checkFormula(text, parseFormula(text), formulaContext(parent));

const untranslated: Untranslated = { none: 'an objective of your own is not translated' };

/** `parent` with the loss and settings of `text`. FormulaError for a text that cannot be parsed or is refused. */
export function formulaAlgorithm(text: string, parent: Algorithm): Algorithm {
  const formula = readFormula(text, parent);
  const penalised = parent.regulariser?.placement === 'reward';
  const coefficient =
    penalised && !formula.settings.some(({ id }) => id === beta.id)
      ? parent.settings.find(({ id }) => id === beta.id)
      : undefined;
  // Only the parent's loss reads its selection and penalty share.
  const { selection: _unread, penaltyShare: _whole, penaltyShareText: _text, ...others } = parent;
  return {
    ...others,
    title: `${parent.title}, own objective`,
    summary: `An objective of your own instead of that of ${parent.title}.`,
    formula: text,
    text,
    trl: untranslated,
    verl: untranslated,
    settings: formula.settings,
    // The text is the whole loss; only a KL penalty in the reward remains, with its coefficient.
    regulariser: penalised ? parent.regulariser : null,
    ...(coefficient ? { stepSettings: [...(parent.stepSettings ?? []), coefficient] } : {}),
    // Unknown for a custom text, so no clip metrics.
    clips: 'otherwise',
    tokenLoss: (terms) => compileGuarded(formula, terms),
  };
}
