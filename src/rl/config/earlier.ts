/**
 * @file Configurations written by earlier versions, completed so that a run goes on with the loss it was trained with.
 */
import { OWN } from './choices.ts';
import { defaultConfig, type TrainConfig } from './config.ts';
import type { AggregationId } from '../objectives/aggregation.ts';

/**
 * Algorithms whose token losses were averaged over all tokens until the aggregation became a setting; GRPO is now the
 * published one.
 */
const oncePerToken: readonly string[] = ['grpo', 'gdpo', 'passAtK'];

/** The aggregation that an algorithm had before it was a setting. */
export const earlierAggregation = (algorithm: string): AggregationId | typeof OWN =>
  oncePerToken.includes(algorithm) ? 'dapo' : OWN;

/**
 * The configuration with what it does not name: the default, which is how it ran, and for the aggregation the one of
 * its time.
 */
export function completedConfig(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const algorithm = typeof config.algorithm === 'string' ? config.algorithm : defaultConfig.algorithm;
  return {
    ...defaultConfig,
    aggregation: earlierAggregation(algorithm) satisfies TrainConfig['aggregation'],
    ...config,
  };
}
