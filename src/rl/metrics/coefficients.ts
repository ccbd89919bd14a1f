/** @file Metrics of the step's coefficients: those that move, and the KL penalty in the reward. */
import { sum } from '../../lib/floats.ts';
import type { TrainConfig } from '../config/config.ts';
import { knobs } from '../config/knobs.ts';
import { movingKnobs } from '../config/schedules.ts';
import type { BatchFacts, StepFacts } from './facts.ts';
import type { Metrics } from './metric.ts';

const knobValue = (config: TrainConfig, id: string): number | undefined => {
  const name = movingKnobs.find((knob) => knobs[knob].id === id);
  return name && config[name];
};

export const coefficients = {
  beta: {
    label: 'KL coefficient β',
    unit: '',
    formula: 'schedule or control at this step',
    summary: 'Weight of the KL penalty at this step.',
    only: 'where the coefficient moves',

    of: ({ algorithm, config, settings }) =>
      (config.klControl === 'constant' && !config.schedules.beta) || algorithm.pairs ? undefined : settings.beta,
  },
  'schedules/{id}': {
    label: 'Scheduled number',
    unit: '',
    formula: 'from its configured value to the schedule’s',
    summary: 'Value at this step of a number that moves.',
    only: 'for each number with a schedule',

    each: ({ config, settings }) =>
      Object.fromEntries(Object.keys(config.schedules).map((id) => [id, settings[id] ?? knobValue(config, id)])),
  },
  entropy_coef: {
    label: 'Entropy coefficient',
    unit: '',
    formula: 'control at this step',
    summary: 'How much this step paid for entropy.',
    only: 'with an entropy target',

    of: ({ config, settings }) => (config.entropyTarget > 0 ? (settings.entropy_coef ?? 0) : undefined),
  },
  mu: {
    label: 'Expert’s share μ',
    unit: 'share',
    formula: 'schedule at this step',
    summary: 'Share of the expert’s completions in this step’s loss.',
    only: 'with an expert’s completions beside the policy’s',

    of: ({ settings }) => settings.mu,
  },
} satisfies Metrics<StepFacts>;

/** Metrics of the KL penalty that was taken off the reward. */
export const penalty = {
  'rewards/kl_penalty': {
    label: 'KL penalty in the reward',
    unit: '',
    formula: 'mean over completions of β Σ KL',
    summary: 'What the divergence from the base took off the reward of a completion.',
    only: 'with the KL penalty in the reward',

    of: ({ algorithm: { regulariser }, settings, batch, penalties }) =>
      regulariser?.placement === 'reward' && (settings.beta ?? 0) > 0 && batch.rows > 0
        ? sum(penalties) / batch.rows
        : undefined,
  },
} satisfies Metrics<BatchFacts>;
