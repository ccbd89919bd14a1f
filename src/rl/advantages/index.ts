/** @file The list of advantage estimators: a paper names one, and a run may choose another. */
import { UsageError } from '../../lib/assert.ts';
import { bestOfGroup } from './bestOfGroup.ts';
import type { Settings } from '../words/setting.ts';
import {
  type AdvantageBatch,
  type Described,
  type Estimator,
  notInTrl,
  notInVerl,
  perCompletion,
} from './estimator.ts';
import { generalisedAdvantages } from './gae.ts';
import { gdpoAdvantages } from './gdpo.ts';
import { gpg } from './gpg.ts';
import { groupAdvantageDefaults, type GroupAdvantageOptions, groupAdvantages } from './group.ts';
import { matchingAdvantages } from './matching.ts';
import { maxRlAdvantages } from './maxRl.ts';
import { opo } from './opo.ts';
import { overOptimalValue } from './optimalValue.ts';
import { passAtKAdvantages } from './passAtK.ts';
import { processAdvantages, tokenPlaces } from './process.ts';
import {
  reinforcePlusPlusAdvantages,
  reinforcePlusPlusBaselineAdvantages,
  reinforcePlusPlusTokenAdvantages,
} from './reinforcePlusPlus.ts';
import { remaxAdvantages } from './remax.ts';
import { rlooAdvantages } from './rloo.ts';
import { runningBaselineAdvantages } from './runningBaseline.ts';
import { signedSamples } from './signedSamples.ts';
import { whiten } from './whiten.ts';

const grouped = (described: Described, options: Partial<GroupAdvantageOptions>): Estimator =>
  perCompletion(described, ({ rewards, groups }) =>
    groupAdvantages(rewards, groups, { ...groupAdvantageDefaults, ...options }),
  );

export const group = grouped(
  {
    id: 'group',
    title: 'Group',
    summary: 'Reward minus the group’s mean, divided by the group’s standard deviation.',
    citation: '2402.03300',
    trl: { scale_rewards: '"group"' },
    verl: { adv_estimator: 'grpo', norm_adv_by_std_in_grpo: 'True' },
  },
  {},
);
const groupPopulation = grouped(
  {
    id: 'groupPopulation',
    title: 'Group, deviation without Bessel',
    summary: 'The same, with the squares divided by n instead of n − 1.',
    citation: '2402.03300',
    trl: notInTrl,
    verl: notInVerl,
  },
  { ddof: 0 },
);
const batchScaled = grouped(
  {
    id: 'batchScaled',
    title: 'Group mean, batch deviation',
    summary: 'Reward minus the group’s mean, divided by the standard deviation of the whole batch.',
    citation: '2508.08221',
    trl: { scale_rewards: '"batch"' },
    verl: notInVerl,
  },
  { scaleRewards: 'batch' },
);
export const unscaled = grouped(
  {
    id: 'unscaled',
    title: 'Group mean alone',
    summary: 'Reward minus the group’s mean, not divided by anything.',
    citation: '2503.20783',
    trl: { scale_rewards: '"none"' },
    verl: { adv_estimator: 'grpo', norm_adv_by_std_in_grpo: 'False' },
  },
  { scaleRewards: 'none' },
);

export const rloo = perCompletion(
  {
    id: 'rloo',
    title: 'Leave one out',
    summary: 'Reward minus the mean of the others of its group.',
    citation: '2402.14740',
    trl: notInTrl,
    verl: { adv_estimator: 'rloo' },
  },
  ({ rewards, groups }) => rlooAdvantages(rewards, groups),
);

export const plain = perCompletion(
  {
    id: 'plain',
    title: 'The reward itself',
    summary: 'No baseline: the reward as it is.',
    citation: '2402.14740',
    trl: notInTrl,
    verl: notInVerl,
  },
  ({ rewards }) => rewards.map((r) => (Number.isNaN(r) ? 0 : r)),
);

const runningBaseline: Estimator = {
  id: 'runningBaseline',
  title: 'Running baseline',
  summary: 'Reward minus the mean reward of all steps before.',
  citation: '2402.14740',
  trl: notInTrl,
  verl: notInVerl,
  estimate({ rewards, memory }) {
    const { advantages, after } = runningBaselineAdvantages(rewards, {
      mean: memory.baseline_mean ?? 0,
      steps: memory.baseline_steps ?? 0,
    });
    return { advantages, memory: { baseline_mean: after.mean, baseline_steps: after.steps } };
  },
};

