/** @file Rotary position embedding (arXiv 2104.09864), in halves or in adjacent pairs. */
import { add, constant, matmul, mul, type Value } from '../engine/graph/index.ts';
import { headSize, type PolicyConfig } from './config.ts';

/** Angle of pair i at a position: position * theta^(-2i / headSize). */
function angles(config: PolicyConfig, positions: number): Float64Array[] {
  const half = headSize(config) / 2;
  return Array.from({ length: positions }, (_, position) =>
    Float64Array.from({ length: half }, (_unused, i) => position * config.ropeTheta ** (-i / half)),
  );
}

/** Index of an element's pair within its head. */
const pairOf = (element: number, half: number, interleaved: boolean): number =>
  interleaved ? element >> 1 : element % half;

export interface RotaryTables {
  /** [positions, headSize], one entry per element of a head. */
  readonly cosines: Value;
  readonly sines: Value;
  /** R [headSize, headSize]: x R rotates each pair of x by 90 degrees. */
  readonly turn: Value;
}

/** Tables for positions 0..positions-1. */
export function rotaryTables(config: PolicyConfig, positions: number): RotaryTables {
  const size = headSize(config);
  const half = size / 2;
  const interleaved = config.ropeInterleaved;
  const perElement = (f: (angle: number) => number): Value =>
    constant(
      angles(config, positions).flatMap((row) =>
        Array.from({ length: size }, (_, e) => f(row[pairOf(e, half, interleaved)] as number)),
      ),
      [positions, size],
    );
  const turn = new Float64Array(size * size);
  for (let pair = 0; pair < half; pair++) {
    const [x, y] = interleaved ? [2 * pair, 2 * pair + 1] : [pair, pair + half];
    turn[y * size + x] = -1; // x' gets -y
    turn[x * size + y] = 1; // y' gets x
  }
  return { cosines: perElement(Math.cos), sines: perElement(Math.sin), turn: constant(turn, [size, size]) };
}

/** x cos + (x R) sin; tables broadcast against x [..., headSize]. */
export function rotate(x: Value, cosines: Value, sines: Value, turn: Value): Value {
  return add(mul(x, cosines), mul(matmul(x, turn), sines));
}

/** Tables [positions, headSize / 2], one entry per pair, as the fused attention kernel takes them. */
export function pairTables(config: PolicyConfig, positions: number): { cosines: Value; sines: Value } {
  const half = headSize(config) / 2;
  const table = (f: (angle: number) => number) =>
    constant(
      angles(config, positions).flatMap((row) => Array.from(row, f)),
      [positions, half],
    );
  return { cosines: table(Math.cos), sines: table(Math.sin) };
}
