/**
 * @file The catalogue of metrics: each is declared once, with its words, its place in a chart and the function that
 * measures it. Log, charts, tooltips, exports and documentation read it.
 *
 * A metric that does not apply is absent from a step, never 0. Metrics of the policy belong to the parameters before
 * the step's first update, unless their summary names the updates.
 */
import { agreement } from './agreement.ts';
import { coefficients, penalty } from './coefficients.ts';
import { critic } from './critic.ts';
import type { BatchFacts, StepFacts } from './facts.ts';
import { lengths } from './lengths.ts';
import { measured, type Metrics } from './metric.ts';
import { optimizer } from './optimizer.ts';
import { policy } from './policy.ts';
import { preferences } from './preferences.ts';
import { replay } from './replay.ts';
import { rewards } from './rewards.ts';
import { samples } from './samples.ts';
import { updates } from './updates.ts';

/** Metrics of any batch, in training or in an evaluation of an objective. */
const ofBatch = { ...policy, ...preferences, ...updates, ...agreement, ...critic, ...penalty };

export const metrics = { ...rewards, ...ofBatch, ...optimizer, ...lengths, ...replay, ...coefficients, ...samples };

const catalogue: Metrics<StepFacts> = metrics;

type Name = keyof typeof metrics;
/** The name of one metric. */
export type MetricName = { [N in Name]: N extends `${string}{${string}` ? never : N }[Name];
type Replaced<N extends string> = N extends `${infer Head}{${string}}${infer Tail}` ? `${Head}${string}${Tail}` : never;

/** Numbers of one step by name; `eval_` ones come from held-out problems, beside the step. */
export type StepMetrics = Partial<Record<MetricName, number>> & {
  [name in Replaced<Name> | `eval_${string}`]: number;
};

/** Names of the metrics that every step of every algorithm has. */
export const commonMetrics: readonly string[] = Object.keys(catalogue).filter(
  (name) => catalogue[name]?.only === undefined,
);

export const batchMetrics = (facts: BatchFacts): StepMetrics => measured<BatchFacts>(ofBatch, facts);
export const stepMetrics = (facts: StepFacts): StepMetrics => measured(catalogue, facts);
