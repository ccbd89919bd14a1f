/** @file Trees of states as blocks of one size: a state is attended to within its block alone. */

export interface Blocks {
  /** Places of a block. */
  readonly size: number;
  readonly count: number;
  /** The first place of each tree; its places are consecutive and in one block. */
  readonly starts: readonly number[];
}

/** Attention to that many states takes about as long as the rest of a layer for one. */
const REST_OF_LAYER = 400;

/** First fit of trees in falling order of size. */
function packed(sizes: readonly number[], falling: readonly number[], size: number, entries: number): Blocks {
  const filled: number[] = [];
  const starts = sizes.map(() => 0);
  for (const tree of falling) {
    const needed = sizes[tree] as number;
    const fitting = filled.findIndex((used) => used + needed <= size);
    const block = fitting < 0 ? filled.push(0) - 1 : fitting;
    const used = filled[block] as number;
    starts[tree] = block * size + used;
    filled[block] = used + needed;
  }
  return { size, count: Math.max(filled.length, Math.ceil(entries / size)), starts };
}

/** The cheapest blocks for trees of these sizes, with `entries` places or more. */
export function packTrees(sizes: readonly number[], entries: number): Blocks {
  const falling = [...sizes.keys()].sort((a, b) => (sizes[b] as number) - (sizes[a] as number));
  const total = Math.max(
    1,
    entries,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  const cost = ({ size, count }: Blocks): number => count * size * (REST_OF_LAYER + size);
  let best = packed(sizes, falling, total, entries);
  for (let size = Math.max(1, ...sizes); size < total; size++) {
    const blocks = packed(sizes, falling, size, entries);
    if (cost(blocks) < cost(best)) best = blocks;
  }
  return best;
}
