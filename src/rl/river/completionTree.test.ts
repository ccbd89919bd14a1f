/** @file The tree of completions against enumeration of every string of a small random language. */
import { describe, expect, test } from 'vitest';
import { random } from '../../lib/random.ts';
import { completionTree, type Prefix, type ReadNext, type TreeNode, type TreeOptions } from './completionTree.ts';

const [VOCABULARY, END] = [5, 0];

/** log p of each next token under a policy, [V]; depends on the prefix alone. */
function language(policy: string, prefix: Prefix): Float32Array {
  const stream = random('tree', policy, prefix.join());
  const logits = Array.from({ length: VOCABULARY }, () => 2 * stream.normal());
  const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
  return Float32Array.from(logits, (x) => x - Math.log(total));
}

const policies = ['before', 'now'] as const;
const options: TreeOptions = {
  endIds: [END],
  completionLength: 4,
  threshold: 0,
  prefixes: Infinity,
  paths: [],
  hints: [],
};

/** The language as a reader that counts its calls and the prefixes that it was asked for. */
function reader(): { read: ReadNext; rounds: Prefix[][] } {
  const rounds: Prefix[][] = [];
  const read: ReadNext = async (prefixes) => {
    rounds.push([...prefixes]);
    return prefixes.map((prefix) => policies.map((policy) => language(policy, prefix)));
  };
  return { read, rounds };
}

const grow = (changes: Partial<TreeOptions>, read = reader().read) =>
  completionTree(policies.length, read, { ...options, ...changes });

/** The ids from the root to a node. */
function pathTo(nodes: readonly TreeNode[], at: number): number[] {
  const { parent, token } = nodes[at]!;
  return parent < 0 ? [] : [...pathTo(nodes, parent), token];
}

/** Probability of every completion by its ids, computed token by token. */
function enumerated(policy: string): Map<string, number> {
  const found = new Map<string, number>();
  const walk = (prefix: number[], p: number): void => {
    if (prefix.at(-1) === END || prefix.length === options.completionLength) found.set(prefix.join(), p);
    else language(policy, prefix).forEach((log, token) => walk([...prefix, token], p * Math.exp(log)));
  };
  walk([], 1);
  return found;
}

/** Shown and gathered probability of a tree under a policy. */
const total = (nodes: readonly TreeNode[], policy: number): number =>
  nodes.reduce((sum, { kind, probabilities, rest }) => sum + (kind === 'inner' ? rest : probabilities)[policy]!, 0);

describe('the tree of completions', () => {
  test.each([0, 1])(
    'without a threshold lists every completion with its enumerated probability, policy %i',
    async (policy) => {
      const nodes = await grow({});
      const leaves = nodes.flatMap(({ kind, probabilities }, at) =>
        kind === 'inner' ? [] : [[pathTo(nodes, at).join(), probabilities[policy]!] as const],
      );
      const expected = enumerated(policies[policy]!);
      expect(leaves).toHaveLength(expected.size);
      for (const [path, p] of leaves) expect(Math.abs(p - expected.get(path)!)).toBeLessThan(1e-6);
    },
  );

  test.each([0.3, 0.05, 0.001])(
    'shown and gathered probability is 1 at threshold %d, under every policy',
    async (threshold) => {
      for (const prefixes of [0, 7, Infinity]) {
        const nodes = await grow({ threshold, prefixes });
        policies.forEach((_, policy) => expect(Math.abs(total(nodes, policy) - 1)).toBeLessThan(1e-6));
      }
    },
  );

  test('lists exactly the branches that reach the threshold under some policy', async () => {
    const threshold = 0.02;
    const nodes = await grow({ threshold });
    const every = await grow({});
    const likely = every.filter(({ probabilities }) => Math.max(...probabilities) >= threshold);
    expect(nodes).toHaveLength(likely.length);
    expect(nodes.every(({ probabilities }) => Math.max(...probabilities) >= threshold)).toBe(true);
    expect(nodes.length).toBeLessThan(every.length / 4);
    expect(nodes.some(({ kind }) => kind === 'gathered')).toBe(false);
  });

  test('a completion below the threshold is listed if it is asked for, with its probability', async () => {
    const expected = enumerated('now');
    const [rarest = ''] = [...expected].toSorted((a, b) => a[1] - b[1])[0] ?? [];
    const path = rarest.split(',').map(Number);
    const nodes = await grow({ threshold: 0.1, prefixes: 1, paths: [path] });
    const found = nodes.findIndex((_, at) => pathTo(nodes, at).join() === rarest);
    expect(nodes[found]!.probabilities[1]).toBeCloseTo(expected.get(rarest)!, 9);
    expect(total(nodes, 1)).toBeCloseTo(1, 9);
  });

  test('the bound on prefixes keeps the likeliest of a depth and gathers the others whole', async () => {
    const nodes = await grow({ threshold: 0.001, prefixes: 2 });
    const first = nodes.filter(({ parent }) => parent === 0);
    const best = (node: TreeNode) => Math.max(...node.probabilities);
    const listed = first.filter(({ kind }) => kind === 'inner');
    expect(listed).toHaveLength(2);
    for (const { kind, ...node } of first)
      if (kind === 'gathered') expect(best({ kind, ...node })).toBeLessThanOrEqual(Math.min(...listed.map(best)));
  });

  test('hints change no result: the tree of an earlier step is read in one round', async () => {
    const [cold, warm] = [reader(), reader()];
    const nodes = await grow({ threshold: 0.02 }, cold.read);
    const hints = nodes.map((_, at) => pathTo(nodes, at));
    expect(await grow({ threshold: 0.02, hints }, warm.read)).toEqual(nodes);
    expect(cold.rounds.length).toBe(4);
    expect(warm.rounds.length).toBe(1);
    expect(warm.rounds[0]).toHaveLength(new Set(warm.rounds[0]!.map(String)).size);
  });
});
