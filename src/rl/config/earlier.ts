/** @file Configurations of earlier versions, completed so that a run continues with the loss it was trained with. */
import { OWN } from './choices.ts';
import { defaultConfig, type TrainConfig } from './config.ts';
import type { AggregationId } from '../objectives/aggregation.ts';

/**
 * Algorithms that averaged token losses over all tokens before the aggregation became a setting; GRPO is now the
 * published one.
 */
const oncePerToken: readonly string[] = ['grpo', 'gdpo', 'passAtK'];

/** Aggregation of an algorithm before it became a setting. */
export const earlierAggregation = (algorithm: string): AggregationId | typeof OWN =>
  oncePerToken.includes(algorithm) ? 'dapo' : OWN;

/** Adds missing fields: defaults, which older versions ran with, and the aggregation of their time. */
export function completedConfig(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const algorithm = typeof config.algorithm === 'string' ? config.algorithm : defaultConfig.algorithm;
  return {
    ...defaultConfig,
    aggregation: earlierAggregation(algorithm) satisfies TrainConfig['aggregation'],
    ...config,
  };
}
