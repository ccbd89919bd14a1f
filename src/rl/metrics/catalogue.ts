/** @file The metrics of a step, declared once: name (TRL's where it has one), unit, formula, one sentence. */

export interface Metric {
  readonly label: string;
  readonly unit: string;
  readonly formula: string;
  readonly summary: string;
  /** Where it applies, if not to every step. */
  readonly only?: string;
}

/**
 * Chart titles, tooltips, file headers and documentation read this table. A metric that does not apply is absent from a
 * step, never 0. What is said of the policy belongs to the parameters before the step's first update, unless its
 * summary names the updates.
 */
export const metrics = {
  reward: { label: 'Reward', unit: '', formula: 'mean R', summary: 'Mean reward of the step’s completions.' },
  reward_std: {
    label: 'Reward spread',
    unit: '',
    formula: 'mean over groups of std R',
    summary: 'How much completions of one prompt differ in reward; without spread there is nothing to learn from.',
  },
  frac_reward_zero_std: {
    label: 'Groups without spread',
    unit: 'share',
    formula: 'groups with std R = 0 / groups',
    summary: 'Groups whose completions all earned the same: they give no policy gradient.',
  },
  frac_groups_all_right: {
    label: 'Groups all right',
    unit: 'share',
    formula: 'groups all correct / groups',
    summary: 'Prompts that the policy already solves every time.',
  },
  frac_groups_all_wrong: {
    label: 'Groups all wrong',
    unit: 'share',
    formula: 'groups all incorrect / groups',
    summary: 'Prompts that no completion of the group solved.',
  },
  accuracy: {
    label: 'Accuracy',
    unit: 'share',
    formula: 'correct / completions',
    summary: 'Share of the step’s completions that the verifier accepts.',
  },
  kl: {
    label: 'KL (k3)',
    unit: 'nats/token',
    formula: 'mean of exp(ref − lp) − 1 − (ref − lp)',
    summary:
      'Estimated distance from the base on the sampled tokens, before the step’s first update; noisy on one batch.',
  },
  kl_exact: {
    label: 'KL',
    unit: 'nats/token',
    formula: 'mean of Σ p (log p − log p_ref)',
    summary:
      'Exact distance from the base over the whole vocabulary, averaged over the sampled positions, before the step’s first update.',
  },
  entropy: {
    label: 'Entropy',
    unit: 'nats/token',
    formula: 'mean of −Σ p log p',
    summary:
      'How undecided the policy is about the next token, before the step’s first update; near 0 it has stopped exploring.',
  },
  policy_loss: {
    label: 'Loss',
    unit: '',
    formula: 'the objective with its sign turned, without the entropy bonus',
    summary: 'What the update makes smaller; its level says little, since advantages average to zero.',
  },
  loss: {
    label: 'Loss less the bonus',
    unit: '',
    formula: 'policy_loss − entropy_coef × mean token entropy',
    summary:
      'The loss with the entropy bonus taken off; the entropy is that of the completions that take part, at each update of the first pass.',
    only: 'with an entropy bonus',
  },
  grad_norm: {
    label: 'Gradient norm',
    unit: '',
    formula: '‖∇‖₂ before clipping',
    summary: 'Length of the adapter’s gradient before it is clipped, at the last update of the step.',
  },
  num_updates: {
    label: 'Updates',
    unit: 'updates',
    formula: 'passes × mini-batches that learn',
    summary: 'How often the optimizer was applied in this step.',
  },
  num_updates_zero_grad: {
    label: 'Updates without gradient',
    unit: 'updates',
    formula: 'updates with ‖∇‖₂ = 0',
    summary: 'Updates of the step that had no gradient: they are Adam’s momentum from earlier updates alone.',
    only: 'where there are any',
  },
  learning_rate: {
    label: 'Learning rate',
    unit: '',
    formula: 'schedule at this step',
    summary: 'The rate this update used.',
  },
  'clip_ratio/low_mean': {
    label: 'Clipped low',
    unit: 'share',
    formula: 'tokens with r < 1−ε and A < 0 / tokens',
    summary: 'Tokens whose push downwards was cut, over all updates of the step.',
    only: 'with a clip',
  },
  'clip_ratio/low_min': {
    label: 'Clipped low, least',
    unit: 'share',
    formula: 'min over updates of the share clipped low',
    summary: 'The same share at the update of the step that had the least.',
    only: 'with a clip',
  },
  'clip_ratio/high_mean': {
    label: 'Clipped high',
    unit: 'share',
    formula: 'tokens with r > 1+ε and A > 0 / tokens',
    summary: 'Tokens whose push upwards was cut, over all updates of the step.',
    only: 'with a clip',
  },
  'clip_ratio/high_max': {
    label: 'Clipped high, most',
    unit: 'share',
    formula: 'max over updates of the share clipped high',
    summary: 'The same share at the update of the step that had the most.',
    only: 'with a clip',
  },
  'clip_ratio/region_mean': {
    label: 'Clipped',
    unit: 'share',
    formula: 'low + high',
    summary:
      'Tokens whose gradient the clip removed, over all updates of the step; at a first update on fresh completions none are.',
    only: 'with a clip',
  },
  'clip_ratio/dual_mean': {
    label: 'Clipped by c',
    unit: 'share',
    formula: 'tokens with r > c and A < 0 / tokens',
    summary: 'Bad tokens whose push the second clip cut, over all updates of the step.',
    only: 'with a dual clip',
  },
  'clip_ratio/delta_mean': {
    label: 'Clipped by δ',
    unit: 'share',
    formula: 'tokens with r > δ and A < 0 / tokens',
    summary: 'Bad tokens whose push the cap of the ratio cut, over all updates of the step.',
    only: 'with a cap of the ratio',
  },
  'clip_ratio/delta_low_mean': {
    label: 'Clipped by δ_low',
    unit: 'share',
    formula: 'tokens with r < δ_low and A > 0 / tokens',
    summary: 'Good tokens whose push the floor of the ratio cut, over all updates of the step.',
    only: 'with a floor of the ratio',
  },
  approx_kl: {
    label: 'KL from the sampling policy',
    unit: 'nats/token',
    formula: 'mean of old − lp',
    summary:
      'Estimated distance from the policy that sampled: the mean over all updates of the step, each measured before it is made.',
    only: 'where an update was made',
  },
  'policy_ratio/min': {
    label: 'Ratio, least',
    unit: '',
    formula: 'min of r = exp(lp − old)',
    summary:
      'Least ratio to the policy that sampled, over all updates of the step; of completions (geometric mean) where those are clipped, else of tokens.',
    only: 'where an update was made',
  },
  'policy_ratio/max': {
    label: 'Ratio, most',
    unit: '',
    formula: 'max of r = exp(lp − old)',
    summary:
      'Largest ratio to the policy that sampled, over all updates of the step; of completions (geometric mean) where those are clipped, else of tokens.',
    only: 'where an update was made',
  },
  'completions/mean_length': {
    label: 'Completion length',
    unit: 'tokens',
    formula: 'mean tokens up to and including the end',
    summary: 'Longer completions here usually mean that the policy works the problem out.',
  },
  'completions/min_length': {
    label: 'Shortest',
    unit: 'tokens',
    formula: 'min',
    summary: 'Shortest completion of the step.',
  },
  'completions/max_length': {
    label: 'Longest',
    unit: 'tokens',
    formula: 'max',
    summary: 'Longest completion of the step.',
  },
  'completions/clipped_ratio': {
    label: 'Cut off',
    unit: 'share',
    formula: 'completions without an end token / completions',
    summary: 'Completions that ran into the length limit.',
  },
  'completions/mean_terminated_length': {
    label: 'Length of finished completions',
    unit: 'tokens',
    formula: 'mean over completions with an end token',
    summary: 'Mean length without the ones that were cut off.',
  },
  'completions/min_terminated_length': {
    label: 'Shortest finished',
    unit: 'tokens',
    formula: 'min over completions with an end token',
    summary: 'Shortest completion that ended by itself.',
    only: 'where any ended',
  },
  'completions/max_terminated_length': {
    label: 'Longest finished',
    unit: 'tokens',
    formula: 'max over completions with an end token',
    summary: 'Longest completion that ended by itself.',
    only: 'where any ended',
  },
  'sampling/sampling_logp_difference/mean': {
    label: 'Sampler − trainer',
    unit: 'nats',
    formula: 'mean |log p_sampler − log p_trainer|',
    summary:
      'Disagreement of the two numerical paths on the policy before the step’s first update; should stay at rounding.',
  },
  'sampling/sampling_logp_difference/max': {
    label: 'Sampler − trainer, largest',
    unit: 'nats',
    formula: 'max |log p_sampler − log p_trainer|',
    summary: 'Largest disagreement on one token.',
  },
  'sampling/importance_sampling_ratio/min': {
    label: 'Trainer over sampler, least',
    unit: '',
    formula: 'min p_trainer / p_sampler',
    summary: 'Token that the trainer holds least likely compared with the sampler.',
  },
  'sampling/importance_sampling_ratio/mean': {
    label: 'Trainer over sampler',
    unit: '',
    formula: 'mean p_trainer / p_sampler',
    summary: 'Should be 1 to rounding: before the step’s first update the two compute the same policy.',
  },
  'sampling/importance_sampling_ratio/max': {
    label: 'Trainer over sampler, most',
    unit: '',
    formula: 'max p_trainer / p_sampler',
    summary: 'Token that the trainer holds most likely compared with the sampler.',
  },
  'replay/share': {
    label: 'Rollouts not fresh',
    unit: 'share',
    formula: 'replayed / completions',
    summary: 'Completions of the step that an earlier policy wrote, or the base.',
    only: 'with rollouts from a store',
  },
  'replay/staleness': {
    label: 'Staleness',
    unit: 'steps',
    formula: 'mean of step − step when written',
    summary: 'How many steps ago those completions were written.',
    only: 'with rollouts from a store',
  },
  'replay/kl': {
    label: 'Drift from the writers',
    unit: 'nats/token',
    formula: 'mean of log p_writer − log p',
    summary: 'Estimated distance of the policy from those that wrote the completions.',
    only: 'with rollouts from a store',
  },
  value_loss: {
    label: 'Critic’s loss',
    unit: '',
    formula: 'mean (V − R)² / 2',
    summary: 'How far the critic’s expectation was from what came, before this update.',
    only: 'with a critic',
  },
  'critic/explained_variance': {
    label: 'Critic’s foresight',
    unit: 'share',
    formula: '1 − mean (V − R)² / var R',
    summary:
      'Share of the differences between returns that the critic foresaw; 0 or less is no better than a constant.',
    only: 'with a critic',
  },
  beta: {
    label: 'KL coefficient β',
    unit: '',
    formula: 'schedule or control at this step',
    summary: 'How hard the leash to the base pulled at this step.',
    only: 'where the coefficient moves',
  },
  entropy_coef: {
    label: 'Entropy coefficient',
    unit: '',
    formula: 'control at this step',
    summary: 'How much this step paid for entropy.',
    only: 'with an entropy target',
  },
  mu: {
    label: 'Expert’s share μ',
    unit: 'share',
    formula: 'schedule at this step',
    summary: 'Share of the expert’s completions in this step’s loss.',
    only: 'with an expert’s completions beside the policy’s',
  },
  'rewards/kl_penalty': {
    label: 'Leash in the reward',
    unit: '',
    formula: 'mean over completions of β Σ KL',
    summary: 'What the divergence from the base took off the reward of a completion.',
    only: 'with the leash in the reward',
  },
  'rewards/excluded': {
    label: 'Completions without a reward',
    unit: 'completions',
    formula: 'count',
    summary: 'Completions whose reward was no number; they take no part.',
    only: 'where there are any',
  },
  'dynamic_sampling/attempts': {
    label: 'Rounds of sampling',
    unit: 'rounds',
    formula: 'count',
    summary: 'How often prompts were sampled until enough groups were mixed.',
    only: 'with dynamic sampling',
  },
  'dynamic_sampling/dropped': {
    label: 'Groups dropped',
    unit: 'groups',
    formula: 'count',
    summary: 'Groups that were all right or all wrong, or one too many.',
    only: 'with dynamic sampling',
  },
  'dynamic_sampling/missing': {
    label: 'Groups missing',
    unit: 'groups',
    formula: 'prompts − groups kept',
    summary: 'Mixed groups that the allowed rounds did not bring; the step learns from fewer.',
    only: 'with dynamic sampling',
  },
  'pairs/count': {
    label: 'Pairs',
    unit: 'pairs',
    formula: 'groups with different rewards',
    summary: 'Pairs of a best and a worst completion in this step.',
    only: 'with pairs',
  },
  frac_tokens_selected: {
    label: 'Tokens chosen',
    unit: 'share',
    formula: 'chosen / tokens',
    summary: 'Share of the tokens that the algorithm singled out, over all updates of the step.',
    only: 'where the algorithm chooses tokens',
  },
  frac_completions_unused: {
    label: 'Completions unused',
    unit: 'share',
    formula: 'unused / completions',
    summary: 'Completions that were sampled and take no part in the loss.',
    only: 'where there are any',
  },
  num_tokens: {
    label: 'Tokens so far',
    unit: 'tokens',
    formula: 'cumulative prompt + completion tokens',
    summary: 'Tokens seen since the start of the run.',
  },
  step_time: { label: 'Step time', unit: 's', formula: 'wall clock', summary: 'Seconds for the whole step.' },
  'time/rollout': { label: 'Rollout time', unit: 's', formula: 'wall clock', summary: 'Seconds spent on sampling.' },
  'time/score': {
    label: 'Score time',
    unit: 's',
    formula: 'wall clock',
    summary:
      'Seconds spent on reading completions without learning from them: by the base and, where a number or a part asks for it, by the policy.',
  },
  'time/update': {
    label: 'Update time',
    unit: 's',
    formula: 'wall clock',
    summary: 'Seconds spent on gradient and optimizer.',
  },
} satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

const declared: Readonly<Record<string, Metric>> = metrics;

/** Names of the metrics that every step of every algorithm has. */
export const commonMetrics: readonly string[] = Object.keys(metrics).filter(
  (name) => declared[name]?.only === undefined,
);

/** Sizes k of pass@k that a group of so many completions tells of: 1, 2, 4 and so on. */
export const passSizes = (completions: number): readonly number[] => [1, 2, 4, 8, 16].filter((k) => k <= completions);

/** Metrics of one step. `pass@{k}` comes with groups of two or more; `rewards/{term}/mean|std|failed|weight`, `methods/{id}/share|accuracy` and `eval_*` come per task,
 * `difficulty/{level}/share|pass_rate|value|probability` where prompts are of several difficulties. */
export type StepMetrics = Partial<Record<MetricName, number>> & {
  [name: `pass@${number}`]: number;
  [name: `rewards/${string}/${'mean' | 'std' | 'failed' | 'weight'}`]: number;
  [name: `methods/${string}/${'share' | 'accuracy'}`]: number;
  [name: `difficulty/${number}/${'share' | 'pass_rate' | 'value' | 'probability'}`]: number;
  [name: `eval_${string}`]: number;
};
