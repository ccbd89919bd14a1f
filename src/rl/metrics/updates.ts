/** @file Metrics of a step's updates, each measured in its own forward pass, over all passes and mini-batches. */
import type { ClipRegion } from '../objectives/clipRegions.ts';
import { clipRatioC, delta, deltaLow } from '../objectives/settings.ts';
import type { BatchFacts } from './facts.ts';
import type { ChartedRun, Metrics } from './metric.ts';
import type { UpdateFacts } from './updateFacts.ts';

type Updates = Pick<BatchFacts, 'updates'>;

const total = ({ updates }: Updates, of: (update: UpdateFacts) => number): number =>
  updates.reduce((sums, update) => sums + of(update), 0);

/** A number over all tokens of the updates; undefined where there are none. */
const overTokens =
  (number: (facts: Updates, tokens: number) => number) =>
  (facts: Updates): number | undefined => {
    const tokens = total(facts, (update) => update.tokens);
    return tokens > 0 ? number(facts, tokens) : undefined;
  };

const isInUse = ({ updates }: Updates, region: ClipRegion): boolean => updates.some(({ cut }) => region in cut);

/** A number of the tokens that a bound cut; undefined where the bound is not in use. */
function cutBy(region: ClipRegion, number: (facts: Updates, tokens: number) => number) {
  const measure = overTokens(number);
  return (facts: Updates): number | undefined => (isInUse(facts, region) ? measure(facts) : undefined);
}

const cutShare = (region: ClipRegion) =>
  cutBy(region, (facts, tokens) => total(facts, ({ cut }) => cut[region] ?? 0) / tokens);

/** The bound's share of tokens at each update. */
const sharesOf = ({ updates }: Updates, region: ClipRegion): number[] =>
  updates.filter(({ tokens }) => tokens > 0).map(({ cut, tokens }) => (cut[region] ?? 0) / tokens);

const [cutLow, cutHigh] = [cutShare('low'), cutShare('high')];

/** Runs whose paper declares the setting. */
const declares =
  (setting: string) =>
  ({ paper }: ChartedRun): boolean =>
    paper?.settings.some(({ id }) => id === setting) ?? false;

export const updates = {
  'clip_ratio/region_mean': {
    label: 'Clipped',
    unit: 'share',
    formula: 'low + high',
    summary:
      'Tokens whose gradient the clip removed, over all updates of the step; at a first update on fresh completions none are.',
    only: 'with a clip',
    chart: { id: 'clip', title: 'Clipped tokens', floor: [0, 0.01], color: 'other' },
    of: cutBy('low', (facts) => (cutLow(facts) ?? 0) + (cutHigh(facts) ?? 0)),
  },
  'clip_ratio/high_mean': {
    label: 'Clipped high',
    unit: 'share',
    formula: 'tokens with r > 1+ε and A > 0 / tokens',
    summary: 'Tokens whose push upwards was cut, over all updates of the step.',
    only: 'with a clip',
    chart: { id: 'clip', color: 'positive', draw: 'dashed' },
    of: cutHigh,
  },
  'clip_ratio/high_max': {
    label: 'Clipped high, most',
    unit: 'share',
    formula: 'max over updates of the share clipped high',
    summary: 'The same share at the update of the step that had the most.',
    only: 'with a clip',

    of: cutBy('high', (facts) => Math.max(...sharesOf(facts, 'high'))),
  },
  'clip_ratio/low_mean': {
    label: 'Clipped low',
    unit: 'share',
    formula: 'tokens with r < 1−ε and A < 0 / tokens',
    summary: 'Tokens whose push downwards was cut, over all updates of the step.',
    only: 'with a clip',
    chart: { id: 'clip', color: 'negative', draw: 'dashed' },
    of: cutLow,
  },
  'clip_ratio/low_min': {
    label: 'Clipped low, least',
    unit: 'share',
    formula: 'min over updates of the share clipped low',
    summary: 'The same share at the update of the step that had the least.',
    only: 'with a clip',

    of: cutBy('low', (facts) => Math.min(...sharesOf(facts, 'low'))),
  },
  'clip_ratio/dual_mean': {
    label: 'Clipped by c',
    unit: 'share',
    formula: 'tokens with r > c and A < 0 / tokens',
    summary: 'Bad tokens whose push the second clip cut, over all updates of the step.',
    only: 'with a dual clip',
    chart: { id: 'clip', color: 'other-soft', draw: 'dashed', when: declares(clipRatioC.id) },
    of: cutShare('dual'),
  },
  'clip_ratio/delta_mean': {
    label: 'Clipped by δ',
    unit: 'share',
    formula: 'tokens with r > δ and A < 0 / tokens',
    summary: 'Bad tokens whose push the cap of the ratio cut, over all updates of the step.',
    only: 'with a cap of the ratio',
    chart: { id: 'clip', color: 'other-soft', draw: 'dashed', when: declares(delta.id) },
    of: cutShare('delta'),
  },
  'clip_ratio/delta_low_mean': {
    label: 'Clipped by δ_low',
    unit: 'share',
    formula: 'tokens with r < δ_low and A > 0 / tokens',
    summary: 'Good tokens whose push the floor of the ratio cut, over all updates of the step.',
    only: 'with a floor of the ratio',
    chart: { id: 'clip', color: 'other-soft', draw: 'dashed', when: declares(deltaLow.id) },
    of: cutShare('delta_low'),
  },
  'policy_ratio/max': {
    label: 'Ratio, most',
    unit: '',
    formula: 'max of r = exp(lp − old)',
    summary:
      'Largest ratio to the policy that sampled, over all updates of the step; of completions (geometric mean) where those are clipped, else of tokens.',
    only: 'where an update was made',
    chart: { id: 'ratio', title: 'Ratio to the sampling policy', floor: [0.99, 1.01], line: 'Most', color: 'positive' },
    of: overTokens(({ updates }) => Math.max(...updates.map(({ mostRatio }) => mostRatio))),
  },
  'policy_ratio/min': {
    label: 'Ratio, least',
    unit: '',
    formula: 'min of r = exp(lp − old)',
    summary:
      'Least ratio to the policy that sampled, over all updates of the step; of completions (geometric mean) where those are clipped, else of tokens.',
    only: 'where an update was made',
    chart: { id: 'ratio', line: 'Least', color: 'negative' },
    of: overTokens(({ updates }) => Math.min(...updates.map(({ leastRatio }) => leastRatio))),
  },
  approx_kl: {
    label: 'KL from the sampling policy',
    unit: 'nats/token',
    formula: 'mean of old − lp',
    summary:
      'Estimated distance from the policy that sampled: the mean over all updates of the step, each measured before it is made.',
    only: 'where an update was made',
    chart: { id: 'kl-step', color: 'kl', floor: [-0.001, 0.001] },
    of: overTokens((facts, tokens) => total(facts, ({ drift }) => drift) / tokens),
  },
  frac_tokens_selected: {
    label: 'Tokens chosen',
    unit: 'share',
    formula: 'chosen / tokens',
    summary: 'Share of the tokens that the algorithm singled out, over all updates of the step.',
    only: 'where the algorithm chooses tokens',

    of: (facts) => {
      const choosable = total(facts, ({ chosen }) => chosen?.of ?? 0);
      return choosable > 0 ? total(facts, ({ chosen }) => chosen?.tokens ?? 0) / choosable : undefined;
    },
  },
} satisfies Metrics<BatchFacts>;
