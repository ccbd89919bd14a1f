/** @file Metrics of rollouts that an earlier policy wrote. */
import { choices } from '../config/choices.ts';
import { everywhere, mean } from '../../lib/statistics.ts';
import { meanOf, sampledPlaces, type StepFacts } from './facts.ts';
import type { ChartedRun, Metrics } from './metric.ts';

/** Steps since each completion that was not written for this step was written. */
const ages = ({ samples, step }: StepFacts): number[] =>
  samples.groups.flatMap(({ completions, writtenAt }) =>
    writtenAt === undefined ? [] : completions.map(() => step - writtenAt),
  );

const isReplayed = ({ config }: ChartedRun): boolean => config !== null && config.rollouts !== choices.rollouts.default;

export const replay = {
  'replay/staleness': {
    label: 'Staleness',
    unit: 'steps',
    formula: 'mean of step − step when written',
    summary: 'How many steps ago those completions were written.',
    only: 'with rollouts from a store',
    chart: { id: 'staleness', color: 'other', floor: [0, 4], when: isReplayed },
    of: (facts) => meanOf(ages(facts)),
  },
  'replay/kl': {
    label: 'Drift from the writers',
    unit: 'nats/token',
    formula: 'mean of log p_writer − log p',
    summary: 'Estimated distance of the policy from those that wrote the completions.',
    only: 'with rollouts from a store',
    chart: { id: 'drift', color: 'kl', floor: [0, 0.05], bounds: everywhere, when: isReplayed },
    of: ({ batch, statistics }) => {
      const sampler = batch.arrays.samplerLogProbs;
      const places = sampledPlaces(batch, (row) => batch.replayed[row] === true);
      return sampler && places.length > 0
        ? mean(places.map((i) => (sampler[i] as number) - (statistics.logProbs[i] as number)))
        : undefined;
    },
  },
  'replay/share': {
    label: 'Rollouts not fresh',
    unit: 'share',
    formula: 'replayed / completions',
    summary: 'Completions of the step that an earlier policy wrote, or the base.',
    only: 'with rollouts from a store',

    of: (facts) => {
      const { length } = ages(facts);
      return length > 0 ? length / facts.samples.rows.filter(({ expert }) => !expert).length : undefined;
    },
  },
} satisfies Metrics<StepFacts>;
