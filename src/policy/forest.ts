/**
 * @file Rows of tokens as a forest of prefixes. A policy's state after a prefix depends on that prefix alone, so rows
 * with a common beginning share its states: a prompt is computed once for its group, equal completions once, and
 * padding never.
 */
import { assert } from '../lib/assert.ts';
import { packTrees } from './blocks.ts';

/** Sizes that the graphs are built for. */
export interface ForestShape {
  readonly rows: number;
  /** Next-token columns of a row: its width less one. */
  readonly columns: number;
  /** Most distinct prefixes that are read, and most distinct pairs of a prefix and its next token that are scored. */
  readonly states: number;
  /** Whether arrays are always filled up to `states`, one block; else the rows decide their length and the blocks. */
  readonly isFixed: boolean;
}

/** Arrays of a forest with N = blocks * S entries for states and edges, by the names of a graph's inputs. */
export interface ForestLeaves {
  /** The last token of each state's prefix, and its position, [N]. */
  readonly tokenIds: Int32Array;
  readonly positions: Int32Array;
  /** 0 .. N - 1. */
  readonly places: Int32Array;
  /** 0 .. S - 1, the places of a block. */
  readonly slots: Int32Array;
  /** States are numbered depth first: those that continue slot i of a block are its slots i + 1 .. ends[i] - 1, [N]. */
  readonly ends: Int32Array;
  /** The state and the next token of each edge, [N]. */
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  /** The edge of each next token, [rows * columns]; 0 for a column that is not scored. */
  readonly choices: Int32Array;
}

/** One number for a state and a next token; vocabularies are smaller. */
const keyOf = (state: number, token: number): number => (state + 1) * 2 ** 21 + token;

/** Rows that are computed in one run. */
export class Forest {
  private readonly parents: number[] = [];
  private readonly tokens: number[] = [];
  private readonly states = new Map<number, number>();
  private readonly edges = new Map<number, number>();
  /** Edges of each row's scored columns. */
  private readonly rows: Map<number, number>[] = [];

  constructor(private readonly shape: ForestShape) {}

  /** Entries that its arrays need. */
  get size(): number {
    return Math.max(this.parents.length, this.edges.size);
  }

  /**
   * Adds rows [width] whose next tokens are scored at these columns, ascending; column c is the token after prefix c +
   * 1. Returns false, and adds none, if they do not all fit.
   */
  add(rows: readonly { readonly tokenIds: Int32Array; readonly columns: readonly number[] }[]): boolean {
    const before = { rows: this.rows.length, states: this.parents.length, edges: this.edges.size };
    for (const { tokenIds, columns } of rows) this.append(tokenIds, columns);
    const { shape } = this;
    if (this.rows.length <= shape.rows && this.size <= shape.states) return true;
    this.rows.length = before.rows;
    this.parents.length = before.states;
    this.tokens.length = before.states;
    for (const [key, state] of this.states) if (state >= before.states) this.states.delete(key);
    for (const [key, edge] of this.edges) if (edge >= before.edges) this.edges.delete(key);
    return false;
  }

  leaves(): ForestLeaves {
    const { rows, columns } = this.shape;
    const { order, ends } = this.depthFirst();
    const { block, length, placeOf } = this.layout(order, ends);
    const counted = (count: number) => Int32Array.from({ length: count }, (_, i) => i);
    const leaves: ForestLeaves = {
      tokenIds: new Int32Array(length),
      positions: new Int32Array(length),
      places: counted(length),
      slots: counted(block),
      // A state that is not used sees itself.
      ends: Int32Array.from({ length }, (_, i) => (i % block) + 1),
      sources: new Int32Array(length),
      targets: new Int32Array(length),
      choices: new Int32Array(rows * columns),
    };
    this.tokens.forEach((token, state) => {
      const number = order[state] as number;
      const place = placeOf(number);
      const parent = this.parents[state] as number;
      leaves.tokenIds[place] = token;
      leaves.positions[place] = parent < 0 ? 0 : (leaves.positions[placeOf(order[parent] as number)] as number) + 1;
      leaves.ends[place] = (place % block) + (ends[number] as number) - number;
    });
    for (const [key, edge] of this.edges) {
      leaves.sources[edge] = placeOf(order[Math.floor(key / 2 ** 21) - 1] as number);
      leaves.targets[edge] = key % 2 ** 21;
    }
    this.rows.forEach((chosen, row) => {
      for (const [column, edge] of chosen) leaves.choices[row * columns + column] = edge;
    });
    return leaves;
  }

