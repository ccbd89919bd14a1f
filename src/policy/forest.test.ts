import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prefixOf, tokensUpTo } from '../../testing/forests.ts';
import { Forest } from './forest.ts';

const width = 7;
const sizes = { rows: 6, columns: width - 1, states: 18 };

const rowArbitrary = fc.record({
  tokens: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: width, maxLength: width }),
  columns: fc.uniqueArray(fc.integer({ min: 0, max: width - 2 }), { minLength: 1 }),
});

test.each([true, false])(
  'with arrays of a fixed size %s: every scored next token has an edge from the state of its prefix, and what does not fit changes nothing',
  (isFixed) => {
    const shape = { ...sizes, isFixed };
    let refused = 0;
    fc.assert(
      fc.property(fc.array(fc.array(rowArbitrary, { minLength: 1, maxLength: 2 }), { maxLength: 5 }), (units) => {
        const forest = new Forest(shape);
        const kept = units.flatMap((unit) => {
          const before = forest.leaves();
          const rows = unit.map(({ tokens, columns }) => ({
            tokenIds: Int32Array.from(tokens),
            columns: columns.toSorted((a, b) => a - b),
          }));
          if (forest.add(rows)) return rows;
          refused++;
          expect(forest.leaves()).toEqual(before);
          return [];
        });
        const leaves = { ...forest.leaves() };
        const prefixes = new Set<string>();
        kept.forEach(({ tokenIds, columns }, row) => {
          for (const column of columns) {
            const tokens = tokensUpTo(leaves, row * shape.columns + column);
            expect(tokens).toEqual([...tokenIds.subarray(0, column + 2)]);
            const source = leaves.sources[leaves.choices[row * shape.columns + column] as number] as number;
            expect(leaves.positions[source]).toBe(column);
          }
          for (let length = 1; length <= (columns.at(-1) as number) + 1; length++)
            prefixes.add(tokenIds.subarray(0, length).join());
        });
        if (isFixed) expect(leaves.tokenIds).toHaveLength(shape.states);
        expect(leaves.tokenIds.length % leaves.slots.length).toBe(0);
        expect(leaves.places).toEqual(Int32Array.from(leaves.tokenIds.keys()));
        // Each distinct prefix is one state; the others hold the token 0 at position 0 and see themselves alone.
        expect(prefixes.size).toBeLessThanOrEqual(shape.states);
        const found = [...leaves.tokenIds.keys()].map((state) => prefixOf(leaves, state).join());
        const unused = found.length - prefixes.size;
        expect(found.filter((prefix) => prefix !== '0')).toHaveLength(prefixes.size - Number(prefixes.has('0')));
        expect(found.filter((prefix) => prefix === '0')).toHaveLength(unused + Number(prefixes.has('0')));
        expect(new Set(found.filter((prefix) => prefix !== '0' || prefixes.has('0')))).toEqual(prefixes);
      }),
      { seed: 1, numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(50);
  },
);