/**
 * Each token gets the reward minus the penalties from it on; without penalties all tokens of a completion have the same
 * advantage.
 */
export const reinforcePlusPlus: Estimator = {
  id: 'reinforcePlusPlus',
  title: 'Whitened over the batch',
  summary: 'Reward normalised over all tokens of the batch, without groups.',
  citation: '2501.03262',
  trl: notInTrl,
  verl: { adv_estimator: 'reinforce_plus_plus' },
  perToken: true,
  estimate({ rewards, completions, tokens: { penalties, mask } }) {
    const penalised = penalties.some((p) => p !== 0);
    return {
      advantages: penalised
        ? reinforcePlusPlusTokenAdvantages(rewards, penalties, mask)
        : reinforcePlusPlusAdvantages(rewards, completions),
    };
  },
};

export const reinforcePlusPlusBaseline = perCompletion(
  {
    id: 'reinforcePlusPlusBaseline',
    title: 'Group mean, whitened over the batch',
    summary: 'Reward minus the group’s mean, normalised over all tokens of the batch.',
    citation: '2501.03262',
    trl: notInTrl,
    verl: { adv_estimator: 'reinforce_plus_plus_baseline' },
  },
  ({ rewards, groups, completions }) => reinforcePlusPlusBaselineAdvantages(rewards, groups, completions),
);

export const remax: Estimator = {
  id: 'remax',
  title: 'Greedy baseline',
  summary: 'Reward minus that of the greedy completion of the same prompt, which is sampled along.',
  citation: '2310.10505',
  trl: notInTrl,
  verl: { adv_estimator: 'remax' },
  needs: 'greedy',
  estimate({ rewards, groups, greedyRewards }) {
    if (!greedyRewards) throw new UsageError('greedyRewards: the greedy baseline needs them');
    return { advantages: remaxAdvantages(rewards, groups, greedyRewards) };
  },
};

const K = {
  id: 'pass_at_k',
  default: 4,
  min: 1,
  max: 16,
  summary: 'Completions of which one is to be right; less than a group has, where all would share one fate.',
};
export const passAtK = perCompletion(
  {
    id: 'passAtK',
    title: 'pass@k',
    summary: 'What a completion does for the chance that one of k is right.',
    citation: '2508.10751',
    trl: notInTrl,
    verl: { none: 'verl’s grpo_passk is another formula (arXiv 2503.19595)' },
    settings: [K],
  },
  ({ rewards, groups, settings }) =>
    passAtKAdvantages(rewards, groups, (size) => Math.max(1, Math.min(settings[K.id] ?? K.default, size - 1))),
);

export const maxRl = perCompletion(
  {
    id: 'maxRl',
    title: 'MaxRL',
    summary: 'Reward minus the group’s mean, divided by that mean: rare success counts most.',
    citation: '2602.02710',
    trl: notInTrl,
    verl: notInVerl,
  },
  ({ rewards, groups }) => maxRlAdvantages(rewards, groups),
);

export const matching = perCompletion(
  {
    id: 'matching',
    title: 'Optimum over policy',
    summary:
      'How much likelier the optimum under the KL penalty would write it than the policy, less 1; for a KL penalty in the reward.',
    citation: '2112.00791',
    trl: notInTrl,
    verl: notInVerl,
    freshOnly: 'weighs completions as samples of the policy itself',
  },
  ({ rewards, groups, settings }) => matchingAdvantages(rewards, groups, settings.beta ?? 0),
);

export const gdpo = perCompletion(
  {
    id: 'gdpo',
    title: 'Each reward term on its own',
    summary: 'Every term normalised within its group, added up by weight, normalised over the batch.',
    citation: '2601.05242',
    trl: { multi_objective_aggregation: '"normalize_then_sum"' },
    verl: notInVerl,
  },
  ({ rewards, groups, rewardTerms }) => {
    const terms = rewardTerms.filter(({ weight }) => weight !== 0);
    if (terms.length === 0) return gdpoAdvantages([rewards], [1], groups);
    return gdpoAdvantages(
      terms.map(({ scores }) => scores),
      terms.map(({ weight }) => weight),
      groups,
    );
  },
);

