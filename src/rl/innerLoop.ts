/** @file The last part of a step: the updates that one batch is used for. */
import { random } from '../lib/random.ts';
import type { Algorithm, Settings } from './algorithm.ts';
import { partOf, type StepBatch } from './batch.ts';
import { bonusOf } from './objectives/entropy.ts';
import type { Learner, Reading, TokenStatistics } from './learner/learner.ts';

/** Thrown when the loss or the gradient's norm is not finite; that update was not made, earlier ones of the same step were. */
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
  /** Of the first pass over every row, [rows, columns]. */
  readonly statistics: TokenStatistics;
  /** Of the last update, before clipping. */
  readonly gradNorm: number;
  readonly updates: number;
  /** What the entropy bonus takes off the loss in the first pass. */
  readonly bonus: number;
  /** Milliseconds of it that the base's distributions took. */
  readonly scoring: number;
  /** The selection of the first pass, [rows * columns]; absent where the algorithm makes none. */
  readonly selected?: Float32Array;
}

export type InnerLoop = (context: InnerLoopContext) => Promise<InnerLoopResult>;

/** Rows of each update of a pass: all in the batch's order or, for several updates, by chance; the two of a pair stay together. */
function updatesOf({ algorithm, batch, minibatches, key }: InnerLoopContext, epoch: number): number[][] {
  if (minibatches <= 1) return [[...batch.order]];
  const size = algorithm.pairs ? 2 : 1;
  const units = random(...key, 'minibatches', epoch).shuffle([...Array(Math.ceil(batch.rows / size)).keys()]);
  const perUpdate = Math.ceil(units.length / minibatches);
  const parts = Array.from({ length: Math.ceil(units.length / perUpdate) }, (_, i) => units.slice(i * perUpdate, (i + 1) * perUpdate));
  return parts.map((part) => part.flatMap((unit) => batch.order.slice(unit * size, (unit + 1) * size)));
}

type Part = ReturnType<typeof partOf>;

/** The tokens that this update learns from, where the algorithm chooses; a first update that needs log-probabilities alone has the sampler's. */
async function selectedOf({ learner, algorithm, batch, settings, key }: InnerLoopContext, part: Part, update: number): Promise<Float32Array | null> {
  const { selection } = algorithm;
  if (!selection) return null;
  const { oldLogProbs, advantages, mask, weights } = part.arrays as Required<Part['arrays']>;
  const known = update === 0 && selection.reads === 'logProbs' && !batch.replayed;
  const reading: Pick<Reading, 'logProbs' | 'entropy'> = known ? { logProbs: oldLogProbs, entropy: mask } : await learner.read(part, 'adapted');
  const counted = mask.map((m, i) => (weights[i] === 0 ? 0 : m));
  return selection.choose({ ...reading, oldLogProbs, advantages, mask: counted, settings, random: random(...key, 'selection', update) });
}

/** Copies the statistics of some rows to their places in those of the whole batch. */
function scatter(whole: TokenStatistics, part: TokenStatistics, rows: readonly number[], columns: number): void {
  for (const name of ['logProbs', 'refLogProbs', 'entropy', 'kl'] as const) {
    rows.forEach((row, i) => whole[name].set(part[name].subarray(i * columns, (i + 1) * columns), row * columns));
  }
}

function emptyStatistics({ rows, columns }: StepBatch) {
  const perToken = () => new Float32Array(rows * columns);
  return { loss: 0, logProbs: perToken(), refLogProbs: perToken(), entropy: perToken(), kl: perToken() };
}

/** One update; none where nothing of the part counts, since the optimizer's momentum would move it. Throws NonFiniteUpdateError where loss or gradient is no number. */
async function update({ learner, learningRate, maxGradNorm }: InnerLoopContext, part: Part): Promise<{ statistics: TokenStatistics; gradNorm: number }> {
  const statistics = await learner.gradient(part);
  if (part.arrays.weights?.every((weight) => weight === 0)) return { statistics, gradNorm: 0 };
  const gradNorm = Number.isFinite(statistics.loss) ? (await learner.update({ learningRate, maxGradNorm })).gradNorm : NaN;
  if (!Number.isFinite(gradNorm)) throw new NonFiniteUpdateError('the gradient is not a finite number, so this update was not made; try a lower learning rate, and where the objective is your own, look for a division by 0 or a logarithm of 0 in it');
  return { statistics, gradNorm };
}

/** What only the rows are measured of: a batch in which no row takes part is looked at and changes nothing. */
async function measured({ learner }: InnerLoopContext, batch: StepBatch): Promise<TokenStatistics> {
  const { logProbs, entropy } = await learner.read(batch, 'adapted');
  const { logProbs: refLogProbs } = await learner.read(batch, 'base');
  return { ...emptyStatistics(batch), logProbs, refLogProbs, entropy };
}

/** `epochs` passes over the batch, each in `minibatches` updates. */
export const epochsOverMinibatches: InnerLoop = async (context) => {
  const { learner, algorithm, batch, completionLength, settings, epochs, now } = context;
  if (!batch.shapes.some(({ length }) => length > 0)) return { statistics: batch.rows === 0 ? emptyStatistics(batch) : await measured(context, batch), gradNorm: 0, updates: 0, bonus: 0, scoring: 0 };
  const whole = emptyStatistics(batch);
  const chosen = algorithm.selection ? new Float32Array(batch.rows * batch.columns) : undefined;
  let [updates, gradNorm, loss, bonus, scoring] = [0, 0, 0, 0, 0];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const parts = updatesOf(context, epoch);
    for (const rows of parts) {
      const plain = partOf(batch, rows, algorithm, completionLength, settings);
      const selected = await selectedOf(context, plain, updates);
      const part = selected ? { ...plain, arrays: { ...plain.arrays, selected } } : plain;
      // The base's distributions are kept by the learner for one set of rows.
      const begun = now();
      if (updates === 0 || parts.length > 1) await learner.score(part);
      scoring += now() - begun;
      const done = await update(context, part);
      updates++;
      gradNorm = done.gradNorm;
      if (epoch > 0) continue;
      loss += done.statistics.loss / parts.length;
      bonus += bonusOf(algorithm, { entropy: done.statistics.entropy, entropyWeights: part.arrays.entropyWeights as Float32Array, selected: selected ?? undefined, settings }) / parts.length;
      scatter(whole, done.statistics, rows, batch.columns);
      if (selected && chosen) rows.forEach((row, i) => chosen.set(selected.subarray(i * batch.columns, (i + 1) * batch.columns), row * batch.columns));
    }
  }
  return { statistics: { ...whole, loss }, gradNorm, updates, bonus, scoring, ...(chosen ? { selected: chosen } : {}) };
};
