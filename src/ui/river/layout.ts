/**
 * @file Places of a river's branches. Every branch is exactly as high as its probability times the scale of the
 * drawing, and keeps that height from its parent to its own place, so that no two branches overlap.
 */
import { allNodes, type DrawnNode, tipsOf } from './tree.ts';

export interface LayoutOptions {
  /** Which of the nodes' probabilities is drawn. */
  readonly policy: number;
  /** Of the drawing, px. */
  readonly height: number;
  /** Least height of the lane of a finished completion, so that its label fits, px. */
  readonly lane: number;
  /** Between the lanes of two finished completions, px. */
  readonly gap: number;
}

/** Where a branch lies: its upper edge where it leaves its parent and where it arrives, and its height, px. */
export interface Band {
  readonly node: DrawnNode;
  readonly from: number;
  readonly top: number;
  readonly height: number;
}

export interface Layout {
  /** Px of probability 1. */
  readonly scale: number;
  /** By key of the node. */
  readonly bands: ReadonlyMap<string, Band>;
}

const probabilityOf = ({ probabilities }: DrawnNode, policy: number): number => probabilities[policy] ?? 0;

/** Heights of the tips' lanes at a scale. Gathered tips have no more than their own height. */
const lanesAt = (tips: readonly DrawnNode[], scale: number, { policy, lane }: LayoutOptions): number[] =>
  tips.map((tip) => Math.max(probabilityOf(tip, policy) * scale, tip.kind === 'gathered' ? 0 : lane));

/** The gap above each tip: a gathered branch has no label, and needs none. */
const gapsAbove = (tips: readonly DrawnNode[], { gap }: LayoutOptions): number[] =>
  tips.map(({ kind }, i) => (kind === 'gathered' || i === 0 ? 0 : gap));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);

/** The largest scale at which all lanes fit, found by bisection; 0 where the lanes alone are too high. */
export function scaleFor(root: DrawnNode, options: LayoutOptions): number {
  const tips = tipsOf(root);
  const room = options.height - sum(gapsAbove(tips, options));
  const heightAt = (scale: number) => sum(lanesAt(tips, scale, options));
  let [low, high] = [0, options.height];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (heightAt(middle) <= room) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Bands of all nodes at a scale. A tip is in the middle of its lane; any other node is where its branches have their
 * centre of mass, so that it stays within their lanes.
 */
export function layoutRiver(root: DrawnNode, scale: number, options: LayoutOptions): Layout {
  const { policy, height } = options;
  const tips = tipsOf(root);
  const lanes = lanesAt(tips, scale, options);
  const gaps = gapsAbove(tips, options);
  const centres = new Map<DrawnNode, number>();
  let y = Math.max(0, (height - sum(lanes) - sum(gaps)) / 2);
  tips.forEach((tip, i) => {
    const lane = lanes[i] as number;
    y += gaps[i] as number;
    centres.set(tip, y + lane / 2);
    y += lane;
  });
  // Children come after their parents in `all`.
  const all = allNodes(root);
  for (const node of all.toReversed()) {
    if (node.children.length === 0) continue;
    const weight = probabilityOf(node, policy);
    const among = node.children.map((child) => (centres.get(child) as number) * probabilityOf(child, policy));
    const plain = node.children.map((child) => centres.get(child) as number);
    centres.set(node, weight > 0 ? sum(among) / weight : sum(plain) / plain.length);
  }
  const bands = new Map<string, Band>();
  const topOf = (node: DrawnNode) => (centres.get(node) as number) - (probabilityOf(node, policy) * scale) / 2;
  bands.set(root.key, { node: root, from: topOf(root), top: topOf(root), height: probabilityOf(root, policy) * scale });
  for (const parent of all) {
    let from = topOf(parent);
    for (const node of parent.children) {
      const thickness = probabilityOf(node, policy) * scale;
      bands.set(node.key, { node, from, top: topOf(node), height: thickness });
      from += thickness;
    }
  }
  return { scale, bands };
}

/**
 * The outline of a branch that leaves its parent at x = `left`, arrives at `right` and goes on level to `end`. Both
 * edges are the same curve, so the branch is equally high everywhere.
 */
export function ribbon({ from, top, height }: Omit<Band, 'node'>, left: number, right: number, end: number): string {
  const middle = (left + right) / 2;
  const at = (x: number) => x.toFixed(2);
  const [fromBelow, below] = [from + height, top + height];
  return (
    `M${at(left)} ${at(from)}C${at(middle)} ${at(from)} ${at(middle)} ${at(top)} ${at(right)} ${at(top)}` +
    `L${at(end)} ${at(top)}L${at(end)} ${at(below)}L${at(right)} ${at(below)}` +
    `C${at(middle)} ${at(below)} ${at(middle)} ${at(fromBelow)} ${at(left)} ${at(fromBelow)}Z`
  );
}
