/**
 * @file What an evaluation on plain arrays makes of its input before the graph runs: advantages from rewards, a
 * critic's returns, chosen tokens.
 */
import { assert } from '../../lib/assert.ts';
import { random } from '../../lib/random.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { CompletionShape } from '../words/completionShape.ts';
import type { Settings } from '../words/setting.ts';
import type { ArrayField, CheckedInput } from './objectiveInput.ts';
import { equalGroups } from '../words/groupIds.ts';
import { klNumbers } from '../objectives/kl.ts';

export type Fields = Readonly<Partial<Record<ArrayField | 'mask', readonly (readonly number[])[]>>>;

interface Request {
  readonly algorithm: Algorithm;
  readonly settings: Settings;
  readonly groupSize: number;
  readonly completions: readonly CompletionShape[];
  /** Fields that the graph reads. */
  readonly reads: ReadonlySet<string>;
  readonly correction: boolean;
}

const flat = (rows: readonly (readonly number[])[]): Float32Array => Float32Array.from(rows.flat());
const nested = (values: Float32Array, columns: number): number[][] =>
  Array.from({ length: values.length / columns }, (_, b) =>
    Array.from(values.subarray(b * columns, (b + 1) * columns)),
  );

/** One number for each completion: that of its last token. */
const lastOf = (array: readonly (readonly number[])[], mask: readonly (readonly number[])[]): number[] =>
  array.map((row, b) => row[(mask[b] as readonly number[]).lastIndexOf(1)] ?? 0);

/**
 * What the leash takes off the reward at each token, [B][T], in numbers of the policy that sampled; 0 where the leash
 * is in the loss. UsageError where the divergence cannot be measured: a penalty that is silently left out would look
 * like an advantage.
 */
function penaltiesOf(
  { id, regulariser }: Algorithm,
  { arrays: { oldLogp, refLogp }, mask }: CheckedInput,
  { beta = 0 }: Settings,
): number[][] {
  const kl = regulariser?.placement === 'reward' ? regulariser.kl : null;
  if (beta === 0 || !kl) return mask.map((row) => row.map(() => 0));
  assert(
    kl !== 'exact' && kl !== 'exactForward',
    `settings.kl_estimator: ${kl} needs the distribution over the vocabulary, which is not part of this input`,
  );
  assert(
    oldLogp && refLogp,
    `${oldLogp ? 'refLogp' : 'oldLogp'}: the divergence that ${id} takes off the reward is made of it; give it, or advantages`,
  );
  return mask.map((row, b) => {
    const estimates = klNumbers(kl, oldLogp[b] ?? [], refLogp[b] ?? []);
    return row.map((m, t) => (m === 1 ? beta * (estimates[t] as number) : 0));
  });
}

/**
 * Advantages and returns from rewards; a completion that is left out has none, and its group does not see it. A
 * critic's values are those at sampling, `oldValues` where given: the estimate belongs to the policy that sampled
 * (arXiv 1506.02438), whatever the critic has learnt since.
 */
function estimated(
  { algorithm, settings, groupSize, completions }: Request,
  checked: CheckedInput,
): { advantages: number[][]; returns?: number[][] } {
  const { rows, columns, arrays, mask, excluded, completionRewards } = checked;
  assert(completionRewards, `advantages: ${algorithm.id} reads them; give them, or the rewards to make them from`);
  assert(
    Number.isInteger(groupSize) && groupSize > 0 && rows % groupSize === 0,
    `settings.num_generations: ${rows} rows do not make whole groups of ${groupSize}`,
  );
  const penalties = penaltiesOf(algorithm, checked, settings);
  const { advantage } = algorithm;
  const values = arrays.oldValues ?? arrays.values;
  assert(
    advantage.needs !== 'critic' || values,
    `values: the advantages of ${algorithm.id} are made of them; give them, or advantages`,
  );
  assert(
    advantage.needs !== 'greedy',
    `advantages: ${algorithm.id} needs the greedy completion's reward, which is not part of this input; give advantages`,
  );
  const rewards = completionRewards.map((reward, b) =>
    excluded[b] ? NaN : reward - (advantage.perToken ? 0 : (penalties[b] as number[]).reduce((x, y) => x + y, 0)),
  );
  const known = Float32Array.from(rewards);
  const { advantages, returns } = advantage.estimate({
    rewards: known,
    groups: equalGroups(rows, groupSize),
    segments: mask.map((row, b) => {
      const end = row.filter((m) => m === 1).length;
      return end > 0 ? [{ end, reward: known[b] as number }] : [];
    }),
    completions,
    rewardTerms: [],
    settings,
    memory: {},
    tokens: {
      mask: flat(mask),
      columns,
      penalties: flat(penalties),
      ...(values ? { values: flat(values) } : {}),
      ...(arrays.endValues ? { endValues: Float32Array.from(lastOf(arrays.endValues, mask)) } : {}),
    },
  });
  const perToken = advantages.length === rows * columns;
  return {
    advantages: mask.map((row, b) =>
      row.map((m, t) => (m === 1 ? (advantages[perToken ? b * columns + t : b] as number) : 0)),
    ),
    ...(returns ? { returns: nested(returns, columns) } : {}),
  };
}

/** Everything that the graph may read, [B][T] by field. */
export function credited(request: Request, checked: CheckedInput): Fields {
  const { reads, settings, correction } = request;
  const { arrays, mask } = checked;
  const needed = (reads.has('advantages') && !arrays.advantages) || (reads.has('returns') && !arrays.returns);
  const made = needed ? estimated(request, checked) : null;
  assert(!correction || arrays.samplerLogp, 'samplerLogp: the correction for the sampler reads it, and it is missing');
  return {
    ...arrays,
    mask,
    ...(made && !arrays.advantages ? { advantages: made.advantages } : {}),
    ...(made?.returns && !arrays.returns ? { returns: made.returns } : {}),
    ...(arrays.values && !arrays.oldValues ? { oldValues: arrays.values } : {}),
    ...(arrays.expert ? {} : { expert: mask.map((row) => row.map(() => 0)) }),
    // A divergence that weighs nothing needs no reference.
    ...(settings.beta === 0 && !arrays.refLogp && arrays.logp ? { refLogp: arrays.logp } : {}),
  };
}

/**
 * 1 on the tokens that the algorithm chooses among those of `mask`, [B][T]. UsageError where the entropy is asked for
 * and missing.
 */
export function selectedTokens(
  { id, selection }: Algorithm,
  { logp = [], oldLogp = logp, entropy, advantages }: Fields,
  mask: readonly (readonly number[])[],
  settings: Settings,
): number[][] {
  assert(selection, `${id}: chooses no tokens`);
  assert(selection.reads !== 'entropy' || entropy, `entropy: ${id} chooses tokens by it, and it is missing`);
  const zeros = mask.map((row) => row.map(() => 0));
  const facts = {
    logProbs: flat(logp),
    oldLogProbs: flat(oldLogp),
    entropy: flat(entropy ?? zeros),
    advantages: flat(advantages ?? zeros),
    mask: flat(mask),
  };
  return nested(selection.choose({ ...facts, settings, random: random('evaluation') }), mask[0]?.length ?? 1);
}
