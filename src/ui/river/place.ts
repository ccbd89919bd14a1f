/** @file The river on a drawing of some size: columns of tokens, bands, and room for labels. */
import { layoutRiver, scaleFor, type Band, type Layout } from './layout.ts';
import { allNodes, type DrawnNode, drawnTree, tipsOf } from './tree.ts';
import type { RiverView } from './view.ts';

export interface Extent {
  /** Room for labels. */
  readonly labels: keyof typeof LABELS;
  readonly width: number;
  readonly height: number;
  /** Px per rem of 16 px. */
  readonly unit: number;
}

/** A placed river. */
export interface Placed extends Extent {
  readonly root: DrawnNode;
  readonly layout: Layout;
  /** Which of the nodes' probabilities is drawn. */
  readonly policy: number;
  /** The middle of each depth's tokens. */
  readonly columns: readonly number[];
  readonly isNarrow: boolean;
  /** Least height of the lane of a finished completion, px. */
  readonly lane: number;
  /** Characters that fit at each token of a depth. */
  readonly characters: readonly number[];
  /** Height of the titles above, px. */
  readonly above: number;
}

/** Width of a character of 12 px, in px. */
const CHARACTER = 7.3;
const NARROW = 520;
/** Room right of the last tip for its labels, in units: in the film probabilities alone. */
const LABELS = { film: { wide: 66, narrow: 62 }, update: { wide: 244, narrow: 128 } };
/** A column is at most this many times as wide as another, where its branches go far up or down. */
const WIDEST = 3;
/** Share of the height that the lanes of finished completions take, and at most take where more are wanted. */
const LANES = { usual: 0.55, most: 0.7 };
/** Height of a lane and of the gap between two, in units: as much as there is room for. */
const LANE = { least: 13.5, most: 16 };
const GAP = 7;
/** The likeliest completions that are drawn beside those that are wanted. */
const LIKELIEST = 2;

/** Widths of the columns relative to each other: branches that go far have more room for their curve. */
function weightsOf(layout: Layout, depth: number, unit: number): number[] {
  const weights = Array.from({ length: depth }, () => 1);
  for (const { node, from, top } of layout.bands.values()) {
    if (node.depth === 0 || node.kind === 'gathered') continue;
    const wanted = 1 + Math.abs(top - from) / (24 * unit);
    weights[node.depth - 1] = Math.min(WIDEST, Math.max(weights[node.depth - 1] ?? 1, wanted));
  }
  return weights;
}

/** Width of the prompt at the source; 0 where it takes too much of the drawing. */
export const promptWidth = ({ prompt }: RiverView, { width, unit }: Extent): number => {
  const wanted = Math.max(46, prompt.length * CHARACTER + 10) * unit;
  return wanted < width * 0.17 ? wanted : 0;
};

/** Columns up to a depth within a width. */
function columnsOf(layout: Layout, depth: number, left: number, right: number, unit: number): number[] {
  const weights = weightsOf(layout, depth, unit);
  const total = weights.reduce((sum, w) => sum + w, 0);
  let x = left;
  return [left, ...weights.map((w) => (x += ((right - left) * w) / total))];
}

/** How many completions are drawn in `room` units: the wanted ones and the likeliest, as far as their lanes fit. */
function tipsFor(room: number, wanted: ReadonlySet<string> | undefined): number {
  const usual = Math.floor((LANES.usual * room) / LANE.most);
  const most = Math.floor((LANES.most * room) / LANE.least);
  return Math.max(3, Math.min(most, Math.max(usual, wanted ? wanted.size + LIKELIEST : 0)));
}

/** The lanes of the tips, px. */
function lanesFor(root: DrawnNode, room: number, unit: number) {
  const count = Math.max(1, tipsOf(root).filter(({ kind }) => kind !== 'gathered').length);
  const each = (LANES.most * room) / count;
  const lane = Math.min(LANE.most * unit, Math.max(LANE.least * unit, each));
  return { lane, gap: Math.min(GAP * unit, Math.max(0, each - lane)) };
}

