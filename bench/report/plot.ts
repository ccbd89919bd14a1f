/** @file The ratios as a drawing: a panel for each kind of work, a point and its range for each engine. */
import { rowTitles } from '../ids.ts';
import { type BenchReport, cellOf, type Column, rowsWith } from './report.ts';

const panels: readonly { readonly column: Column; readonly title: string }[] = [
  { column: 'train', title: 'Forward + backward' },
  { column: 'trainUpdate', title: 'With the optimizer' },
  { column: 'sample', title: 'Decoding step, sampled' },
  { column: 'greedy', title: 'Decoding step, greedy' },
  { column: 'step', title: 'Whole step of GRPO' },
];

const [LABELS, WIDTH, LINE, HEAD, FOOT, MARGIN] = [330, 520, 22, 34, 30, 16];
const [LOWEST, HIGHEST] = [0.125, 16];
const TICKS = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16];
const [OURS, PEERS, INK, GRID] = ['#1864ab', '#c2410c', '#222', '#ddd'];

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Place of a ratio on the logarithmic axis, cut at its ends. */
export const placeOf = (ratio: number): number => {
  const cut = Math.min(HIGHEST, Math.max(LOWEST, ratio));
  return (WIDTH * Math.log(cut / LOWEST)) / Math.log(HIGHEST / LOWEST);
};

const at = (x: number): string => x.toFixed(1);

function axis(height: number): string {
  const tie = `<rect x="${at(placeOf(0.8))}" y="0" width="${at(placeOf(1.25) - placeOf(0.8))}" height="${height}" fill="#f1f3f5"/>`;
  const ticks = TICKS.map((ratio) => {
    const x = at(placeOf(ratio));
    const [color, width] = ratio === 1 ? [INK, 1.5] : [GRID, 1];
    return `<line x1="${x}" x2="${x}" y1="0" y2="${height}" stroke="${color}" stroke-width="${width}"/><text x="${x}" y="${height + 15}" text-anchor="middle">${ratio}</text>`;
  });
  return [tie, ...ticks].join('');
}

function panel(report: BenchReport, { column, title }: (typeof panels)[number], top: number) {
  const ids = rowsWith(report, [column]);
  const height = ids.length * LINE;
  const marks = ids.map((id, i) => {
    const ratio = cellOf(report, id, column)?.ratio;
    const y = (i + 0.5) * LINE;
    const label = `<text x="-10" y="${y + 4}" text-anchor="end">${escaped(rowTitles[id])}</text>`;
    if (!ratio) return label;
    const color = id.startsWith('rollout') ? OURS : PEERS;
    const [low, middle, high] = [ratio.min, ratio.median, ratio.max].map((x) => at(placeOf(x)));
    return `${label}<line x1="${low}" x2="${high}" y1="${y}" y2="${y}" stroke="${color}" stroke-width="2"/><circle cx="${middle}" cy="${y}" r="4.5" fill="${color}"/><text x="${WIDTH + 12}" y="${y + 4}">${ratio.median.toFixed(2)}</text>`;
  });
  const heading = `<text x="0" y="-10" font-weight="bold">${title}</text>`;
  const drawn = `<g transform="translate(${MARGIN + LABELS} ${top + HEAD})">${axis(height)}${heading}${marks.join('')}</g>`;
  return { drawn, bottom: top + HEAD + height + FOOT };
}

/** One SVG with a background, legible on any page. */
export function plotOf(report: BenchReport): string {
  let bottom = MARGIN;
  const drawn: string[] = [];
  for (const one of panels) {
    if (rowsWith(report, [one.column]).length === 0) continue;
    const made = panel(report, one, bottom);
    drawn.push(made.drawn);
    bottom = made.bottom;
  }
  const [width, height] = [LABELS + WIDTH + 4 * MARGIN, bottom + 2 * MARGIN];
  const caption = `Time relative to ${rowTitles['rollout-wasm-2']}: median and range over the rounds. Logarithmic; left of 1 is faster, grey is a tie.`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${escaped(caption)}" font-family="sans-serif" font-size="12" fill="${INK}">
<rect width="100%" height="100%" fill="#fff"/>
${drawn.join('\n')}
<text x="${MARGIN}" y="${bottom + MARGIN}">${escaped(caption)}</text>
</svg>
`;
}
