/** @file Metrics of pairs, as TRL's DPOTrainer and CPOTrainer define them, before the step's first update. */
import { mean } from '../../lib/statistics.ts';
import { writtenPlaces } from '../trajectory/batch.ts';
import { type BatchFacts } from './facts.ts';
import type { ChartedRun, Metrics } from './metric.ts';

type Rewarded = readonly (readonly [chosen: number, rejected: number])[];

/**
 * beta times the log-ratio to the base of a row's completion, the reward that DPO's policy is the optimum of (arXiv
 * 2305.18290, eq. 5); without a reference, beta times the mean log-probability of its tokens (SimPO, arXiv 2405.14734,
 * eq. 4).
 */
function impliedReward({ algorithm, batch, statistics, settings }: BatchFacts, row: number): number {
  const { logProbs, refLogProbs } = statistics;
  const places = writtenPlaces(batch, row);
  const judged =
    algorithm.impliedReward === 'meanLogProb'
      ? places.map((i) => (logProbs[i] as number) / places.length)
      : places.map((i) => (logProbs[i] as number) - (refLogProbs[i] as number));
  return (settings.beta as number) * judged.reduce((sum, x) => sum + x, 0);
}

/** The implied rewards of every pair whose two completions have tokens. */
function rewarded(facts: BatchFacts): Rewarded {
  const { order, shapes } = facts.batch;
  const pairs = Array.from(
    { length: order.length / 2 },
    (_, pair) => [order[2 * pair] as number, order[2 * pair + 1] as number] as const,
  );
  return pairs
    .filter((pair) => pair.every((row) => (shapes[row]?.length ?? 0) > 0))
    .map(([up, down]) => [impliedReward(facts, up), impliedReward(facts, down)]);
}

/** The mean of a number of each pair; undefined without pairs, or where no beta says how rewards are measured. */
const overPairs =
  (number: (chosen: number, rejected: number) => number) =>
  (facts: BatchFacts): number | undefined => {
    if (!facts.algorithm.pairs || facts.settings.beta === undefined) return undefined;
    const pairs = rewarded(facts);
    return pairs.length > 0 ? mean(pairs.map(([chosen, rejected]) => number(chosen, rejected))) : undefined;
  };

const learnsFromPairs = ({ paper }: ChartedRun): boolean => paper?.pairs === true;

export const preferences = {
  'rewards/margins': {
    label: 'Margin',
    unit: '',
    formula: 'mean over pairs of r(chosen) − r(rejected)',
    summary:
      'How much more reward the policy stands for at the chosen completion than at the rejected one, before the step’s first update.',
    only: 'with pairs',
    chart: { id: 'margins', color: 'other', when: learnsFromPairs },
    of: overPairs((chosen, rejected) => chosen - rejected),
  },
  'rewards/accuracies': {
    label: 'Pairs in the right order',
    unit: 'share',
    formula: 'pairs with r(chosen) > r(rejected) / pairs',
    summary:
      'Pairs whose chosen completion has the higher implied reward, before the step’s first update; at the base all rewards are 0 and none is higher.',
    only: 'with pairs',
    chart: { id: 'preferred', floor: [0, 1], color: 'positive', when: learnsFromPairs },
    of: overPairs((chosen, rejected) => Number(chosen > rejected)),
  },
  'rewards/chosen': {
    label: 'Implied reward, chosen',
    unit: '',
    formula: 'mean of r = β log(π/π_ref), without a reference β mean log π',
    summary:
      'Reward of the chosen completions for which the policy would be the optimum, before the step’s first update.',
    only: 'with pairs',
    chart: {
      id: 'implied-rewards',
      title: 'Implied rewards',
      line: 'Chosen',
      color: 'positive',
      when: learnsFromPairs,
    },
    of: overPairs((chosen) => chosen),
  },
  'rewards/rejected': {
    label: 'Implied reward, rejected',
    unit: '',
    formula: 'mean of r = β log(π/π_ref), without a reference β mean log π',
    summary: 'The same for the rejected completions.',
    only: 'with pairs',
    chart: { id: 'implied-rewards', line: 'Rejected', color: 'negative', when: learnsFromPairs },
    of: overPairs((_, rejected) => rejected),
  },
} satisfies Metrics<BatchFacts>;
