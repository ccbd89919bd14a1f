/** @file The optimizer of adapters: what the graphs are built with, and what an exported run names. */
import { adamWDefaults, type AdamWOptions } from '../../engine/optim/adamw.ts';

/** Adam's settings for adapters: no decay, since zero is the base. */
export const adapterOptimizer: AdamWOptions = { ...adamWDefaults, weightDecay: 0 };
