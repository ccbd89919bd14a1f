/**
 * @file All completions of one prompt as a tree of tokens with exact probabilities, under several policies at once.
 * Branches below a threshold are gathered where they leave the tree, so that no probability is lost.
 */
import { present } from '../../lib/assert.ts';

/** Ids of tokens after the prompt. */
export type Prefix = readonly number[];

/** log p of every next token after each prefix, [prefixes][policies][V], nats. */
export type ReadNext = (prefixes: readonly Prefix[]) => Promise<readonly (readonly Float32Array[])[]>;

/**
 * How a node stands: its next tokens are listed (`inner`), the completion is finished by an end token (`end`) or by the
 * length limit (`cut`), or the tree stopped before its next tokens were read (`gathered`).
 */
export type NodeKind = 'inner' | 'end' | 'cut' | 'gathered';

/** A token after its parent's prefix; the root, the first node, has token -1 and is the empty prefix. */
export interface TreeNode {
  /** Index of the parent, which comes before it; -1 for the root. */
  readonly parent: number;
  readonly token: number;
  readonly kind: NodeKind;
  /** Probability of the prefix that ends here, by policy. */
  readonly probabilities: readonly number[];
  /** Probability of all continuations that are not listed, by policy; 0 unless the node is inner. */
  readonly rest: readonly number[];
}

export interface TreeOptions {
  readonly endIds: readonly number[];
  /** Most tokens of a completion, the end token included. */
  readonly completionLength: number;
  /** Least probability, under any of the policies, with which a branch is listed. */
  readonly threshold: number;
  /** Most prefixes, beside those of `paths` and the empty one, whose next tokens are listed. */
  readonly prefixes: number;
  /** Completions that are listed whatever their probability. */
  readonly paths: readonly Prefix[];
  /** Completions that are probably listed: their prefixes are read together, at once. They change no result. */
  readonly hints: readonly Prefix[];
}

type Growing = { -readonly [K in keyof TreeNode]: TreeNode[K] } & { readonly prefix: Prefix };

const keyOf = (prefix: Prefix): string => prefix.join();

/** Probabilities [V] that sum to 1 in float64. */
function normalized(logs: Float32Array): Float64Array {
  const probabilities = Float64Array.from(logs, Math.exp);
  const total = probabilities.reduce((sum, p) => sum + p, 0);
  return probabilities.map((p) => p / total);
}

/** Distinct prefixes of completions that are shorter than the limit, the empty one included. */
function prefixesOf(paths: readonly Prefix[], { endIds, completionLength }: TreeOptions): Map<string, Prefix> {
  const found = new Map<string, Prefix>([['', []]]);
  for (const path of paths) {
    const end = path.findIndex((id) => endIds.includes(id));
    const last = Math.min(end < 0 ? path.length : end, completionLength - 1);
    for (let length = 1; length <= last; length++) found.set(keyOf(path.slice(0, length)), path.slice(0, length));
  }
  return found;
}

class Growth {
  readonly nodes: Growing[] = [];
  private readonly known = new Map<string, readonly Float64Array[]>();
  private readonly forced: ReadonlyMap<string, Prefix>;
  /** Tokens of the forced paths after each prefix. */
  private readonly followers = new Map<string, Set<number>>();

  constructor(
    private readonly read: ReadNext,
    private readonly options: TreeOptions,
  ) {
    this.forced = prefixesOf(options.paths, options);
    for (const path of options.paths) {
      for (const [at, token] of path.slice(0, options.completionLength).entries()) {
        const key = keyOf(path.slice(0, at));
        this.followers.set(key, (this.followers.get(key) ?? new Set()).add(token));
      }
    }
  }

  /** Reads the prefixes that are not known yet. */
  async learn(prefixes: readonly Prefix[]): Promise<void> {
    const missing = prefixes.filter((prefix) => !this.known.has(keyOf(prefix)));
    if (missing.length === 0) return;
    const found = await this.read(missing);
    missing.forEach((prefix, i) => this.known.set(keyOf(prefix), present(found[i], 'a distribution').map(normalized)));
  }

  /** Lists the next tokens of a node whose distributions are known; returns the children that may be listed further. */
  list(at: number): number[] {
    const { endIds, completionLength, threshold } = this.options;
    const node = present(this.nodes[at], 'a node');
    const key = keyOf(node.prefix);
    const distributions = present(this.known.get(key), 'the distributions of a prefix');
    const forced = this.followers.get(key);
    const rest = node.probabilities.map(() => 0);
    const open: number[] = [];
    for (let token = 0; token < present(distributions[0], 'a policy').length; token++) {
      const probabilities = node.probabilities.map((p, policy) => p * (distributions[policy]?.[token] ?? 0));
      if (Math.max(...probabilities) < threshold && !forced?.has(token)) {
        probabilities.forEach((p, policy) => (rest[policy] = (rest[policy] ?? 0) + p));
        continue;
      }
      const prefix = [...node.prefix, token];
      const kind = endIds.includes(token) ? 'end' : prefix.length >= completionLength ? 'cut' : 'gathered';
      if (kind === 'gathered') open.push(this.nodes.length);
      this.nodes.push({ parent: at, token, kind, probabilities, rest: probabilities.map(() => 0), prefix });
    }
    node.kind = 'inner';
    node.rest = rest;
    return open;
  }

  isForced(at: number): boolean {
    return this.forced.has(keyOf(present(this.nodes[at], 'a node').prefix));
  }

  /** The open nodes on forced paths, and the likeliest `most` others. */
  next(open: readonly number[], most: number): number[] {
    const weight = (at: number): number => Math.max(...present(this.nodes[at], 'a node').probabilities);
    const others = open.filter((at) => !this.isForced(at)).sort((a, b) => weight(b) - weight(a) || a - b);
    return [...open.filter((at) => this.isForced(at)), ...others.slice(0, most)];
  }
}

/**
 * The tree of completions, breadth first, the likeliest prefixes first. For each policy the probabilities of all
 * `end`, `cut` and `gathered` nodes and the `rest` of all inner ones sum to 1.
 */
export async function completionTree(
  policies: number,
  read: ReadNext,
  options: TreeOptions,
): Promise<readonly TreeNode[]> {
  const growth = new Growth(read, options);
  const ones = Array.from({ length: policies }, () => 1);
  growth.nodes.push({
    parent: -1,
    token: -1,
    kind: 'gathered',
    probabilities: ones,
    rest: ones.map(() => 0),
    prefix: [],
  });
  await growth.learn([...prefixesOf([...options.paths, ...options.hints], options).values()]);
  let open = [0];
  for (let left = options.prefixes; open.length > 0;) {
    const chosen = growth.next(open, left);
    await growth.learn(chosen.map((at) => present(growth.nodes[at], 'a node').prefix));
    open = chosen.flatMap((at) => growth.list(at));
    left -= chosen.filter((at) => !growth.isForced(at)).length;
  }
  return growth.nodes.map(({ parent, token, kind, probabilities, rest }) => ({
    parent,
    token,
    kind,
    probabilities,
    rest,
  }));
}
