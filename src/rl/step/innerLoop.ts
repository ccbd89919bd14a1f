/** @file The last part of a step: the updates that one batch is used for. */
import { random } from '../../lib/random.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Settings } from '../words/setting.ts';
import type { StepBatch } from '../trajectory/batch.ts';
import { partOf } from './minibatch.ts';
import type { Learner } from '../learner/learner.ts';
import type { GradientBatch, Reading, TokenStatistics } from '../trajectory/tokens.ts';
import { bonusOf } from '../objectives/entropy.ts';
import { readTokens } from './tokenReading.ts';
import { clippingOf, type UpdateFacts, updateFacts } from './updateMetrics.ts';
import { policySlot } from '../words/slots.ts';

/**
 * Thrown when the loss or the gradient's norm is not finite; that update was not made, earlier ones of the same step
 * were.
 */
export class NonFiniteUpdateError extends Error {
  override readonly name = 'NonFiniteUpdateError';
}

export interface InnerLoopContext {
  readonly learner: Learner;
  readonly algorithm: Algorithm;
  readonly batch: StepBatch;
  readonly settings: Settings;
  readonly completionLength: number;
  /** Passes over the batch, and parts of a pass that have an update each. */
  readonly epochs: number;
  readonly minibatches: number;
  readonly learningRate: number;
  readonly maxGradNorm: number;
  /** Keys the choices by chance. */
  readonly key: readonly (string | number)[];
  /** Milliseconds from an arbitrary start. */
  readonly now: () => number;
}

export interface InnerLoopResult {
  /**
   * Of all rows as the parameters stood before the step's first update, [rows, columns]; the loss is the mean over the
   * first pass's updates.
   */
  readonly statistics: TokenStatistics;
  /** What the entropy bonus takes off that loss. */
  readonly bonus: number;
  /** Those that were made, in order. */
  readonly updates: readonly UpdateFacts[];
  /**
   * Milliseconds of it that went into readings without a gradient: the base's distributions, and rows that the first
   * update does not see.
   */
  readonly scoring: number;
}

export type InnerLoop = (context: InnerLoopContext) => Promise<InnerLoopResult>;

/** Rows that stay together in an update. */
const unitSize = ({ pairs }: Pick<Algorithm, 'pairs'>): number => (pairs ? 2 : 1);

/** The most rows that one of the updates below has. */
export function largestUpdate(algorithm: Pick<Algorithm, 'pairs'>, rows: number, minibatches: number): number {
  const size = unitSize(algorithm);
  return size * Math.ceil(Math.ceil(rows / size) / minibatches);
}

/**
 * Whether a row weighs anything in the loss; the entropy bonus reads the completions that imitation throws away too.
 */
function takesPart(
  { chosenOnly, entropyBonus }: Algorithm,
  { shapes, arrays, columns }: StepBatch,
  row: number,
): boolean {
  if ((shapes[row]?.length ?? 0) === 0) return false;
  return (
    !chosenOnly ||
    entropyBonus !== undefined ||
    (arrays.advantages as Float32Array).subarray(row * columns, (row + 1) * columns).some((a) => a !== 0)
  );
}

/**
 * Rows of each update of a pass: all in the batch's order or, for several updates, by chance; the two of a pair stay
 * together. There are min(minibatches, units) parts, a unit being a row or a pair that takes part, and their sizes
 * differ by one unit at most.
 */
function rowsOfUpdates({ algorithm, batch, minibatches, key }: InnerLoopContext, epoch: number): number[][] {
  if (minibatches <= 1) return [[...batch.order]];
  const size = unitSize(algorithm);
  const rowsOfUnit = (unit: number): readonly number[] => batch.order.slice(unit * size, (unit + 1) * size);
  const all = [...Array(Math.ceil(batch.rows / size)).keys()].filter((unit) =>
    rowsOfUnit(unit).every((row) => takesPart(algorithm, batch, row)),
  );
  const units = random(...key, 'minibatches', epoch).shuffle(all);
  const count = Math.min(minibatches, units.length);
  const begin = (part: number): number => Math.floor((part * units.length) / count);
  const parts = Array.from({ length: count }, (_, part) => units.slice(begin(part), begin(part + 1)));
  return parts.map((part) => part.flatMap(rowsOfUnit));
}

