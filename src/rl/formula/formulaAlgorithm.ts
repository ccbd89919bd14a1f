/**
 * @file An algorithm whose loss is a text: everything else, advantages, weights and sampling, stays that of the
 * algorithm it is put into.
 */
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Untranslated } from '../words/exportWords.ts';
import type { Setting } from '../words/setting.ts';
import { beta, delta, deltaLow, entropyCoef, epsilon, epsilonHigh } from '../objectives/settings.ts';
import { type CheckedFormula, checkFormula, type FormulaContext } from './check.ts';
import { compileGuarded } from './compile.ts';
import { parseFormula } from './parse.ts';

/** Settings that every formula may read, whatever the algorithm; the algorithm's own come first. */
const sharedSettings: readonly Setting[] = [
  epsilon,
  { ...epsilonHigh, default: epsilon.default, sameAs: 'epsilon' },
  beta,
  { ...delta, default: delta.max },
  deltaLow,
  entropyCoef,
];

/** The settings and functions that a formula may read if it replaces this algorithm's loss. */
export function formulaContext({ settings, pairs }: Pick<Algorithm, 'settings' | 'pairs'>): FormulaContext {
  const own = new Set(settings.map(({ id }) => id));
  return { settings: [...settings, ...sharedSettings.filter(({ id }) => !own.has(id))], pairs: pairs ?? false };
}

/** The formula, parsed and checked. FormulaError with all that is wrong and where. */
export const readFormula = (text: string, parent: Pick<Algorithm, 'settings' | 'pairs'>): CheckedFormula =>
  checkFormula(text, parseFormula(text), formulaContext(parent));

const untranslated: Untranslated = { none: 'an objective of your own is not translated' };

/**
 * `parent` with the loss of each token, and the settings that it reads, from `text`. FormulaError where it cannot be
 * read.
 */
export function formulaAlgorithm(text: string, parent: Algorithm): Algorithm {
  const formula = readFormula(text, parent);
  const penalised = parent.regulariser?.placement === 'reward';
  const coefficient =
    penalised && !formula.settings.some(({ id }) => id === beta.id)
      ? parent.settings.find(({ id }) => id === beta.id)
      : undefined;
  // A choice of tokens, and shares of a penalty, that only the algorithm's own loss reads.
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
    // The text is the whole loss; a KL penalty that is taken off the reward stays, with its coefficient.
    regulariser: penalised ? parent.regulariser : null,
    ...(coefficient ? { stepSettings: [...(parent.stepSettings ?? []), coefficient] } : {}),
    // What the text clips, if anything, only its author knows.
    clips: 'otherwise',
    tokenLoss: (terms) => compileGuarded(formula, terms),
  };
}
