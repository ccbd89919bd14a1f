/**
 * @file The choices of a configuration, each with its options and a sentence. Forms, links and the command line read
 * them beside the knobs.
 */
import { NO_PRIOR_PROMPT } from '../prompts/priorPrompt.ts';
import { tasks } from '../../tasks/index.ts';
import { estimators } from '../advantages/index.ts';
import { promptSamplers } from '../prompts/index.ts';
import type { AggregationId } from '../objectives/aggregation.ts';
import { importanceModes } from '../objectives/importance.ts';
import type { SourceId } from '../sampling/sources.ts';

export interface Option {
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
}

export interface Choice {
  /** TRL's name where it has one. */
  readonly id: string;
  readonly label: string;
  readonly default: string;
  readonly applies: 'next step' | 'restart';
  readonly summary: string;
  readonly options: readonly Option[];
}

const choice = (c: Choice): Choice => c;

/** The option that keeps the algorithm's own part. */
export const OWN = 'algorithm';
const own: Option = { id: OWN, title: 'The algorithm’s', summary: 'As its paper has it.' };

const controls = new Map(
  tasks.flatMap(({ controls: own = [] }) => own.map((control) => [control.id, control] as const)),
);

const corrections: Readonly<Record<(typeof importanceModes)[number], Option>> = {
  token_truncate: { id: 'token_truncate', title: 'Each token, cut', summary: 'A token’s weight is cut at the cap.' },
  token_mask: {
    id: 'token_mask',
    title: 'Each token, left out',
    summary: 'A token whose weight is beyond the cap is left out.',
  },
  sequence_truncate: {
    id: 'sequence_truncate',
    title: 'Whole completion, cut',
    summary: 'A completion’s weight is cut at the cap.',
  },
  sequence_mask: {
    id: 'sequence_mask',
    title: 'Whole completion, left out',
    summary: 'A completion whose weight is beyond the cap is left out.',
  },
};

type AggregationOption = Option & { readonly id: AggregationId };

