/** @file The optimizer of adapters, for the graphs and for exported runs. */
import { adamWDefaults, type AdamWOptions } from '../../engine/optim/adamw.ts';

/** Adam's settings for adapters: no decay, since zero is the base. */
export const adapterOptimizer: AdamWOptions = { ...adamWDefaults, weightDecay: 0 };
