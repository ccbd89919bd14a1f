/** @file Number of lanes for a step on WASM. */

/** More would heat the machine for little gain: the page and the browser need cores too. */
const MOST_LANES = 4;

/**
 * The number asked for, or one per core up to four; at most the number of shards of a step, since further lanes would
 * idle.
 */
export function laneCount(asked: number | 'auto', cores: number, stepRows: number, shardSize: number): number {
  const wanted = asked === 'auto' ? Math.min(MOST_LANES, cores) : asked;
  return Math.max(1, Math.min(wanted, Math.ceil(stepRows / shardSize)));
}