/** The rows of one update, weighed among themselves. */
interface Part extends GradientBatch {
  /** Where they stand in the step's batch. */
  readonly places: readonly number[];
}

const partAt = (
  { algorithm, batch, completionLength, settings }: InnerLoopContext,
  places: readonly number[],
): Part => ({ ...partOf(batch, places, algorithm, completionLength, settings), places });

/** A pass. A part of which nothing counts is left out: the optimizer's momentum would move the adapter. */
const passOf = (context: InnerLoopContext, epoch: number): Part[] =>
  rowsOfUpdates(context, epoch)
    .map((places) => partAt(context, places))
    .filter(({ arrays: { weights, entropyWeights } }) =>
      [weights, ...(context.algorithm.entropyBonus ? [entropyWeights] : [])].some((array) =>
        array?.some((weight) => weight !== 0),
      ),
    );

/**
 * The tokens that this update learns from, where the algorithm chooses; a first update that needs log-probabilities
 * alone has the sampler's.
 */
async function selectedOf(
  { learner, algorithm, batch, settings, key }: InnerLoopContext,
  part: Part,
  update: number,
): Promise<Float32Array | null> {
  const { selection } = algorithm;
  if (!selection) return null;
  const { oldLogProbs, advantages, mask, weights } = part.arrays as Required<Part['arrays']>;
  const known = update === 0 && selection.reads === 'logProbs' && !batch.replayed;
  const reading: Pick<Reading, 'logProbs' | 'entropy'> = known
    ? { logProbs: oldLogProbs, entropy: mask }
    : await learner.read(part, policySlot);
  const counted = mask.map((m, i) => (weights[i] === 0 ? 0 : m));
  return selection.choose({
    ...reading,
    oldLogProbs,
    advantages,
    mask: counted,
    settings,
    random: random(...key, 'selection', update),
  });
}

const perToken = ['logProbs', 'refLogProbs', 'entropy', 'kl'] as const;

function emptyStatistics({ rows, columns }: StepBatch): Omit<TokenStatistics, 'loss'> {
  const [logProbs, refLogProbs, entropy, kl] = perToken.map(() => new Float32Array(rows * columns)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  return { logProbs, refLogProbs, entropy, kl };
}

/** Copies the statistics of some rows to their places in those of the whole batch. */
function scatter(
  whole: Omit<TokenStatistics, 'loss'>,
  part: Omit<TokenStatistics, 'loss'>,
  places: readonly number[],
): void {
  const columns = part.logProbs.length / Math.max(1, places.length);
  for (const name of perToken)
    places.forEach((row, i) => whole[name].set(part[name].subarray(i * columns, (i + 1) * columns), row * columns));
}

/** One update. Throws NonFiniteUpdateError where loss or gradient is no number. */
async function update(
  { learner, learningRate, maxGradNorm }: InnerLoopContext,
  part: Part,
): Promise<{ statistics: TokenStatistics; gradNorm: number }> {
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
 * `epochs` passes over the batch, each in `minibatches` updates. The first update's own forward pass shows its rows as
 * they stood before the step; the other rows are read beforehand, since by their turn the policy has moved.
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
      // The learner keeps the base's distributions of one set of rows.
      if (updates.length === 0 || minibatches > 1) await timed(learner.score(part));
      const { statistics, gradNorm } = await update(context, part);
      if (updates.length === 0) scatter(before, statistics, part.places);
      if (epoch === 0) {
        loss += statistics.loss / parts.length;
        bonus +=
          bonusOf(algorithm, {
            entropy: statistics.entropy,
            entropyWeights: part.arrays.entropyWeights as Float32Array,
            selected: selected ?? undefined,
            settings,
          }) / parts.length;
      }
      updates.push({ gradNorm, ...updateFacts(statistics, part, clippingOf(algorithm, settings)) });
    }
  }
  return { statistics: { ...before, loss }, bonus, updates, scoring };
};
