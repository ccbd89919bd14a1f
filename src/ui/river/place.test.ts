/** @file A river fits its drawing however many answers the group has: labels keep their room, and water its width. */
import { describe, expect, test } from 'vitest';
import { flowLine, placeRiver, spanOf } from './place.ts';
import { allNodes, keyOfPath, tipsOf, type RiverNodeView } from './tree.ts';

const node = (parent: number, token: number, p: number, kind: RiverNodeView['kind'], rest = 0): RiverNodeView => ({
  parent,
  token,
  text: String(token),
  kind,
  probabilities: [p],
  rest: [rest],
  correct: kind === 'end' ? token === 0 : null,
});

/** `count` answers of two tokens, all equally likely, and a tenth that is not listed. */
const nodes = (count: number): RiverNodeView[] => [
  node(-1, -1, 1, 'inner', 0.1),
  ...Array.from({ length: count }, (_, i) => [
    node(0, i + 1, 0.9 / count, 'inner'),
    node(2 * i + 1, 0, 0.9 / count, 'end'),
  ]).flat(),
];

const river = (count: number) => ({ prompt: '1+2=', answer: '3', step: 1, hasBefore: false, nodes: nodes(count) });
const wanted = (count: number) => new Set(Array.from({ length: count }, (_, i) => keyOfPath([i + 1, 0])));

describe.each([
  ['wide', 660],
  ['phone', 345],
])('%s', (_, width) => {
  test.each([1, 4, 8, 16, 32])('%i different answers of the group', (count) => {
    const extent = { width, height: 205, unit: 1, labels: 'update' } as const;
    const placed = placeRiver(river(count), 0, extent, wanted(count))!;
    const bands = [...placed.layout.bands.values()];
    // A third of the height stays for the water.
    expect(placed.layout.scale).toBeGreaterThan(50);
    for (const { top, height } of bands) {
      expect(top).toBeGreaterThanOrEqual(placed.above - 1e-6);
      expect(top + height).toBeLessThanOrEqual(extent.height + 1e-6);
    }
    const tips = bands.filter(({ node: { kind } }) => kind === 'end').toSorted((a, b) => a.top - b.top);
    expect(tips.length).toBe(Math.min(count, tips.length));
    tips.slice(1).forEach(({ top, height }, i) => {
      const above = tips[i]!;
      expect(top + height / 2 - above.top - above.height / 2).toBeGreaterThanOrEqual(13.5 - 1e-6);
    });
    if (count <= 8) expect(tips).toHaveLength(count);
    for (const band of bands.filter(({ node: { parent } }) => parent)) {
      const [begins, arrives, ends] = spanOf(placed, band);
      expect(begins).toBeLessThan(arrives);
      expect(ends).toBeLessThanOrEqual(width);
    }
    expect(placed.columns.at(-1)).toBeLessThan(width - 100);
  });
});

test('the line to a tip stays within the bands that flow to it', () => {
  const placed = placeRiver(river(4), 0, { width: 660, height: 205, unit: 1, labels: 'film' })!;
  const root = placed.layout.bands.get('')!;
  const starts = tipsOf(placed.root)
    .filter(({ kind }) => kind === 'end')
    .map((tip) => {
      const numbers = flowLine(placed, tip)
        .match(/-?[\d.]+/g)!
        .map(Number);
      const own = placed.layout.bands.get(tip.key)!;
      expect(numbers.at(-1)).toBeCloseTo(own.top + own.height / 2, 6);
      return numbers[1]!;
    });
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  expect(Math.min(...starts)).toBeGreaterThan(root.top);
  expect(Math.max(...starts)).toBeLessThan(root.top + root.height);
  expect(allNodes(placed.root).length).toBeGreaterThan(8);
});
