/** @file A paper: an algorithm whose graph is made from its text. */
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Regulariser } from '../objectives/kl.ts';
import { compileExpression, compileFormula } from './compile.ts';
import { checkFormula, type FormulaContext } from './check.ts';
import { formulaContext } from './formulaAlgorithm.ts';
import { parseFormula } from './parse.ts';
import { printExpression } from './print.ts';
import type { Expression, Formula } from './syntax.ts';

/** A paper without its graphs, which are made from its texts. */
type Parts = Omit<Algorithm, 'tokenLoss' | 'penaltyShare'>;
/** Parts that each paper states for itself. */
type OwnWords = 'id' | 'title' | 'summary' | 'trl' | 'verl';

/** The settings and functions that the text of a paper may read. */
export const paperContext = (
  paper: Pick<Algorithm, 'settings' | 'pairs' | 'selection' | 'trainsHead'>,
): FormulaContext => ({
  ...formulaContext(paper),
  selects: paper.selection !== undefined || paper.trainsHead === true,
});

/** The value of `make`, made at the first call: the page lists all papers and compiles few. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** The algorithm with the graphs of its texts, which are read at the first use. */
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

/** A paper that changes some parts of another. */
export const variant = (
  parent: Algorithm,
  changes: Pick<Parts, OwnWords> & Partial<Omit<Parts, OwnWords>>,
): Algorithm => paper({ ...parent, ...changes });

/** The names of the divergences. */
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

/** The KL penalty that is part of a token's loss; null where there is none, or the reward has it. */
function penaltyOf({ regulariser, penaltyShareText }: Pick<Algorithm, 'regulariser' | 'penaltyShareText'>) {
  if (regulariser?.placement !== 'loss') return null;
  const { loss } = parseFormula(`beta * ${regulariser.biasCorrection ? 'ratio * ' : ''}${klNames[regulariser.kl]}`);
  return penaltyShareText === undefined ? loss : joined('*', parseFormula(penaltyShareText).loss, loss);
}

type Whole = Pick<Algorithm, 'text' | 'regulariser' | 'penaltyShareText'>;

/** The text of an algorithm, parsed, with its KL penalty. */
export function wholeFormula(algorithm: Whole): Formula {
  const formula = parseFormula(algorithm.text);
  const penalty = penaltyOf(algorithm);
  return penalty ? { ...formula, loss: joined('+', formula.loss, penalty) } : formula;
}

/** The plainest policy gradient. */
const plainest = '-A * logp';

/** The text from which a custom objective starts: the paper's with its KL penalty, or the plainest if it selects tokens. */
export function startingText(paper: Whole & Pick<Algorithm, 'selection'>): string {
  if (paper.selection) return plainest;
  const penalty = penaltyOf(paper);
  return penalty ? `${paper.text} + ${printExpression(penalty)}` : paper.text;
}
