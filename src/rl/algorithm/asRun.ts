/**
 * @file The objective of a run as a formula: its own text, or the built-in one, with the KL penalty that the run chose.
 */
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Regulariser } from '../objectives/kl.ts';
import { type AlgorithmChoice, algorithmOf } from './compose.ts';
import { algorithmById } from '../papers/index.ts';
import { builtInTexts } from '../formula/builtInTexts.ts';
import { type CheckedFormula, checkFormula } from '../formula/check.ts';
import { formulaContext } from '../formula/formulaAlgorithm.ts';
import { parseFormula } from '../formula/parse.ts';
import type { Expression, Formula } from '../formula/syntax.ts';

/** Parts of a loss that are not in its formula. */
export type LeftOut = 'selection' | 'correction' | 'offPolicyMask' | 'critic' | 'bonus';

export interface RunObjective {
  readonly algorithm: Algorithm;
  /** Null without a text form. */
  readonly formula: CheckedFormula | null;
  readonly leftOut: readonly LeftOut[];
}

/** Names of the divergences in formulas. */
const klNames: Readonly<Record<Regulariser['kl'], string>> = {
  k1: 'k1',
  k2: 'k2',
  k3: 'k3',
  k3WithK2Gradient: 'k3k2',
  exact: 'klExact',
  exactForward: 'klExactForward',
};

/** The KL penalty of a built-in text, at the end of a line. */
const klTerm = / \+ beta \* \w+$/m;

const plus = (formula: Formula, text: string): Formula => {
  const { loss, ...rest } = formula;
  const whole: Expression = {
    kind: 'operation',
    operator: '+',
    left: loss,
    right: parseFormula(text).loss,
    span: loss.span,
  };
  return { ...rest, loss: whole };
};

/** The text with the run's KL penalty: in place of the paper's if that is in the loss, else added. */
function withPenalty(text: string, paper: Pick<Algorithm, 'regulariser'>, { regulariser }: Algorithm): Formula {
  const term =
    regulariser?.placement === 'loss'
      ? `beta * ${regulariser.biasCorrection ? 'ratio * ' : ''}${klNames[regulariser.kl]}`
      : null;
  if (paper.regulariser?.placement === 'loss')
    return parseFormula(text.replace(klTerm, term === null ? '' : ` + ${term}`));
  return term === null ? parseFormula(text) : plus(parseFormula(text), term);
}

/** The loss of each token in a run with this choice. Errors as `algorithmOf`. */
export function runObjective(choice: AlgorithmChoice): RunObjective {
  const algorithm = algorithmOf(choice);
  const paper = algorithmById(choice.id);
  const leftOut: LeftOut[] = [
    ...(algorithm.selection ? ['selection' as const] : []),
    ...(choice.importanceCorrection ? ['correction' as const] : []),
    ...(choice.offPolicyMask ? ['offPolicyMask' as const] : []),
    ...(algorithm.advantage.needs === 'critic' ? ['critic' as const] : []),
    ...(choice.entropyBonus ? ['bonus' as const] : []),
  ];
  const text = choice.objectiveText ?? builtInTexts.get(choice.id);
  if (text === undefined) return { algorithm, formula: null, leftOut };
  // A user's text is the whole loss; only the penalty that the run chose is added.
  const whole = withPenalty(text, choice.objectiveText === undefined ? paper : { regulariser: null }, algorithm);
  return { algorithm, formula: checkFormula(text, whole, formulaContext(paper)), leftOut };
}
