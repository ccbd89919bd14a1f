/**
 * @file A chart as a stand-alone picture: title, legend and drawing in one SVG with the current colours, or the same as
 * PNG.
 */
import { download } from '../download.ts';

const PAINT = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'fill-opacity',
  'font-size',
  'font-family',
  'font-weight',
  'text-anchor',
] as const;
const SVG = 'http://www.w3.org/2000/svg';
const MARGIN = 12;
const HEAD = 48;
/** Height of a further row of the legend. */
const ROW = 15;
/** PNG pixels per CSS pixel. */
const DENSITY = 2;

/** Variables and classes mean nothing outside the page, so computed styles are written into each element. */
function paint(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of PAINT) {
    const value = style.getPropertyValue(name);
    if (value !== '') to.setAttribute(name, value);
  }
  to.removeAttribute('class');
  to.removeAttribute('style');
  Array.from(from.children).forEach((child, index) => {
    const copy = to.children[index];
    if (copy) paint(child, copy);
  });
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, content = ''): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = content;
  return made;
}

/** The legend's entries, arms last, in as many rows as they need: a colour bar and a text each. */
function legend(
  section: Element,
  ink: string,
  font: string,
  width: number,
): { readonly parts: readonly SVGElement[]; readonly rows: number } {
  let [x, y, rows] = [MARGIN, 37, 1];
  const parts = Array.from(section.querySelectorAll('[data-series]')).flatMap((entry) => {
    const mark = entry.querySelector('i');
    const words = Array.from(entry.children, (part) => part.textContent.trim())
      .filter((part) => part !== '')
      .join('  ');
    const color = mark ? getComputedStyle(mark).color : ink;
    const room = 30 + 6.2 * words.length;
    if (x > MARGIN && x + room > width) [x, y, rows] = [MARGIN, y + ROW, rows + 1];
    const drawn = [
      element('rect', { x, y: y - 5, width: 12, height: 3, fill: color }),
      element('text', { x: x + 16, y, fill: ink, 'font-size': 11, 'font-family': font }, words),
    ];
    x += room;
    return drawn;
  });
  return { parts, rows };
}

/** The SVG of a chart's section; null while the chart is empty. */
export function chartPicture(
  section: Element,
  title: string,
): { readonly svg: string; readonly width: number; readonly height: number } | null {
  const drawing = section.querySelector('svg.recharts-surface');
  if (!drawing) return null;
  const box = drawing.getBoundingClientRect();
  const { color: ink, backgroundColor, fontFamily: font } = getComputedStyle(section);
  const copy = drawing.cloneNode(true) as Element;
  paint(drawing, copy);
  // The recorded lines are removed: the label that marks them as a recording is not in the picture.
  copy.querySelectorAll('[data-ahead]').forEach((part) => part.remove());
  const width = Math.ceil(box.width) + 2 * MARGIN;
  const key = legend(section, ink, font, width);
  const head = HEAD + ROW * (key.rows - 1);
  const height = Math.ceil(box.height) + head + MARGIN;
  for (const [name, value] of Object.entries({ x: MARGIN, y: head, width: box.width, height: box.height }))
    copy.setAttribute(name, String(value));
  const whole = element('svg', { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` });
  whole.append(
    element('rect', { width: '100%', height: '100%', fill: backgroundColor }),
    element('text', { x: MARGIN, y: 20, fill: ink, 'font-size': 14, 'font-weight': 650, 'font-family': font }, title),
    ...key.parts,
    copy,
  );
  return { svg: new XMLSerializer().serializeToString(whole), width, height };
}

async function toPng({ svg, width, height }: NonNullable<ReturnType<typeof chartPicture>>): Promise<Blob> {
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width * DENSITY, height * DENSITY];
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the browser made no picture of this size')))),
  );
}

/** Saves a chart under its id. */
export async function savePicture(section: Element, id: string, title: string, kind: 'svg' | 'png'): Promise<void> {
  const picture = chartPicture(section, title);
  if (picture) download(`${id}.${kind}`, kind === 'svg' ? picture.svg : await toPng(picture));
}
