/** @file Updates of a step on its batch: passes and mini-batches. */
import { type FloatArray, float32, zerosLike } from '../../lib/floats.ts';
import type { Random } from '../../lib/random.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Settings } from '../words/setting.ts';
import type { StepBatch } from '../trajectory/batch.ts';
import { partOf } from './minibatch.ts';
import type { StepLearner } from './stepLearner.ts';
import type { GradientBatch, Reading, TokenStatistics } from '../trajectory/tokens.ts';
import { bonusOf } from '../objectives/entropy.ts';
import { readTokens } from './tokenReading.ts';
import { clippingOf, type UpdateFacts, updateFacts } from '../metrics/updateFacts.ts';
import { policySlot } from '../words/slots.ts';

/** The loss or the gradient's norm is not finite; that update was not made, but earlier ones of the step were. */
export class NonFiniteUpdateError extends Error {
  override readonly name = 'NonFiniteUpdateError';
}

export interface InnerLoopContext {
  readonly learner: StepLearner;
  readonly algorithm: Algorithm;
  readonly batch: StepBatch;
  readonly settings: Settings;
  readonly completionLength: number;
  /** Passes over the batch, and mini-batches of a pass, with one update each. */
  readonly epochs: number;
  readonly minibatches: number;
  readonly learningRate: number;
  readonly maxGradNorm: number;
  /** Streams for the choices by chance, by key. */
  random(...key: readonly (string | number)[]): Random;
  /** The policy is not the one that sampled, already before the first update. */
  readonly hasMoved: boolean;
  /** Milliseconds from an arbitrary start. */
  readonly now: () => number;
}

export interface InnerLoopResult {
  /**
   * Of all rows as the parameters stood before the step's first update, [rows, columns]; the loss is the mean over the
   * first pass's updates.
   */
  readonly statistics: TokenStatistics<FloatArray>;
  /** The entropy bonus that this loss contains. */
  readonly bonus: number;
  /** In order. */
  readonly updates: readonly UpdateFacts[];
  /** Milliseconds spent on readings without a gradient: the base's distributions, and rows outside the first update. */
  readonly scoring: number;
}

export type InnerLoop = (context: InnerLoopContext) => Promise<InnerLoopResult>;

/** Number of rows that stay together in an update. */
const unitSize = ({ pairs }: Pick<Algorithm, 'pairs'>): number => (pairs ? 2 : 1);

/** Rows of the largest update. */
export function largestUpdate(algorithm: Pick<Algorithm, 'pairs'>, rows: number, minibatches: number): number {
  const size = unitSize(algorithm);
  return size * Math.ceil(Math.ceil(rows / size) / minibatches);
}

/** Whether a row has weight in the loss; the entropy bonus also uses completions that the objective leaves out. */
function takesPart(
  { chosenOnly, entropyBonus }: Algorithm,
  { shapes, arrays, columns }: StepBatch,
  row: number,
): boolean {
  if ((shapes[row]?.length ?? 0) === 0) return false;
  return (
    !chosenOnly ||
    entropyBonus !== undefined ||
    (arrays.advantages as FloatArray).subarray(row * columns, (row + 1) * columns).some((a) => a !== 0)
  );
}

/**
 * Rows of each update of a pass: all in the batch's order or, for several updates, shuffled, with pairs kept together.
 * There are min(minibatches, units) updates, a unit being a row or pair in use; their sizes differ by at most one unit.
 */
function rowsOfUpdates({ algorithm, batch, minibatches, random }: InnerLoopContext, epoch: number): number[][] {
  if (minibatches <= 1) return [[...batch.order]];
  const size = unitSize(algorithm);
  const rowsOfUnit = (unit: number): readonly number[] => batch.order.slice(unit * size, (unit + 1) * size);
  const all = [...Array(Math.ceil(batch.rows / size)).keys()].filter((unit) =>
    rowsOfUnit(unit).every((row) => takesPart(algorithm, batch, row)),
  );
  const units = random('minibatches', epoch).shuffle(all);
  const count = Math.min(minibatches, units.length);
  const begin = (part: number): number => Math.floor((part * units.length) / count);
  const parts = Array.from({ length: count }, (_, part) => units.slice(begin(part), begin(part + 1)));
  return parts.map((part) => part.flatMap(rowsOfUnit));
}

/** The rows of one update, weighed among themselves. */
interface Part extends GradientBatch<FloatArray> {
  /** Where they stand in the step's batch. */
  readonly places: readonly number[];
}

const partAt = (
  { algorithm, batch, completionLength, settings }: InnerLoopContext,
  places: readonly number[],
): Part => ({ ...partOf(batch, places, algorithm, completionLength, settings), places });

/** The updates of a pass. A mini-batch of weights 0 is left out, since momentum alone would change the adapter. */
const passOf = (context: InnerLoopContext, epoch: number): Part[] =>
  rowsOfUpdates(context, epoch)
    .map((places) => partAt(context, places))
    .filter(({ arrays: { weights, entropyWeights } }) =>
      [weights, ...(context.algorithm.entropyBonus ? [entropyWeights] : [])].some((array) =>
        array?.some((weight) => weight !== 0),
      ),
    );

