/** @file The graphs of a large decoder behind its head: the objective over log-probability and entropy, and sums. */
import { grad } from '../../../engine/autodiff/grad.ts';
import { add, input, isOp, topologicalOrder, type Value } from '../../../engine/graph/index.ts';
import { type CompiledGraph, compile } from '../../../engine/onnx/compile.ts';
import { normOf } from '../../../engine/optim/optimizer.ts';
import { assert } from '../../../lib/assert.ts';
import { lastHidden, type LayerParts, throughLastHidden } from '../../../policy/layers/blocks.ts';
import { fedSums, type HeadNeeds, headNumbers, type HeadShape } from '../../../policy/layers/head.ts';
import { flatten } from '../../../policy/parameters.ts';
import type { Algorithm } from '../../objectives/algorithm.ts';
import { gatheredStatistics, objectiveLoss, type TrainedParts } from '../graphs.ts';

/** Inputs that the loss of an objective reads. */
function readBy(algorithm: Algorithm, vocabSize: number): ReadonlySet<string> {
  const leaf = (name: string, ...rest: number[]): Value => input(name, [1, 1, ...rest]);
  const loss = objectiveLoss(algorithm, [1, 1], {
    logProbs: leaf('logProbs'),
    refLogProbs: leaf('refLogProbs'),
    entropy: leaf('entropy'),
    values: leaf('values'),
    logDistribution: leaf('logDistribution', vocabSize),
    refLogDistribution: leaf('refLogDistribution', vocabSize),
  });
  return new Set(topologicalOrder([loss]).flatMap((node) => (isOp(node, 'input') ? [node.attributes.name] : [])));
}

const notComputed = [
  ['logDistribution', 'whole distributions (an exact KL term, for one)'],
  ['refLogDistribution', 'whole distributions of the base (an exact KL term, for one)'],
  ['values', 'the values of a critic'],
] as const;

/**
 * The numbers that an objective needs of the head. UsageError for one that reads whole distributions, or values: those
 * are not computed for large vocabularies.
 */
export function needsOf({ algorithm, reference }: TrainedParts, vocabSize: number): HeadNeeds {
  const read = readBy(algorithm, vocabSize);
  for (const [name, what] of notComputed)
    assert(
      !read.has(name),
      `${algorithm.id}: its loss reads ${what}, not computed for a policy of ${vocabSize} tokens in layers`,
    );
  return { reference, slopes: read.has('entropy') ? 'entropy' : 'logProbs' };
}

/** The numbers of the head at the states, and the values they are computed from. */
function headOf(parts: LayerParts, needs: HeadNeeds, shape: HeadShape) {
  const sizes = [shape.states, shape.dim];
  const x = input('x', sizes);
  const hidden = lastHidden(parts, x);
  const targets = input('targetRows', sizes);
  const refHidden = needs.reference ? input('refHidden', sizes) : null;
  const numbers = headNumbers(fedSums(needs, shape), hidden, refHidden, targets, input('temperature', []));
  return { x, hidden, numbers };
}

/**
 * x and the table's rows of the targets [S, d], and the sums over the vocabulary -> logProbs, entropy and, with a
 * reference, kl [B, C].
 */
export function readGraph(
  parts: LayerParts,
  shape: HeadShape,
  { policy }: Pick<TrainedParts, 'policy'>,
  needs: HeadNeeds,
): CompiledGraph {
  const { logProbs, entropy, kl } = headOf(parts, needs, shape).numbers;
  const read = { logProbs, entropy, ...(kl ? { kl } : {}) };
  return compile('read', Object.fromEntries(Object.entries(read).map(([name, v]) => [name, policy.atChoices(v)])));
}

/**
 * x and the table's rows of the targets [S, d], the sums, the arrays and settings of an objective -> the cotangent of
 * x, and one vector of the `gatheredStatistics` [B, C] each and the loss.
 */
export function objectiveGraph(parts: LayerParts, shape: HeadShape, trained: TrainedParts): CompiledGraph {
  const { policy, algorithm } = trained;
  const needs = needsOf(trained, parts.config.vocabSize);
  const { x, hidden, numbers } = headOf(parts, needs, shape);
  const { logProbs, entropy, refLogProbs, kl } = numbers;
  const at = (perState: Value | undefined, name: string): Value =>
    perState ? policy.atChoices(perState) : input(name, policy.choices);
  const statistics = {
    logProbs: at(logProbs, 'logProbs'),
    refLogProbs: at(refLogProbs, 'refLogProbs'),
    entropy: at(entropy, 'entropy'),
    kl: at(kl, 'kl'),
  };
  const loss = objectiveLoss(algorithm, policy.choices, {
    ...statistics,
    // Placeholders that nothing reads: `needsOf` refuses objectives that do.
    values: input('values', policy.choices),
    logDistribution: input('logDistribution', policy.choices),
    refLogDistribution: input('refLogDistribution', policy.choices),
  });
  const [toLogProbs, toEntropy] = grad(loss, [logProbs, entropy]) as [Value, Value];
  const slope = numbers.slope(toLogProbs, needs.slopes === 'entropy' ? toEntropy : null);
  return compile('objective', {
    'next.cotangent': throughLastHidden(x, hidden, slope),
    statistics: flatten([...gatheredStatistics(needs.reference).map((name) => statistics[name]), loss]),
  });
}

/** gathered, gradient [size], statistics [n] -> next.gathered, their sum, and statistics with its norm [n + 1]. */
export function joinGraph(size: number, statistics: number): CompiledGraph {
  const next = add(input('gathered', [size]), input('gradient', [size]));
  return compile('join', {
    'next.gathered': next,
    'next.statistics': flatten([input('statistics', [statistics]), normOf(next)]),
  });
}
