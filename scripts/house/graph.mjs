/**
 * @file Circles of an import graph, and the arrows that close them. A graph is a map from a name to the names that it
 * imports.
 */

/** @typedef {ReadonlyMap<string, ReadonlySet<string>>} Graph */

/** @param {Iterable<readonly [from: string, to: string]>} arrows @param {Iterable<string>} [nodes] @returns {Graph} */
export function graphOf(arrows, nodes = []) {
  /** @type {Map<string, Set<string>>} */
  const graph = new Map([...nodes].map((node) => [node, new Set()]));
  for (const [from, to] of arrows) {
    if (!graph.has(to)) graph.set(to, new Set());
    graph.set(from, (graph.get(from) ?? new Set()).add(to));
  }
  return graph;
}

/** Names that can be reached from `start` by at least one arrow. @param {Graph} graph @param {string} start */
function reachable(graph, start) {
  /** @type {Set<string>} */
  const seen = new Set();
  const waiting = [...(graph.get(start) ?? [])];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    waiting.push(...(graph.get(node) ?? []));
  }
  return seen;
}

/**
 * Strongly connected components with more than one member, the largest first.
 * @param {Graph} graph
 * @returns {string[][]}
 */
export function circles(graph) {
  const reach = new Map([...graph.keys()].map((node) => [node, reachable(graph, node)]));
  /** @type {Set<string>} */
  const placed = new Set();
  /** @type {string[][]} */
  const found = [];
  for (const [node, there] of reach) {
    if (placed.has(node)) continue;
    const members = [node, ...[...there].filter((other) => other !== node && reach.get(other)?.has(node))];
    for (const member of members) placed.add(member);
    if (members.length > 1) found.push(members.toSorted());
  }
  return found.toSorted((a, b) => b.length - a.length || (String(a) < String(b) ? -1 : 1));
}

/**
 * Arrows of a circle that go up in the order of Eades, Lin and Smyth ("A fast and effective heuristic for the feedback
 * arc set problem", 1993): an upper bound of the number of arrows to remove to break the circle.
 * @param {Graph} graph
 * @param {readonly string[]} circle
 * @returns {[from: string, to: string][]}
 */
function upwardIn(graph, circle) {
  const left = new Set(circle);
  const arrows = circle.flatMap((from) =>
    [...(graph.get(from) ?? [])]
      .filter((to) => to !== from && left.has(to))
      .map((to) => /** @type {[string, string]} */ ([from, to])),
  );
  /** Importers first. @type {string[]} */
  const first = [];
  /** @type {string[]} */
  const last = [];
  const count = (/** @type {string} */ node, /** @type {0 | 1} */ end) =>
    arrows.filter((arrow) => arrow[end] === node && left.has(arrow[end === 0 ? 1 : 0])).length;
  while (left.size > 0) {
    const nodes = [...left].toSorted();
    const sink = nodes.find((node) => count(node, 0) === 0);
    const source = nodes.find((node) => count(node, 1) === 0);
    const best = nodes.toSorted((a, b) => count(b, 0) - count(b, 1) - (count(a, 0) - count(a, 1)))[0] ?? '';
    const next = sink ?? source ?? best;
    left.delete(next);
    if (sink === undefined) first.push(next);
    else last.unshift(next);
  }
  const order = new Map([...first, ...last].map((node, i) => [node, i]));
  return arrows.filter(([from, to]) => (order.get(from) ?? 0) > (order.get(to) ?? 0));
}

/** The upward arrows of all circles. @param {Graph} graph */
export const upwardArrows = (graph) => circles(graph).flatMap((circle) => upwardIn(graph, circle));
