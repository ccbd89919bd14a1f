/** @file Which layers an adapter sits on, its rank and its scale; apart from its graphs, which a form does not need. */
import { z } from '../lib/zod.ts';

/** Linear layers of a block that can have an adapter. The head cannot. */
export const loraTargets = ['q', 'k', 'v', 'o', 'gate', 'up', 'down'] as const;
export type LoraTarget = (typeof loraTargets)[number];

export interface LoraConfig {
  readonly rank: number;
  readonly alpha: number;
  readonly targets: readonly LoraTarget[];
  /** Scale by alpha / sqrt(rank) instead (rsLoRA, arXiv 2312.03732). */
  readonly rankStabilized?: boolean | undefined;
  /** Has a critic: a linear head on the last hidden state, w [d, 1] and b [1]. */
  readonly critic?: boolean;
}

/** Rank and scale of an adapter from a file; the upper bounds only keep its output within single precision. */
export const rankSchema = z
  .number({ error: 'a whole number is needed' })
  .int('a whole number is needed')
  .min(1, 'at least 1')
  .max(1024, 'at most 1024');
export const alphaSchema = z
  .number({ error: 'a number is needed' })
  .min(1e-6, 'at least 0.000001')
  .max(1e6, 'at most 1000000');
