/** @file The optimizer of adapters, for the graphs and for exported runs. */
import { adamWDefaults, type AdamWOptions } from '../../engine/optim/adamw.ts';

/** AdamW settings for adapters. No weight decay: at zero an adapter is the base. */
export const adapterOptimizer: AdamWOptions = { ...adamWDefaults, weightDecay: 0 };