  /** The size of a block, the length of the arrays, and the place of each depth-first number. */
  private layout(order: readonly number[], ends: readonly number[]) {
    const { isFixed, states } = this.shape;
    if (isFixed) return { block: states, length: states, placeOf: (number: number) => number };
    const roots = order.filter((_, state) => (this.parents[state] as number) < 0).sort((a, b) => a - b);
    const { size, count, starts } = packTrees(
      roots.map((root) => (ends[root] as number) - root),
      this.edges.size,
    );
    const offsets: number[] = [];
    roots.forEach((root, tree) => {
      for (let i = root; i < (ends[root] as number); i++) offsets[i] = (starts[tree] as number) - root;
    });
    return { block: size, length: size * count, placeOf: (number: number) => number + (offsets[number] as number) };
  }

  private append(tokenIds: Int32Array, columns: readonly number[]): void {
    const chosen = new Map<number, number>();
    let [state, length] = [-1, 0];
    for (const column of columns) {
      for (; length <= column; length++) state = this.after(state, tokenIds[length] as number);
      chosen.set(column, this.edge(state, tokenIds[column + 1] as number));
    }
    this.rows.push(chosen);
  }

  /** The state after one more token; -1 is the empty prefix. */
  private after(parent: number, token: number): number {
    const key = keyOf(parent, token);
    const known = this.states.get(key);
    if (known !== undefined) return known;
    this.states.set(key, this.parents.length);
    this.tokens.push(token);
    return this.parents.push(parent) - 1;
  }

  private edge(state: number, token: number): number {
    const key = keyOf(state, token);
    const edge = this.edges.get(key) ?? this.edges.size;
    this.edges.set(key, edge);
    return edge;
  }

  /** The depth-first number of each state, and by that number the end of the states that continue it. */
  private depthFirst(): { order: number[]; ends: number[] } {
    const below = this.parents.map(() => 1);
    // Parents come before their children.
    for (let state = this.parents.length - 1; state >= 0; state--) {
      const parent = this.parents[state] as number;
      if (parent >= 0) below[parent] = (below[parent] as number) + (below[state] as number);
    }
    const order: number[] = [];
    const ends: number[] = [];
    // Where the next child of each state begins; the roots' entry is last.
    const next = [...this.parents.map(() => 0), 0];
    this.parents.forEach((parent, state) => {
      const at = parent < 0 ? next.length - 1 : parent;
      const place = next[at] as number;
      const end = place + (below[state] as number);
      order[state] = place;
      ends[place] = end;
      next[at] = end;
      next[state] = place + 1;
    });
    return { order, ends };
  }
}

/** The forest of whole rows [rows, width], all of whose next tokens are scored. UsageError if they do not fit. */
export function forestOf(shape: ForestShape, tokenIds: Int32Array): ForestLeaves {
  const forest = new Forest(shape);
  const width = shape.columns + 1;
  const columns = Array.from({ length: shape.columns }, (_, column) => column);
  const rows = Array.from({ length: shape.rows }, (_, row) => ({
    tokenIds: tokenIds.subarray(row * width, (row + 1) * width),
    columns,
  }));
  assert(forest.add(rows), `forest: the rows do not fit into ${shape.states} states`);
  return forest.leaves();
}