/**
 * Places a river under the policy of index `policy`; `wanted` completions are drawn whatever their probability. The
 * scale is one at which the river fits under every policy, so that widths before and after can be compared.
 */
export function placeRiver(
  river: RiverView,
  policy: number,
  extent: Extent,
  wanted?: ReadonlySet<string>,
): Placed | null {
  const { width, height, unit } = extent;
  const above = extent.labels === 'film' ? 0 : 20 * unit;
  const room = height - above - 2 * unit;
  const root = drawnTree(river.nodes, tipsFor(room / unit, wanted), wanted);
  if (!root) return null;
  const { lane, gap } = lanesFor(root, room, unit);
  const options = { height: room, lane, gap };
  const scales = root.probabilities.map((_, of) => scaleFor(root, { ...options, policy: of }));
  const flat = layoutRiver(root, Math.min(...scales), { ...options, policy });
  const layout = {
    ...flat,
    bands: new Map(
      [...flat.bands].map(([key, band]) => [key, { ...band, from: band.from + above, top: band.top + above }]),
    ),
  };
  const isNarrow = width < NARROW * unit;
  const depth = Math.max(1, ...allNodes(root).flatMap(({ kind, depth: own }) => (kind === 'gathered' ? [] : [own])));
  const left = Math.max(promptWidth(river, extent), 8 * unit);
  const right = width - LABELS[extent.labels][isNarrow ? 'narrow' : 'wide'] * unit;
  const columns = columnsOf(layout, depth, left, right, unit);
  const characters = columns.map((x, at) =>
    Math.floor((Math.min(x - (columns[at - 1] ?? 0), (columns[at + 1] ?? width) - x) - 1) / (CHARACTER * unit)),
  );
  return { ...extent, root, layout, policy, columns, isNarrow, lane, characters, above };
}

/** Where a band begins to leave its parent, arrives, and ends, in px. */
export function spanOf({ columns, unit }: Placed, { node }: Pick<Band, 'node'>): readonly [number, number, number] {
  const half = (at: number) => Math.min(5 * unit, ((columns[at] ?? 0) - (columns[at - 1] ?? 0)) * 0.22);
  const before = columns[node.depth - 1] ?? 0;
  const x = columns[node.depth] ?? before + 18 * unit;
  const begins = node.depth <= 1 ? before : before + half(node.depth - 1);
  if (node.kind === 'gathered') return [begins, Math.min(x, begins + 16 * unit), Math.min(x, begins + 20 * unit)];
  // Half a pixel more, so that no seam shows before the next branch.
  return [begins, x - half(node.depth), node.children.length === 0 ? x : x + half(node.depth) + 0.5];
}

/** The middle of a band where it arrives. */
export const middleOf = ({ top, height }: Band): number => top + height / 2;

/**
 * The line from the root to the middle of a tip, on the very part of each band that flows to this tip, so that lines to
 * different tips neither meet nor cross.
 */
export function flowLine(placed: Placed, tip: DrawnNode): string {
  const { bands } = placed.layout;
  let line = '';
  let offset = (bands.get(tip.key)?.height ?? 0) / 2;
  for (let node = tip; node.parent; node = node.parent) {
    const [band, parent] = [bands.get(node.key), bands.get(node.parent.key)];
    if (!band || !parent) return '';
    const [begins, arrives, ends] = spanOf(placed, band);
    const [y0, y1, middle] = [band.from + offset, band.top + offset, (begins + arrives) / 2];
    line = `L${begins} ${y0}C${middle} ${y0} ${middle} ${y1} ${arrives} ${y1}L${ends} ${y1}${line}`;
    offset += band.from - parent.top;
  }
  const root = bands.get(placed.root.key);
  return root ? `M0 ${root.top + offset}${line}` : '';
}