export const best = perCompletion(
  {
    id: 'best',
    title: 'The best of the group',
    summary: '1 for the best completion of each group, 0 for the others.',
    citation: '2304.06767',
    trl: notInTrl,
    verl: notInVerl,
  },
  ({ rewards, groups }) => bestOfGroup(rewards, groups),
);

export const processSupervision: Estimator = {
  id: 'process',
  title: 'Each step of the completion',
  summary:
    'A token is credited with the steps that it leads to, each normalised over the group; where the task has no steps, with the whole.',
  citation: '2402.03300',
  trl: notInTrl,
  verl: notInVerl,
  estimate: ({ groups, segments, tokens: { mask, columns } }) => ({
    advantages: processAdvantages(segments, groups, mask, columns),
  }),
};

const gamma = { id: 'gamma', default: 1, min: 0, max: 1, summary: 'Discount of what comes later.' };
const lambda = {
  id: 'lam',
  default: 0.95,
  min: 0,
  max: 1,
  summary: 'How far the advantage looks ahead instead of trusting the critic: 1 is the whole rest of the completion.',
};

const bootstrapTruncated = {
  id: 'bootstrap_truncated',
  default: 0,
  min: 0,
  max: 1,
  summary:
    '1: a completion that ran into the length limit is worth, after its last token, what the critic expects there; 0: it counts as ended.',
};
const bootstraps = (settings: Settings): boolean => (settings[bootstrapTruncated.id] ?? 0) > 0.5;

/** [B * T]: each segment's reward at its last token, minus the penalty of each token. */
function tokenRewards(
  segments: AdvantageBatch['segments'],
  { mask, columns, penalties }: AdvantageBatch['tokens'],
): Float32Array {
  const perToken = penalties.map((p) => 0 - p);
  tokenPlaces(mask, columns).forEach((places, row) => {
    for (const { end, reward } of segments[row] ?? []) {
      const last = places[end - 1];
      if (last !== undefined) perToken[last] = (perToken[last] as number) + reward;
    }
  });
  return perToken;
}

export const gae: Estimator = {
  id: 'gae',
  title: 'Generalised advantages with a critic',
  summary: 'What a token brought beyond the value that a critic, trained along, had expected; whitened over the batch.',
  citation: '1506.02438',
  trl: notInTrl,
  verl: { adv_estimator: 'gae' },
  needs: 'critic',
  perToken: true,
  settings: [gamma, lambda, bootstrapTruncated],
  readsEndValues: bootstraps,
  estimate({ rewards, completions, segments, tokens, settings }) {
    const { columns, values } = tokens;
    const endValues = bootstraps(settings) ? (tokens.endValues ?? null) : undefined;
    if (!values) throw new UsageError('values: generalised advantages need those of a critic');
    if (endValues === null)
      throw new UsageError('endValues: bootstrapping at cut-offs needs the critic’s value after each completion');
    // A completion without a reward takes no part.
    const mask = tokens.mask.map((m, i) => (Number.isNaN(rewards[Math.floor(i / columns)]) ? 0 : m));
    const { advantages, returns } = generalisedAdvantages({
      rewards: tokenRewards(segments, { ...tokens, mask }),
      values,
      mask,
      columns,
      ...(endValues ? { endValues: endValues.map((value, row) => (completions[row]?.terminated ? 0 : value)) } : {}),
      gamma: settings.gamma ?? gamma.default,
      lambda: settings.lam ?? lambda.default,
    });
    return { advantages: whiten(advantages, mask), returns };
  },
};

export const estimators: readonly Estimator[] = [
  group,
  groupPopulation,
  batchScaled,
  unscaled,
  rloo,
  plain,
  runningBaseline,
  reinforcePlusPlus,
  reinforcePlusPlusBaseline,
  remax,
  passAtK,
  maxRl,
  matching,
  gdpo,
  best,
  processSupervision,
  gae,
  opo,
  gpg,
  signedSamples,
  overOptimalValue,
];

/** The estimator of that id, or a UsageError that lists the ids. */
export function estimatorById(id: string): Estimator {
  const estimator = estimators.find((e) => e.id === id);
  if (!estimator)
    throw new UsageError(`advantage: there is no "${id}"; choose one of ${estimators.map((e) => e.id).join(', ')}`);
  return estimator;
}
