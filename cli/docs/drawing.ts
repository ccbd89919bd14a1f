/** @file Curves as text and as a drawing, from recorded numbers. */

const BARS = '▁▂▃▄▅▆▇█';

/** Shares 0 .. 1 as bars, each the mean of `window` neighbours. */
export function sparkline(shares: readonly number[], window = 2): string {
  const count = Math.ceil(shares.length / window);
  return Array.from({ length: count }, (_, i) => {
    const some = shares.slice(i * window, (i + 1) * window);
    const mean = some.reduce((sum, share) => sum + share, 0) / some.length;
    return BARS[Math.min(BARS.length - 1, Math.floor(mean * BARS.length))];
  }).join('');
}

export interface Panel {
  readonly title: string;
  /** Shares 0 .. 1, one per step. */
  readonly shares: readonly number[];
  /** Drawn behind it as a thin line. */
  readonly baseline: readonly number[];
}

const WIDTH = 180;
const HEIGHT = 80;
const GAP = 16;
const HEAD = 20;
const COLUMNS = 4;

const points = (shares: readonly number[]): string =>
  shares
    .map((share, i) => `${((i * WIDTH) / (shares.length - 1)).toFixed(1)},${(HEIGHT * (1 - share)).toFixed(1)}`)
    .join(' ');

const line = (shares: readonly number[], color: string, width: number): string =>
  `<polyline points="${points(shares)}" fill="none" stroke="${color}" stroke-width="${width}"/>`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Small charts side by side, 0 to 100 % from bottom to top; one SVG with a background, legible on any page. */
export function smallMultiples(panels: readonly Panel[], label: string): string {
  const rows = Math.ceil(panels.length / COLUMNS);
  const [width, height] = [COLUMNS * (WIDTH + GAP) + GAP, rows * (HEIGHT + HEAD + GAP) + GAP];
  const drawn = panels.map(({ title, shares, baseline }, i) => {
    const [x, y] = [GAP + (i % COLUMNS) * (WIDTH + GAP), GAP + Math.floor(i / COLUMNS) * (HEIGHT + HEAD + GAP)];
    return [
      `<g transform="translate(${x} ${y + HEAD})">`,
      `<text x="0" y="-6">${escaped(title)}</text>`,
      `<rect width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#ccc"/>`,
      line(baseline, '#aaa', 1),
      line(shares, '#1864ab', 1.5),
      '</g>',
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${escaped(label)}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${drawn.join('\n')}
</svg>
`;
}
