/** @file Names that a lesson may use: controls and drawings that get a ring, and metrics that its questions read. */
import { choiceNames, choices } from '../rl/config/choices.ts';
import { knobNames, knobs } from '../rl/config/knobs.ts';
import { metrics } from '../rl/metrics/index.ts';
import type { Metrics } from '../rl/metrics/metric.ts';
import { type Phase, phases } from '../ui/river/view.ts';

const catalogue: readonly (readonly [string, Metrics<never>[string]])[] = Object.entries(metrics);

/** Controls by name; weights of reward terms are named `reward.<term>` beside them. */
const controls: readonly string[] = [
  ...knobNames.map((name) => knobs[name].id),
  ...choiceNames.map((name) => `choice-${choices[name].id}`),
  'preset',
  'ask',
];
export const isControl = (name: string): boolean => controls.includes(name) || /^reward\.[a-z_]{1,40}$/.test(name);

/** Charts by id. */
export const chartIds: readonly string[] = [
  ...new Set(catalogue.flatMap(([, { chart }]) => chart?.id ?? [])),
  'methods',
  'reward-terms',
  'pass-at-k',
  'exact-way',
];

/** Drawings for a lesson's card: the river in a phase of the last update, its tokens, the exact optimum, or a chart. */
const evidences: readonly string[] = [...phases.map((phase) => `river:${phase}`), 'tokens', 'exact', ...chartIds];
export const isEvidence = (name: string): boolean => evidences.includes(name);

/** Panel or chart that gets a ring for this evidence. */
export const ringOf = (evidence: string): string =>
  evidence === 'tokens' || evidence.startsWith('river:')
    ? 'river'
    : evidence === 'exact'
      ? evidence
      : `chart-${evidence}`;

/** The phase of the river that this evidence shows; null for a chart. */
export const phaseOf = (evidence: string): Phase | null =>
  ringOf(evidence) === 'river' ? (phases.find((phase) => evidence === `river:${phase}`) ?? 'shift') : null;

/** Numbers of a history that no step measures. */
const beside: readonly string[] = ['exact/gap', 'exact/distance', 'eval/sampled', 'eval/greedy'];

const pattern = (name: string): RegExp =>
  new RegExp(`^${name.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{\w+\}/g, String.raw`[\w.-]+`)}$`);

/** Unit of a metric of the history; null if there is no such metric. */
export function unitOf(metric: string): string | null {
  if (beside.includes(metric)) return metric === 'exact/distance' ? '' : 'share';
  return catalogue.find(([name]) => pattern(name).test(metric))?.[1].unit ?? null;
}
