/** @file Advantages of an evaluation: as they are given, or made of rewards as in a step of training. */
import { assert } from '../../lib/assert.ts';
import { type FloatArray, zerosLike } from '../../lib/floats.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { shapedRewards } from '../rewards/shaping.ts';
import { type AdvantagedBatch, type Earned, withAdvantages } from '../step/advantages.ts';
import type { StepBatch } from '../trajectory/batch.ts';
import { type GivenBatch, groupsOf } from './givenBatch.ts';
import type { GivenLearner } from './givenLearner.ts';
import type { CheckedInput } from './objectiveInput.ts';
import type { RequestedObjective } from './objectiveSettings.ts';

export type GivenAdvantages = Pick<AdvantagedBatch, 'batch' | 'penalties'>;

/** One number for each completion: that of its last token. */
const lastOf = (array: readonly (readonly number[])[], mask: readonly (readonly number[])[]): number[] =>
  array.map((row, b) => row[(mask[b] as readonly number[]).lastIndexOf(1)] ?? 0);

/**
 * UsageError for an input that the KL penalty in the reward cannot be made of: a penalty that is silently left out
 * would look like an advantage.
 */
function checkPenalty({ id, regulariser }: Algorithm, beta: number, { arrays, distributions }: CheckedInput): void {
  if (regulariser?.placement !== 'reward' || beta === 0) return;
  if (regulariser.kl === 'exact') {
    assert(
      distributions.logDistribution && distributions.refLogDistribution,
      'settings.kl_estimator: exact needs the distribution over the vocabulary, which is not part of this input; give logDistribution and refLogDistribution',
    );
    return;
  }
  const { oldLogp, refLogp } = arrays;
  assert(
    regulariser.kl === 'exactForward' || (oldLogp && refLogp),
    `${oldLogp ? 'refLogp' : 'oldLogp'}: the divergence that ${id} takes off the reward is made of it; give it, or advantages`,
  );
}

/** UsageError for facts that the estimator needs and the input lacks. */
function checkEstimator(
  { id, advantage }: Algorithm,
  { arrays, completionRewards, greedyRewards, baseRewards }: CheckedInput,
): void {
  assert(completionRewards, `advantages: ${id} reads them; give them, or the rewards to make them from`);
  assert(
    advantage.needs !== 'critic' || arrays.oldValues || arrays.values,
    `values: the advantages of ${id} are made of them; give them, or advantages`,
  );
  assert(
    advantage.needs !== 'greedy' || greedyRewards,
    `greedyRewards: the advantages of ${id} are made of the greedy completions' rewards; give them, or advantages`,
  );
  assert(
    advantage.needs !== 'teacher' || (arrays.teacherLogp && arrays.oldLogp),
    `${arrays.teacherLogp ? 'oldLogp' : 'teacherLogp'}: the advantages of ${id} are made of it; give it, or advantages`,
  );
  assert(
    advantage.needs !== 'base' || baseRewards,
    `baseRewards: the advantages of ${id} are made of the rewards of the base's completions; give them, or advantages`,
  );
}

/** The steps of a completion by its tokens' rewards, the last step earning the rest of the completion's. */
function stepsOf(row: readonly number[], tokenRewards: readonly number[] | undefined, reward: number) {
  const end = row.reduce((sum, m) => sum + m, 0);
  if (end === 0) return [];
  const inside = row.flatMap((m, t) => (m === 1 ? [tokenRewards?.[t] ?? 0] : []));
  const paid = inside.slice(0, -1).flatMap((r, t) => (r === 0 ? [] : [{ end: t + 1, reward: r }]));
  return [...paid, { end, reward: reward - paid.reduce((sum, { reward: r }) => sum + r, 0) }];
}

/** a - b of the rows that take part, [rows * columns]. */
const difference = (
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
  places: readonly number[],
): Float32Array =>
  Float32Array.from(places.flatMap((row) => (a[row] ?? []).map((x, t) => x - (b[row]?.[t] as number))));

