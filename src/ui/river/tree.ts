/** @file The part of a river that is drawn: its likeliest tips; everything else is gathered where it leaves. */

/** A token of the river, as the trainer reads it; a parent comes before its children. */
export interface RiverNodeView {
  /** -1 for the root, which has no token. */
  readonly parent: number;
  readonly token: number;
  readonly text: string;
  readonly kind: 'inner' | 'end' | 'cut' | 'gathered';
  /** By policy. */
  readonly probabilities: readonly number[];
  readonly rest: readonly number[];
  readonly correct: boolean | null;
}

/** A drawn token, or a gathered branch. */
export interface DrawnNode {
  /** Equal in drawings of different steps of the same prompt. */
  readonly key: string;
  readonly text: string;
  readonly parent: DrawnNode | null;
  /** Tokens before it. */
  readonly depth: number;
  readonly kind: 'inner' | 'end' | 'cut' | 'gathered';
  readonly probabilities: readonly number[];
  readonly correct: boolean | null;
  /** By token, the gathered branch last. */
  readonly children: DrawnNode[];
}

const ROOT = '';
/** The key of the gathered branch of the node `key`. */
const restKey = (key: string): string => `${key}…`;

/** Keys of all nodes: the token ids from the root, each followed by a comma. */
export function keysOf(nodes: readonly RiverNodeView[]): string[] {
  const keys: string[] = [];
  for (const { parent, token } of nodes) keys.push(parent < 0 ? ROOT : `${keys[parent] ?? ''}${token},`);
  return keys;
}

/** The key of a completion. */
export const keyOfPath = (tokenIds: readonly number[]): string => tokenIds.map((id) => `${id},`).join('');

const likeliest = ({ probabilities }: { readonly probabilities: readonly number[] }): number =>
  Math.max(...probabilities);

/** Indices of the nodes that stay: at most `tips` finished completions, those of `wanted` first, and all before them. */
function keptNodes(
  nodes: readonly RiverNodeView[],
  keys: readonly string[],
  tips: number,
  wanted: ReadonlySet<string>,
): Set<number> {
  const rank = (at: number): number => likeliest(nodes[at] as RiverNodeView) + (wanted.has(keys[at] ?? '') ? 1 : 0);
  const ends = nodes.flatMap(({ kind }, at) => (kind === 'inner' || kind === 'gathered' ? [] : [at]));
  const kept = new Set<number>([0]);
  for (const tip of ends.toSorted((a, b) => rank(b) - rank(a)).slice(0, tips)) {
    for (let at = tip; at > 0; at = (nodes[at] as RiverNodeView).parent) kept.add(at);
  }
  return kept;
}

/**
 * The tree of at most `tips` completions, those of `wanted` (keys) before likelier ones. Each kept token has at most
 * one gathered branch, with the probability of everything after it that is not drawn.
 */
export function drawnTree(
  nodes: readonly RiverNodeView[],
  tips: number,
  wanted: ReadonlySet<string> = new Set(),
): DrawnNode | null {
  const keys = keysOf(nodes);
  const kept = keptNodes(nodes, keys, tips, wanted);
  const drawn: (DrawnNode | undefined)[] = [];
  const gathered: number[][] = nodes.map(({ rest }) => [...rest]);
  nodes.forEach((node, at) => {
    const parent = drawn[node.parent] ?? null;
    if (!kept.has(at)) {
      // Below a node that is not drawn everything is in that node's probability.
      if (parent) node.probabilities.forEach((p, policy) => ((gathered[node.parent] as number[])[policy]! += p));
      return;
    }
    const { text, kind, probabilities, correct } = node;
    const depth = parent ? parent.depth + 1 : 0;
    const own: DrawnNode = { key: keys[at] ?? ROOT, text, parent, depth, kind, probabilities, correct, children: [] };
    drawn[at] = own;
    parent?.children.push(own);
  });
  drawn.forEach((node, at) => {
    const probabilities = gathered[at] ?? [];
    if (!node || node.kind !== 'inner' || likeliest({ probabilities }) <= 0) return;
    const rest = { text: '', parent: node, depth: node.depth + 1, kind: 'gathered', correct: null } as const;
    node.children.push({ ...rest, key: restKey(node.key), probabilities, children: [] });
  });
  return drawn[0] ?? null;
}

/** All nodes below and with this one, depth first in the order of drawing. */
export const allNodes = (node: DrawnNode): DrawnNode[] => [node, ...node.children.flatMap(allNodes)];

/** Nodes without children. */
export const tipsOf = (root: DrawnNode): DrawnNode[] => allNodes(root).filter(({ children }) => children.length === 0);

/** Probability under a policy of right, wrong, unjudged and gathered tips below a node. */
export function sharesOf(node: DrawnNode, policy: number) {
  const shares = { right: 0, wrong: 0, open: 0, gathered: 0 };
  for (const { kind, correct, probabilities } of tipsOf(node)) {
    const of =
      kind === 'gathered' || kind === 'inner' ? 'gathered' : correct === null ? 'open' : correct ? 'right' : 'wrong';
    shares[of] += probabilities[policy] ?? 0;
  }
  return shares;
}
