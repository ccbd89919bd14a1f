import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packTrees } from './blocks.ts';

test('every tree has places of its own in one block, and there are enough places', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 }), fc.nat(60), (sizes, entries) => {
      const { size, count, starts } = packTrees(sizes, entries);
      const places = sizes.flatMap((length, tree) =>
        Array.from({ length }, (_, i) => {
          const place = (starts[tree] as number) + i;
          expect(Math.floor(place / size)).toBe(Math.floor((starts[tree] as number) / size));
          return place;
        }),
      );
      expect(new Set(places).size).toBe(places.length);
      expect(Math.max(-1, ...places)).toBeLessThan(size * count);
      expect(size * count).toBeGreaterThanOrEqual(entries);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test.each([
  [[19, 19, 19], 57, { size: 19, count: 3 }],
  // Two trees of one half and one of both halves.
  [[30, 60, 30], 120, { size: 60, count: 2 }],
  // A second block would hold one state in fifty.
  [[50, 1], 51, { size: 51, count: 1 }],
])('trees of %j with %i entries stand in the cheapest blocks', (sizes, entries, blocks) => {
  expect(packTrees(sizes, entries)).toMatchObject(blocks);
});