function earnedBy(
  { algorithm, settings, groupSize }: RequestedObjective,
  checked: CheckedInput,
  { batch, places }: GivenBatch,
  isGrouped: boolean,
): Earned {
  const { mask, arrays, excluded, completionRewards = [], rewardTerms = [], memory = {} } = checked;
  const { greedyRewards, baseRewards } = checked;
  const { teacherLogp, oldLogp } = arrays;
  const groups = isGrouped ? groupsOf(checked, groupSize) : new Int32Array(checked.rows);
  const after = algorithm.advantage.readsEndValues?.(settings) && arrays.endValues;
  return {
    rewards: Float32Array.from(places, (b) => (excluded[b] ? NaN : (completionRewards[b] as number))),
    groups: Int32Array.from(places, (b) => groups[b] as number),
    segments: (rewards) =>
      places.map((b, i) => stepsOf(mask[b] as number[], arrays.tokenRewards?.[b], rewards[i] as number)),
    completions: batch.shapes.map(({ terminated }, i) => ({
      length: (mask[places[i] as number] as readonly number[]).reduce((sum, m) => sum + m, 0),
      terminated,
    })),
    rewardTerms: rewardTerms.map(({ weight, scores }) => ({
      weight,
      scores: Float32Array.from(places, (b) => scores[b] ?? NaN),
    })),
    memory,
    ...(greedyRewards ? { greedyRewards: Float32Array.from(greedyRewards) } : {}),
    ...(baseRewards ? { baseRewards } : {}),
    ...(teacherLogp && oldLogp ? { teacherGains: difference(teacherLogp, oldLogp, places) } : {}),
    ...(after ? { endValues: Float32Array.from(places, (b) => lastOf(after, mask)[b] as number) } : {}),
  };
}

/** The batch with its rewards, where they are given, shaped by the settings of the step. */
function withShapedRewards(
  { settings, maxCompletionLength }: RequestedObjective,
  batch: StepBatch,
  { rewards, completions }: Earned,
): StepBatch {
  const lengths = completions.map(({ length }) => length);
  const shaped = shapedRewards(rewards, lengths, maxCompletionLength, settings);
  const shift = shaped.map((reward, i) => reward - (rewards[i] as number));
  const given = batch.arrays.rewards;
  if (!given || shift.every((by) => !(Math.abs(by) > 0))) return batch;
  const { columns } = batch;
  const moved = given.map((r, i) =>
    batch.arrays.mask?.[i] === 1 ? r + (shift[Math.floor(i / columns)] as number) : r,
  );
  return { ...batch, arrays: { ...batch.arrays, rewards: moved } };
}

/** The batch with the advantages, returns and rewards that the graph reads; advantages and returns that are given stay. */
export async function advantagedBatch(
  requested: RequestedObjective,
  checked: CheckedInput,
  given: GivenBatch,
  learner: GivenLearner,
): Promise<GivenAdvantages> {
  const { algorithm, settings, maxCompletionLength, correction } = requested;
  const { arrays } = given.batch;
  assert(
    !correction || arrays.samplerLogProbs,
    'samplerLogp: the correction for the sampler reads it, and it is missing',
  );
  const { reads } = learner;
  const isMade = (reads.has('advantages') && !arrays.advantages) || (reads.has('returns') && !arrays.returns);
  if (isMade && given.batch.rows > 0) {
    checkEstimator(algorithm, checked);
    checkPenalty(algorithm, settings.beta ?? 0, checked);
  }
  const earned = earnedBy(requested, checked, given, isMade);
  const batch = withShapedRewards(requested, given.batch, earned);
  if (!isMade || batch.rows === 0) return { batch, penalties: zerosLike(batch.arrays.mask as FloatArray) };
  const context = { learner, algorithm, settings, completionLength: maxCompletionLength };
  const made = await withAdvantages(context, batch, earned);
  return { ...made, batch: { ...made.batch, arrays: { ...made.batch.arrays, ...defined(arrays) } } };
}

/** Of advantages and returns those that are given. */
const defined = ({ advantages, returns }: StepBatch['arrays']): StepBatch['arrays'] => ({
  ...(advantages ? { advantages } : {}),
  ...(returns ? { returns } : {}),
});
