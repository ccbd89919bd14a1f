/** @file The rows that are sampled together: as many as fit into the memory. */
import type { Backend } from '../../engine/runtime/runtime.ts';
import { readManifest } from '../../policy/checkpoint.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import { keptWeights } from '../../policy/hub/weights.ts';
import type { Bits } from '../../policy/quantize.ts';
import type { LearnerSpec } from '../learner/learner.ts';
import { MOST_GPU_ROWS } from '../learner/layers/sizes.ts';
import { bytesOf, largestTensor, type MemoryOf, peakOf } from './memory.ts';
import type { RunShape } from './runShape.ts';

/** Memory that a run may take. */
export interface Limit {
  readonly bytes: number;
  /** Bytes of the largest tensor that a graphics adapter takes. */
  readonly tensor: number;
  /** Whose limit it is, as in "this tab". */
  readonly of: string;
}

/** A policy as it is kept, and a run of it. */
export interface Planned {
  readonly config: PolicyConfig;
  /** Bits of the linear weights. */
  readonly bits: Bits | 32;
  readonly run: RunShape;
  readonly backend: Backend;
}

/** Fewest rows at once; an objective of pairs needs two. */
export const FEWEST_ROWS = 2;

/** Rows that are sampled together where memory is no limit: one device works on a whole step. */
export const usualRows = ({ run, backend }: Pick<Planned, 'run' | 'backend'>): number =>
  Math.min(run.rows, backend === 'webgpu' ? MOST_GPU_ROWS : run.rowsAtOnce);

/** `from`, and halves of it down to `least`; even ones but for `from`. */
export const halves = (from: number, least: number): number[] =>
  from <= least ? [from] : [from, ...halves(2 * Math.ceil(from / 4), least)];

export const memoryOf = ({ config, bits, ...planned }: Planned, rows: number): MemoryOf => ({
  ...planned,
  config,
  kept: keptWeights(config, bits),
  isPacked: bits !== 32,
  rows,
});

export const fits = (of: MemoryOf, { bytes, tensor }: Limit): boolean =>
  peakOf(bytesOf(of)) <= bytes && (of.backend !== 'webgpu' || largestTensor(of) <= tensor);

/** The most rows at once that fit; null if not even the fewest do. */
export const fittingRows = (planned: Planned, limit: Limit): number | null =>
  halves(usualRows(planned), FEWEST_ROWS).find((rows) => fits(memoryOf(planned, rows), limit)) ?? null;

/** Rows of a shard of this spec, or as many as fit: the fewest if none do. `stepRows` are those of an update. */
export function fittingShardSize(spec: LearnerSpec, backend: Backend, stepRows: number, limit: Limit): number {
  const { config, bits } = readManifest(spec.checkpoint);
  const ranks = Object.values(spec.slots).map(({ set }) => (set.kind === 'lora' ? set.lora.rank : 0));
  const { shardSize, promptLength, completionLength } = spec;
  const run = {
    rows: stepRows,
    promptsPerStep: stepRows,
    numIterations: 1,
    rowsAtOnce: shardSize,
    promptLength,
    completionLength,
    rank: Math.max(...ranks),
  };
  const planned = { config, bits, run, backend };
  return fittingRows(planned, limit) ?? Math.min(FEWEST_ROWS, shardSize);
}
