/** @file Rotary position embedding (arXiv 2104.09864), in halves or in adjacent pairs. */
import { constant, reshape, rotary, type Value } from '../engine/graph/index.ts';
import { headSize, type PolicyConfig } from './config.ts';

/** Tables [positions, headSize / 2], one entry per pair of a head. */
export interface RotaryTables {
  readonly cosines: Value;
  readonly sines: Value;
}

/** Angle by which each pair of a head turns from one position to the next. `isLocal`: in a layer of `localAttention`. */
function frequencies(config: PolicyConfig, isLocal: boolean): number[] {
  const { ropeScaling, localAttention } = config;
  const half = headSize(config) / 2;
  const theta = isLocal && localAttention ? localAttention.ropeTheta : config.ropeTheta;
  const plain = Array.from({ length: half }, (_, pair) => theta ** (-pair / half));
  if (!ropeScaling || isLocal) return plain;
  const { factor, lowFrequency, highFrequency, originalSequence } = ropeScaling;
  return plain.map((frequency) => {
    // Turns of the pair over the original context: few are divided by the factor, many kept, a ramp lies between.
    const turns = (originalSequence * frequency) / (2 * Math.PI);
    const kept = Math.min(1, Math.max(0, (turns - lowFrequency) / (highFrequency - lowFrequency)));
    return kept * frequency + (1 - kept) * (frequency / factor);
  });
}

/** Tables of the angles position * frequency, times `scale`; without scaling the frequency is theta^(-2i / headSize). */
export function pairTables(config: PolicyConfig, positions: number, scale = 1, isLocal = false): RotaryTables {
  const half = headSize(config) / 2;
  const perPosition = frequencies(config, isLocal);
  const table = (f: (angle: number) => number) =>
    constant(
      Float64Array.from({ length: positions * half }, (_, i) => {
        const [position, pair] = [Math.floor(i / half), i % half];
        return scale * f(position * (perPosition[pair] as number));
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
export function rotation(config: PolicyConfig, count: number, at?: Value, isLocal = false): Rotation {
  const positions = at ? reshape(at, [-1, 1]) : constant([0], [1], 'int');
  const length = at ? 1 : count;
  const tables = {
    queries: pairTables(config, count, 1 / Math.sqrt(headSize(config)), isLocal),
    keys: pairTables(config, count, 1, isLocal),
  };
  const turned = (kind: keyof typeof tables) => (x: Value) =>
    reshape(
      rotary(reshape(x, [-1, length, x.shape[1] as number]), positions, tables[kind], config.ropeInterleaved),
      x.shape,
    );
  return { queries: turned('queries'), keys: turned('keys') };
}
