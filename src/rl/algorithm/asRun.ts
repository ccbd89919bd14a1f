/**
 * @file The objective of a run as a formula: its own text, or the paper's, with the KL penalty that the run chose.
 */
import type { Algorithm } from '../objectives/algorithm.ts';
import { type AlgorithmChoice, algorithmOf } from './compose.ts';
import { algorithmById } from '../papers/index.ts';
import { type CheckedFormula, checkFormula } from '../formula/check.ts';
import { formulaContext } from '../formula/formulaAlgorithm.ts';
import { paperContext, wholeFormula } from '../formula/paper.ts';

/** Parts of a loss that are not in its formula. */
export type LeftOut = 'selection' | 'correction' | 'offPolicyMask' | 'critic' | 'bonus';

export interface RunObjective {
  readonly algorithm: Algorithm;
  readonly formula: CheckedFormula;
  readonly leftOut: readonly LeftOut[];
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
  const context = choice.objectiveText === undefined ? paperContext(paper) : formulaContext(paper);
  return { algorithm, formula: checkFormula(algorithm.text, wholeFormula(algorithm), context), leftOut };
}
