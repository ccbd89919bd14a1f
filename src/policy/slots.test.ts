/** @file Slots against rows that each keep a cache of their own: random draws, rests and forks. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Ends, Slots } from './slots.ts';

const ROWS = 6;

/** Rows of tokens over slots of tokens: the cache at a position holds the token that was fed there. */
class Harness {
  private readonly slots = new Slots(ROWS);
  private readonly memory = Array.from({ length: ROWS + 1 }, (): number[] => []);
  private tokens: number[][] = [];
  /** Heads that read another prefix than their rows have. */
  readonly faults: string[] = [];
  heads = 0;
  copies = 0;

  begin(prompts: readonly (readonly number[])[]): void {
    this.slots.begin(prompts).forEach((prompt, slot) => (this.memory[slot] = prompt.slice(0, -1)));
    this.tokens = prompts.map((prompt) => [...prompt]);
  }

  fork(parents: readonly { readonly row: number; readonly at: number }[]): void {
    this.slots.fork(parents.map(({ row }) => row));
    this.tokens = parents.map(({ row, at }) => (this.tokens[row] as number[]).slice(0, at));
  }

  get lengths(): number[] {
    return this.tokens.map(({ length }) => length);
  }

  /** Feeds the last tokens of `rows` and appends one to each; checks every cache that the step reads. */
  step(rows: readonly number[], drawn: readonly number[]): void {
    const ends: Ends = {
      tokenId: Int32Array.from(this.tokens, (row) => row.at(-1) as number),
      position: Int32Array.from(this.tokens, (row) => row.length - 1),
    };
    const { heads, moves } = this.slots.step(rows, ends);
    for (const { from, to, length } of moves) {
      this.memory[to] = (this.memory[from] as number[]).slice(0, length);
      this.copies++;
    }
    if (String(heads.flatMap((head) => head.rows).sort()) !== String([...rows].sort())) this.faults.push('rows');
    heads.forEach(({ rows: sharing, tokenId, position }, slot) => {
      const cache = this.memory[slot] as number[];
      for (const row of sharing) {
        const read = [...cache.slice(0, position), tokenId];
        if (String(read) !== String(this.tokens[row])) this.faults.push(`row ${row} reads ${read} of slot ${slot}`);
      }
      cache.length = position;
      cache.push(tokenId);
    });
    this.heads = heads.length;
    rows.forEach((row, i) => this.tokens[row]?.push(drawn[i] as number));
  }

  distinct(rows: readonly number[]): number {
    return new Set(rows.map((row) => String(this.tokens[row]))).size;
  }
}

const token = fc.integer({ min: 0, max: 2 });
const prompts = fc.array(fc.array(token, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: ROWS });
const choices = fc.array(fc.nat(), { minLength: ROWS, maxLength: ROWS });
const draw = fc.record({ which: fc.array(fc.boolean(), { minLength: ROWS, maxLength: ROWS }), drawn: choices });
const fork = fc.record({ from: choices, at: choices, count: fc.integer({ min: 1, max: ROWS }) });

test('every head finds its prefix in the slot of its place, and resting rows lose nothing', () => {
  fc.assert(
    fc.property(prompts, fc.array(fc.oneof({ weight: 4, arbitrary: draw }, fork), { maxLength: 25 }), (begun, work) => {
      const harness = new Harness();
      harness.begin(begun);
      for (const one of work) {
        const { lengths } = harness;
        const rows = lengths.keys();
        if ('drawn' in one) {
          const chosen = [...rows].filter((row) => one.which[row]);
          harness.step(
            chosen,
            one.drawn.map((number) => number % 3),
          );
        } else {
          const parents = Array.from({ length: one.count }, (_, i) => {
            const row = (one.from[i] as number) % lengths.length;
            return { row, at: 1 + ((one.at[i] as number) % (lengths[row] as number)) };
          });
          harness.fork(parents);
        }
      }
      const all = [...harness.lengths.keys()];
      harness.step(
        all,
        all.map(() => 0),
      );
      expect(harness.faults).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('rows without forks have one head for each distinct prefix', () => {
  fc.assert(
    fc.property(prompts, fc.array(choices, { minLength: 1, maxLength: 8 }), (begun, draws) => {
      const harness = new Harness();
      harness.begin(begun);
      const rows = [...begun.keys()];
      for (const drawn of draws) {
        const expected = harness.distinct(rows);
        harness.step(
          rows,
          drawn.map((number) => number % 2),
        );
        expect(harness.heads).toBe(expected);
      }
    }),
  );
});

test('a fork copies nothing until its rows differ', () => {
  const harness = new Harness();
  harness.begin([[1, 2, 0]]);
  harness.step([0], [1]);
  harness.fork(Array.from({ length: 4 }, () => ({ row: 0, at: 4 })));
  harness.step([0, 1, 2, 3], [0, 0, 1, 1]);
  expect(harness).toMatchObject({ heads: 1, copies: 0 });
  harness.step([0, 1, 2, 3], [0, 0, 0, 0]);
  expect(harness).toMatchObject({ heads: 2, copies: 1 });
});
