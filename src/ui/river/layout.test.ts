/** @file The drawn part of a river and the places of its branches: nothing is lost, widths are exact, nothing overlaps. */
import { describe, expect, test } from 'vitest';
import { random } from '../../lib/random.ts';
import { layoutRiver, ribbon, scaleFor, type LayoutOptions } from './layout.ts';
import { allNodes, type DrawnNode, drawnTree, keyOfPath, type RiverNodeView, sharesOf, tipsOf } from './tree.ts';

/** A random tree of completions under two policies; about a tenth of every node is not listed. */
function randomRiver(seed: number, depth = 5): RiverNodeView[] {
  const draw = random('river', seed);
  const nodes: RiverNodeView[] = [];
  const grow = (parent: number, token: number, level: number, probabilities: readonly number[]): void => {
    const own = nodes.length;
    const isEnd = level === depth || (level > 1 && draw.uniform() < 0.3);
    const kind = isEnd ? 'end' : 'inner';
    const shares = probabilities.map(() => {
      const weights = [1, 2, 3, 4].map(() => draw.uniform() ** 3);
      const total = weights.reduce((sum, w) => sum + w, 0);
      return weights.map((w) => w / total);
    });
    const rest = isEnd ? [0, 0] : probabilities.map((p, policy) => p * shares[policy]![3]!);
    const correct = isEnd ? draw.uniform() < 0.5 : null;
    nodes.push({ parent, token, text: String(token), kind, probabilities, rest, correct });
    if (isEnd) return;
    for (const child of [0, 1, 2])
      grow(
        own,
        child,
        level + 1,
        probabilities.map((p, policy) => p * shares[policy]![child]!),
      );
  };
  grow(-1, -1, 0, [1, 1]);
  return nodes;
}

const options: LayoutOptions = { policy: 0, height: 240, lane: 14, gap: 2 };
const rivers = [1, 2, 3, 4, 5].map((seed) => drawnTree(randomRiver(seed), 9) as DrawnNode);

describe('the drawn part', () => {
  test.each([1, 4, 9, 1000])('with %i tips shown and gathered probability is 1, at every node too', (tips) => {
    for (const seed of [1, 2, 3]) {
      const root = drawnTree(randomRiver(seed), tips) as DrawnNode;
      for (const policy of [0, 1]) {
        const { right, wrong, open, gathered } = sharesOf(root, policy);
        expect(right + wrong + open + gathered).toBeCloseTo(1, 9);
        for (const { children, probabilities } of allNodes(root).filter((node) => node.children.length > 0))
          expect(children.reduce((sum, child) => sum + child.probabilities[policy]!, 0)).toBeCloseTo(
            probabilities[policy]!,
            9,
          );
      }
      expect(tipsOf(root).filter(({ kind }) => kind === 'end').length).toBeLessThanOrEqual(tips);
    }
  });

  test('keeps the likeliest completions, and the wanted ones before them', () => {
    const nodes = randomRiver(1);
    const ends = nodes
      .filter(({ kind }) => kind === 'end')
      .toSorted((a, b) => a.probabilities[0]! - b.probabilities[0]!);
    const path = (node: RiverNodeView): number[] => (node.parent < 0 ? [] : [...path(nodes[node.parent]!), node.token]);
    const rarest = keyOfPath(path(ends[0]!));
    const keys = (root: DrawnNode | null) => tipsOf(root!).map(({ key }) => key);
    expect(keys(drawnTree(nodes, 3))).not.toContain(rarest);
    expect(keys(drawnTree(nodes, 3, new Set([rarest])))).toContain(rarest);
  });
});

describe('the layout', () => {
  test('every branch is exactly as high as its probability, where it leaves and where it arrives', () => {
    for (const root of rivers) {
      const scale = scaleFor(root, options);
      const { bands } = layoutRiver(root, scale, options);
      expect(scale).toBeGreaterThan(20);
      expect(bands.size).toBe(allNodes(root).length);
      for (const { node, height } of bands.values()) expect(height).toBe(node.probabilities[0]! * scale);
    }
  });

  test('branches of a depth do not overlap, and lie within the drawing', () => {
    for (const root of rivers) {
      const { bands } = layoutRiver(root, scaleFor(root, options), options);
      for (const depth of [0, 1, 2, 3, 4, 5]) {
        const level = [...bands.values()].filter(({ node }) => node.depth === depth);
        for (const edge of ['from', 'top'] as const) {
          const sorted = level.toSorted((a, b) => a[edge] - b[edge]);
          sorted.slice(1).forEach((band, i) => {
            const above = sorted[i]!;
            expect(band[edge]).toBeGreaterThanOrEqual(above[edge] + above.height - 1e-9);
            // The same order on both sides, so that the curves between do not cross.
            expect(band.top).toBeGreaterThanOrEqual(above.top + above.height - 1e-9);
          });
          expect(sorted[0]?.[edge] ?? 0).toBeGreaterThanOrEqual(-1e-9);
          const last = sorted.at(-1);
          expect(last ? last[edge] + last.height : 0).toBeLessThanOrEqual(options.height + 1e-6);
        }
      }
    }
  });

  test('every finished completion has a lane for its label to the right end, crossed by no branch', () => {
    for (const root of rivers) {
      const { bands } = layoutRiver(root, scaleFor(root, options), options);
      for (const { node, top, height } of bands.values()) {
        if (node.kind !== 'end') continue;
        const half = Math.max(options.lane, height) / 2;
        const [above, below] = [top + height / 2 - half, top + height / 2 + half];
        for (const other of bands.values()) {
          if (other.node.depth <= node.depth || other.node === node) continue;
          expect(other.top >= below - 1e-9 || other.top + other.height <= above + 1e-9).toBe(true);
        }
      }
    }
  });

  test('a branch of probability 0 has a place, at which it grows', () => {
    const root = drawnTree(
      [
        { parent: -1, token: -1, text: '', kind: 'inner', probabilities: [1, 1], rest: [0, 0], correct: null },
        { parent: 0, token: 1, text: 'a', kind: 'inner', probabilities: [0, 0.5], rest: [0, 0], correct: null },
        { parent: 1, token: 2, text: 'b', kind: 'end', probabilities: [0, 0.5], rest: [0, 0], correct: true },
        { parent: 0, token: 3, text: 'c', kind: 'end', probabilities: [1, 0.5], rest: [0, 0], correct: false },
      ],
      9,
    ) as DrawnNode;
    const { bands } = layoutRiver(root, scaleFor(root, options), options);
    expect([...bands.values()].every(({ from, top }) => Number.isFinite(from) && Number.isFinite(top))).toBe(true);
  });
});

test('a ribbon leaves and arrives at its edges and is closed', () => {
  expect(ribbon({ from: 10, top: 30, height: 4 }, 0, 20, 26)).toBe(
    'M0.00 10.00C10.00 10.00 10.00 30.00 20.00 30.00L26.00 30.00L26.00 34.00L20.00 34.00C10.00 34.00 10.00 14.00 0.00 14.00Z',
  );
});