export const choices = {
  rollouts: choice({
    id: 'rollouts',
    label: 'Rollouts',
    default: 'online',
    applies: 'restart',
    summary: 'Which policy wrote the completions that a step learns from.',
    options: [
      { id: 'online', title: 'Fresh', summary: 'The policy as it is writes all of them.' },
      {
        id: 'offline',
        title: 'From a store',
        summary:
          'All were written before step 0, by the base or as a file holds them; nothing is sampled while training.',
      },
      {
        id: 'replay',
        title: 'Fresh and kept',
        summary: 'Some were kept from the steps before, when the policy was another.',
      },
    ] satisfies readonly { id: SourceId | 'online'; title: string; summary: string }[],
  }),
  advantage: choice({
    id: 'advantage',
    label: 'Advantage',
    default: OWN,
    applies: 'restart',
    summary: 'How a reward is turned into a push up or down.',
    options: [own, ...estimators.map(({ id, title, summary }) => ({ id, title, summary }))],
  }),
  aggregation: choice({
    id: 'aggregation',
    label: 'Aggregation',
    default: OWN,
    applies: 'restart',
    summary: 'How the losses of all tokens become one number; it decides how much long completions count.',
    options: [
      own,
      {
        id: 'grpo',
        title: 'Mean over completions',
        summary: 'Each completion counts the same, whatever its length: GRPO as published.',
      } satisfies AggregationOption,
      {
        id: 'dapo',
        title: 'Mean over tokens',
        summary:
          'Each token of an update counts the same, so a long completion counts by its length: DAPO, and BNPO of TRL.',
      } satisfies AggregationOption,
      {
        id: 'dr_grpo',
        title: 'Constant divisor',
        summary: 'The sum over tokens, divided by completions × longest possible length: Dr. GRPO.',
      } satisfies AggregationOption,
    ],
  }),
  maskedCompletions: choice({
    id: 'masked_completions',
    label: 'Masked completions',
    default: 'left_out',
    applies: 'restart',
    summary: 'Whether completions that take no part in the loss still count in a mean over completions.',
    options: [
      { id: 'left_out', title: 'Left out', summary: 'The mean is over the completions that take part.' },
      {
        id: 'counted',
        title: 'Counted',
        summary: 'The mean is over all completions, as in TRL’s grpo and dr_grpo: masked ones make the step smaller.',
      },
    ],
  }),
  zeroStdGroups: choice({
    id: 'zero_std_groups',
    label: 'Groups without spread',
    default: 'kept',
    applies: 'restart',
    summary: 'Whether groups whose completions all earned the same take part in the loss.',
    options: [
      {
        id: 'kept',
        title: 'Kept',
        summary:
          'They count in the means, and a KL penalty in the loss acts on them; a group baseline gives them the advantage 0, other advantages may not.',
      },
      {
        id: 'masked',
        title: 'Masked',
        summary: 'They take no part in the loss, neither in its means nor in its KL penalty.',
      },
    ],
  }),
  trainedWeights: choice({
    id: 'trained_weights',
    label: 'Weights that learn',
    default: 'adapter',
    applies: 'restart',
    summary: 'Which numbers the training changes.',
    options: [
      { id: 'adapter', title: 'An adapter', summary: 'Low-rank matrices beside the frozen weights (LoRA).' },
      {
        id: 'all',
        title: 'All weights',
        summary: 'Every weight of the policy; it takes a lower learning rate, and no critic. No adapter can be saved.',
      },
    ],
  }),
  rsLora: choice({
    id: 'use_rslora',
    label: 'Scale of the adapter',
    default: 'off',
    applies: 'restart',
    summary: 'What the adapter’s output is multiplied by.',
    options: [
      { id: 'off', title: 'α / rank', summary: 'LoRA as published: a larger rank is scaled down.' },
      { id: 'on', title: 'α / √rank', summary: 'rsLoRA (arXiv 2312.03732): a larger rank keeps its weight.' },
    ],
  }),
  klEstimator: choice({
    id: 'kl_estimator',
    label: 'Divergence',
    default: OWN,
    applies: 'restart',
    summary: 'How the distance from the base is measured where β is above 0.',
    options: [
      own,
      {
        id: 'k1',
        title: 'k1',
        summary:
          'log π − log π_ref: unbiased on-policy; in the loss it pushes nowhere on average. Beyond 20 nats its gradient stops.',
      },
      { id: 'k2', title: 'k2', summary: 'Half its square: in the loss, the gradient of KL(π ‖ π_ref).' },
      {
        id: 'k3',
        title: 'k3',
        summary:
          'Never negative; in the loss, the gradient of KL(π_ref ‖ π). Beyond a difference of 20 nats its gradient stops.',
      },
      {
        id: 'k3WithK2Gradient',
        title: 'k3, gradient of k2',
        summary: 'The number of k3 with the push of k2; both are unbiased on-policy only.',
      },
      { id: 'exact', title: 'Exact', summary: 'KL(π ‖ π_ref) over the whole vocabulary at every position.' },
      {
        id: 'exactForward',
        title: 'Exact, forward',
        summary: 'KL(π_ref ‖ π): the policy keeps doing all that the base does. In the loss only.',
      },
    ],
  }),
  klPlacement: choice({
    id: 'kl_placement',
    label: 'Place of the KL penalty',
    default: OWN,
    applies: 'restart',
    summary: 'Whether the divergence is part of the loss or is taken off the reward.',
    options: [
      own,
      { id: 'loss', title: 'In the loss', summary: 'Differentiated along with the objective.' },
      { id: 'reward', title: 'In the reward', summary: 'Taken off the reward before advantages are made.' },
    ],
  }),
  klBiasCorrection: choice({
    id: 'use_bias_correction_kl',
    label: 'KL off-policy',
    default: 'off',
    applies: 'restart',
    summary: 'Whether each token’s divergence in the loss is weighted by its ratio.',
    options: [
      {
        id: 'off',
        title: 'As sampled',
        summary: 'Exact on the policy’s own tokens; from the second update on the same rollouts, biased.',
      },
      {
        id: 'on',
        title: 'Times the ratio',
        summary:
          'k1 and k3 stay unbiased for KL(π ‖ π_ref), and so does their gradient (DeepSeek-V3.2; TRL’s use_bias_correction_kl).',
      },
    ],
  }),
  klControl: choice({
    id: 'kl_control',
    label: 'β over time',
    default: 'constant',
    applies: 'next step',
    summary: 'How the KL coefficient changes from step to step.',
    options: [
      { id: 'constant', title: 'Constant', summary: 'As it is set.' },
      { id: 'linear', title: 'Linear to 0', summary: 'Falls to 0 at the last step.' },
      { id: 'cosine', title: 'Cosine to 0', summary: 'Falls to 0 at the last step, slowly at both ends.' },
      { id: 'adaptive', title: 'Adaptive', summary: 'Moves so that the divergence comes to the KL target.' },
    ],
  }),
  importanceCorrection: choice({
    id: 'importance_sampling_correction',
    label: 'Sampler correction',
    default: 'off',
    applies: 'restart',
    summary: 'Weighs what was sampled by how much the trainer’s arithmetic disagrees with the sampler’s.',
    options: [
      { id: 'off', title: 'Off', summary: 'The two agree to rounding here; see the chart.' },
      ...importanceModes.map((mode) => corrections[mode]),
    ],
  }),
  offPolicyMask: choice({
    id: 'off_policy_mask',
    label: 'Off-policy mask',
    default: 'off',
    applies: 'restart',
    summary: 'Whether bad completions that the policy has moved far away from still push it.',
    options: [
      { id: 'off', title: 'Off', summary: 'All completions count.' },
      {
        id: 'sequence',
        title: 'Whole completion, left out',
        summary: 'A completion with A < 0 that has become less likely by more than the threshold is left out.',
      },
    ],
  }),
  lrScheduler: choice({
    id: 'lr_scheduler_type',
    label: 'Learning rate over time',
    default: 'constant',
    applies: 'next step',
    summary: 'What becomes of the learning rate after the warm-up.',
    options: [
      { id: 'constant', title: 'Constant', summary: 'Stays at its peak.' },
      { id: 'linear', title: 'Linear to 0', summary: 'Falls to 0 at the last step.' },
      { id: 'cosine', title: 'Cosine to 0', summary: 'Falls to 0 at the last step, slowly at both ends.' },
    ],
  }),
  promptSampler: choice({
    id: 'prompt_sampler',
    label: 'Prompts',
    default: 'fixed',
    applies: 'restart',
    summary: 'Which problems a step asks.',
    options: promptSamplers.map(({ id, title, summary }) => ({ id, title, summary })),
  }),
  priorPrompt: choice({
    id: 'prior_prompt',
    label: 'Prior prompt',
    default: NO_PRIOR_PROMPT,
    applies: 'restart',
    summary: 'A control token before every prompt of the training, asking for one way of answering.',
    options: [
      { id: NO_PRIOR_PROMPT, title: 'None', summary: 'The problem alone.' },
      ...[...controls.values()].map(({ id, label, token }) => ({
        id,
        title: label,
        summary: `The token ${token} stands before every problem.`,
      })),
    ],
  }),
} satisfies Record<string, Choice>;

export type ChoiceName = keyof typeof choices;
export const choiceNames = Object.keys(choices) as ChoiceName[];
