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

/** Parts of a loss that are made outside its formula. */
export type LeftOut = 'selection' | 'correction' | 'offPolicyMask' | 'critic' | 'bonus';

export interface RunObjective {
  readonly algorithm: Algorithm;
  /** Null where it has no form as text. */
  readonly formula: CheckedFormula | null;
  readonly leftOut: readonly LeftOut[];
}

/** What a formula calls the divergences. */
const klNames: Readonly<Record<Regulariser['kl'], string>> = {
  k1: 'k1',
  k2: 'k2',
  k3: 'k3',
  k3WithK2Gradient: 'k3k2',
  exact: 'klExact',
  exactForward: 'klExactForward',
};

/** The leash of a built-in text stands at the end of a line. */
const leash = / \+ beta \* \w+$/m;

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

/** The text with its leash, where the paper puts it there, as the run has it; else with the run's own added. */
function leashed(text: string, paper: Pick<Algorithm, 'regulariser'>, { regulariser }: Algorithm): Formula {
  const term =
    regulariser?.placement === 'loss'
      ? `beta * ${regulariser.biasCorrection ? 'ratio * ' : ''}${klNames[regulariser.kl]}`
      : null;
  if (paper.regulariser?.placement === 'loss')
    return parseFormula(text.replace(leash, term === null ? '' : ` + ${term}`));
  return term === null ? parseFormula(text) : plus(parseFormula(text), term);
}

/** The loss of each token as a run of this choice trains it. Throws what `algorithmOf` throws. */
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
  // The text of one's own is the whole loss; only what the run chose beside it is added.
  const whole = leashed(text, choice.objectiveText === undefined ? paper : { regulariser: null }, algorithm);
  return { algorithm, formula: checkFormula(text, whole, formulaContext(paper)), leftOut };
}
