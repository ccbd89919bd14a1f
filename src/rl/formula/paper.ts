/** @file A paper: an algorithm whose graph is compiled from its text. */
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Regulariser } from '../objectives/kl.ts';
import { compileExpression, compileFormula } from './compile.ts';
import { checkFormula, type FormulaContext } from './check.ts';
import { formulaContext } from './formulaAlgorithm.ts';
import { parseFormula } from './parse.ts';
import { printExpression } from './print.ts';
import type { Expression, Formula } from './syntax.ts';

/** A paper before its texts are compiled. */
type Parts = Omit<Algorithm, 'tokenLoss' | 'penaltyShare'>;
/** Parts that a variant never inherits. */
type OwnWords = 'id' | 'title' | 'summary' | 'trl' | 'verl';

/** The context of the text of a paper. */
export const paperContext = (
  paper: Pick<Algorithm, 'settings' | 'pairs' | 'selection' | 'trainsHead'>,
): FormulaContext => ({
  ...formulaContext(paper),
  selects: paper.selection !== undefined || paper.trainsHead === true,
});

/** The value of `make`, computed at the first call: the page lists all papers and compiles few. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** The algorithm with graphs from its texts, which are parsed at first use. */
export function paper(parts: Parts): Algorithm {
  const { penaltyShareText } = parts;
  const formula = once(() => checkFormula(parts.text, parseFormula(parts.text), paperContext(parts)));
  const share = once(() => parseFormula(penaltyShareText ?? '1').loss);
  return {
    ...parts,
    tokenLoss: (terms) => compileFormula(formula(), terms),
    ...(penaltyShareText === undefined ? {} : { penaltyShare: (terms) => compileExpression(share(), terms) }),
  };
}

/** A paper that inherits from `parent` all parts without a change. */
export const variant = (
  parent: Algorithm,
  changes: Pick<Parts, OwnWords> & Partial<Omit<Parts, OwnWords>>,
): Algorithm => paper({ ...parent, ...changes });

/** Names of the KL estimators in texts. */
const klNames: Readonly<Record<Regulariser['kl'], string>> = {
  k1: 'k1',
  k2: 'k2',
  k3: 'k3',
  k3WithK2Gradient: 'k3k2',
  exact: 'klExact',
  exactForward: 'klExactForward',
};

const joined = (operator: '+' | '*', left: Expression, right: Expression): Expression => ({
  kind: 'operation',
  operator,
  left,
  right,
  span: left.span,
});

/** The KL penalty in a token's loss; null without one, or with one in the reward. */
function penaltyOf({ regulariser, penaltyShareText }: Pick<Algorithm, 'regulariser' | 'penaltyShareText'>) {
  if (regulariser?.placement !== 'loss') return null;
  const { loss } = parseFormula(`beta * ${regulariser.biasCorrection ? 'ratio * ' : ''}${klNames[regulariser.kl]}`);
  return penaltyShareText === undefined ? loss : joined('*', parseFormula(penaltyShareText).loss, loss);
}

type Whole = Pick<Algorithm, 'text' | 'regulariser' | 'penaltyShareText'>;

/** The parsed text of an algorithm plus its KL penalty. */
export function wholeFormula(algorithm: Whole): Formula {
  const formula = parseFormula(algorithm.text);
  const penalty = penaltyOf(algorithm);
  return penalty ? { ...formula, loss: joined('+', formula.loss, penalty) } : formula;
}

/** The policy gradient without ratio and clip. */
const plainest = '-A * logp';

/** The text of an algorithm plus its KL penalty. */
export function wholeText(algorithm: Whole): string {
  const penalty = penaltyOf(algorithm);
  return penalty ? `${algorithm.text} + ${printExpression(penalty)}` : algorithm.text;
}

/** Initial text of a custom objective: the paper's with its KL penalty; `plainest` if the paper selects tokens. */
export const startingText = (paper: Whole & Pick<Algorithm, 'selection'>): string =>
  paper.selection ? plainest : wholeText(paper);
