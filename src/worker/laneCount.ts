/** @file How many lanes a step on WASM is spread over. */

/** More would heat the machine for little: the page and the browser need cores too. */
const MOST_LANES = 4;

/** As many as asked for, or one a core up to four; never more than a step has shards, since those would wait. */
export function laneCount(asked: number | 'auto', cores: number, stepRows: number, shardSize: number): number {
  const wanted = asked === 'auto' ? Math.min(MOST_LANES, cores) : asked;
  return Math.max(1, Math.min(wanted, Math.ceil(stepRows / shardSize)));
}
