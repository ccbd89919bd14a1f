/** @file Rotary position embedding (arXiv 2104.09864), in halves or in adjacent pairs. */
import { constant, reshape, rotary, type Value } from '../engine/graph/index.ts';
import { headSize, type PolicyConfig } from './config.ts';

/** Tables [positions, headSize / 2], one entry per pair of a head. */
export interface RotaryTables {
  readonly cosines: Value;
  readonly sines: Value;
}

/** Tables of the angles position * theta^(-2i / headSize), times `scale`. */
export function pairTables(config: PolicyConfig, positions: number, scale = 1): RotaryTables {
  const half = headSize(config) / 2;
  const table = (f: (angle: number) => number) =>
    constant(
      Float64Array.from({ length: positions * half }, (_, i) => {
        const [position, pair] = [Math.floor(i / half), i % half];
        return scale * f(position * config.ropeTheta ** (-pair / half));
      }),
      [positions, half],
    );
  return { cosines: table(Math.cos), sines: table(Math.sin) };
}

/** Rotates the queries and keys of rows, each row at its own position. */
export interface Rotation {
  /** [n, heads hd] -> the same shape, times 1 / sqrt(hd): products with keys are the scores of attention. */
  queries(x: Value): Value;
  /** [n, kvHeads hd] -> the same shape. */
  keys(x: Value): Value;
}

/**
 * Rotation to positions below `count`: those of `at`, int [n]; if absent, 0 to count - 1 in each sequence of `count` rows.
 */
export function rotation(config: PolicyConfig, count: number, at?: Value): Rotation {
  const positions = at ? reshape(at, [-1, 1]) : constant([0], [1], 'int');
  const length = at ? 1 : count;
  const tables = {
    queries: pairTables(config, count, 1 / Math.sqrt(headSize(config))),
    keys: pairTables(config, count),
  };
  const turned = (kind: keyof typeof tables) => (x: Value) =>
    reshape(
      rotary(reshape(x, [-1, length, x.shape[1] as number]), positions, tables[kind], config.ropeInterleaved),
      x.shape,
    );
  return { queries: turned('queries'), keys: turned('keys') };
}
