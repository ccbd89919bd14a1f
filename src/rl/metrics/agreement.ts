/** @file Metrics of two arithmetics of one policy, the sampler's and the trainer's, on tokens sampled for this step. */
import { mean } from '../../lib/statistics.ts';
import { type BatchFacts, sampledPlaces } from './facts.ts';
import type { Metrics } from './metric.ts';

/** A number of log p_trainer - log p_sampler of each token; undefined where no token is fresh or no sampler known. */
const ofDifferences =
  (number: (differences: readonly number[]) => number) =>
  ({ batch, trainerLogProbs }: BatchFacts): number | undefined => {
    const sampler = batch.arrays.samplerLogProbs;
    const places = sampledPlaces(batch, (row) => !batch.replayed[row]);
    if (!sampler || places.length === 0) return undefined;
    return number(places.map((i) => (trainerLogProbs[i] as number) - (sampler[i] as number)));
  };

const magnitudes = (differences: readonly number[]): number[] => differences.map(Math.abs);
const ratios = (differences: readonly number[]): number[] => differences.map(Math.exp);
const least = (a: number, b: number): number => Math.min(a, b);
const most = (a: number, b: number): number => Math.max(a, b);

export const agreement = {
  'sampling/sampling_logp_difference/mean': {
    label: 'Sampler − trainer',
    unit: 'nats',
    formula: 'mean |log p_sampler − log p_trainer|',
    summary:
      'Disagreement of the two numerical paths on the policy before the step’s first update; should stay at rounding.',
    chart: { id: 'sampler', line: 'Mean', color: 'other', floor: [0, 1e-6] },
    of: ofDifferences((differences) => mean(magnitudes(differences))),
  },
  'sampling/sampling_logp_difference/max': {
    label: 'Sampler − trainer, largest',
    unit: 'nats',
    formula: 'max |log p_sampler − log p_trainer|',
    summary: 'Largest disagreement on one token.',
    chart: { id: 'sampler', line: 'Largest', color: 'other-soft', draw: 'dashed' },
    of: ofDifferences((differences) => magnitudes(differences).reduce(most)),
  },
  'sampling/importance_sampling_ratio/min': {
    label: 'Trainer over sampler, least',
    unit: '',
    formula: 'min p_trainer / p_sampler',
    summary: 'Token that the trainer holds least likely compared with the sampler.',

    of: ofDifferences((differences) => ratios(differences).reduce(least)),
  },
  'sampling/importance_sampling_ratio/mean': {
    label: 'Trainer over sampler',
    unit: '',
    formula: 'mean p_trainer / p_sampler',
    summary: 'Should be 1 to rounding: before the step’s first update the two compute the same policy.',

    of: ofDifferences((differences) => mean(ratios(differences))),
  },
  'sampling/importance_sampling_ratio/max': {
    label: 'Trainer over sampler, most',
    unit: '',
    formula: 'max p_trainer / p_sampler',
    summary: 'Token that the trainer holds most likely compared with the sampler.',

    of: ofDifferences((differences) => ratios(differences).reduce(most)),
  },
} satisfies Metrics<BatchFacts>;