/**
 * The tokens that the algorithm selects for this update, null without a selection. A first update that needs only
 * log-probabilities uses the sampler's, which are equal.
 */
async function selectedOf(
  { learner, algorithm, settings, hasMoved, random }: InnerLoopContext,
  part: Part,
  update: number,
): Promise<FloatArray | null> {
  const { selection } = algorithm;
  if (!selection) return null;
  const { oldLogProbs, mask, weights, ...others } = part.arrays as Required<Part['arrays']>;
  const isKnown = update === 0 && selection.reads === 'logProbs' && !hasMoved;
  const {
    logProbs,
    entropy,
  }: Pick<Reading<FloatArray>, 'logProbs' | 'entropy'> = isKnown
    ? { logProbs: oldLogProbs, entropy: mask }
    : await learner.read(part, policySlot);
  const advantages = others.advantages ?? zerosLike(mask);
  return selection.choose({
    logProbs: float32(logProbs),
    oldLogProbs: float32(oldLogProbs ?? logProbs),
    entropy: float32(entropy),
    advantages: float32(advantages),
    mask: float32(mask.map((m, i) => (weights[i] === 0 ? 0 : m))),
    settings,
    random: random('selection', update),
  });
}

const perToken = ['logProbs', 'refLogProbs', 'entropy', 'kl'] as const;

type Measured = Omit<TokenStatistics<FloatArray>, 'loss'>;

function emptyStatistics({ arrays }: StepBatch): Measured {
  const zeros = (): FloatArray => zerosLike(arrays.mask as FloatArray);
  return { logProbs: zeros(), refLogProbs: zeros(), entropy: zeros(), kl: zeros() };
}

/** Copies the statistics of some rows to their places in those of the whole batch. */
function scatter(whole: Measured, part: Measured, places: readonly number[]): void {
  const columns = part.logProbs.length / Math.max(1, places.length);
  for (const name of perToken)
    places.forEach((row, i) => whole[name].set(part[name].subarray(i * columns, (i + 1) * columns), row * columns));
}

/** One update. NonFiniteUpdateError if loss or gradient is not finite. */
async function update(
  { learner, learningRate, maxGradNorm }: InnerLoopContext,
  part: Part,
): Promise<{ statistics: TokenStatistics<FloatArray>; gradNorm: number }> {
  const statistics = await learner.gradient(part);
  const gradNorm = Number.isFinite(statistics.loss)
    ? (await learner.update({ learningRate, maxGradNorm })).gradNorm
    : NaN;
  if (!Number.isFinite(gradNorm))
    throw new NonFiniteUpdateError(
      'the gradient is not a finite number, so this update was not made; try a lower learning rate, and where the objective is your own, look for a division by 0 or a logarithm of 0 in it',
    );
  return { statistics, gradNorm };
}

/**
 * `epochs` passes over the batch, each in `minibatches` updates. The first update's forward pass gives its rows'
 * statistics before the step; the other rows are read first, since later updates change the policy.
 */
export const epochsOverMinibatches: InnerLoop = async (context) => {
  const { learner, algorithm, batch, settings, epochs, minibatches, now } = context;
  const before = emptyStatistics(batch);
  const updates: UpdateFacts[] = [];
  let [loss, bonus, scoring] = [0, 0, 0];
  const timed = async <T>(work: Promise<T>): Promise<T> => {
    const begun = now();
    return work.finally(() => (scoring += now() - begun));
  };
  const passes = Array.from({ length: epochs }, (_, epoch) => passOf(context, epoch));
  const seen = new Set(passes[0]?.[0]?.places);
  const unseen = batch.order.filter((row) => !seen.has(row));
  if (unseen.length > 0) scatter(before, await timed(readTokens(learner, partAt(context, unseen))), unseen);
  for (const [epoch, parts] of passes.entries()) {
    for (const plain of parts) {
      const selected = await selectedOf(context, plain, updates.length);
      const part = selected ? { ...plain, arrays: { ...plain.arrays, selected } } : plain;
      // The learner keeps the base's distributions for the rows of the last `score` only.
      if (updates.length === 0 || minibatches > 1) await timed(learner.score(part));
      const { statistics, gradNorm } = await update(context, part);
      if (updates.length === 0) scatter(before, statistics, part.places);
      if (epoch === 0) {
        loss += statistics.loss / parts.length;
        bonus +=
          bonusOf(algorithm, {
            entropy: statistics.entropy,
            entropyWeights: part.arrays.entropyWeights as FloatArray,
            selected: selected ?? undefined,
            settings,
          }) / parts.length;
      }
      updates.push({ gradNorm, ...updateFacts(statistics, part, clippingOf(algorithm, settings)) });
    }
  }
  return { statistics: { ...before, loss }, bonus, updates, scoring };
};
