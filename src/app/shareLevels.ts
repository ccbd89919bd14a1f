/** @file The levels of a shared link, and the parts of the page that its receiver sees. */
import type { PreviewView, ShareLevel } from '../ui/share/view.ts';
import { text } from '../ui/text.ts';
import { FIRST_CHART, type Layout } from './layoutLink.ts';

type Shown = Pick<Layout, 'hidden' | 'present'>;

const nothing: ReadonlySet<string> = new Set();
/** A student keeps the preset, the training knobs and the problem, and every picture. */
const advanced: ReadonlySet<string> = new Set([
  'algorithm',
  'run',
  'objective',
  'leash',
  'updates',
  'entropy',
  'prompts',
  'schedules',
  'stages',
  'rewards',
  'more',
  'view',
]);

/** The layout of a level; `hasObjective`: the link brings one, which must be seen before it is used. */
export function layoutOf(level: ShareLevel, hasObjective: boolean): Shown {
  if (level === 'class') return { hidden: nothing, present: FIRST_CHART };
  if (level === 'lab') return { hidden: nothing, present: null };
  return { hidden: new Set([...advanced].filter((name) => !hasObjective || name !== 'objective')), present: null };
}

/** The level with exactly this layout; null for single choices. */
export function levelOf({ hidden, present }: Shown, hasObjective: boolean): ShareLevel | null {
  if (present !== null) return hidden.size === 0 ? 'class' : null;
  const student = layoutOf('student', hasObjective).hidden;
  if (hidden.size === 0) return 'lab';
  return hidden.size === student.size && [...hidden].every((name) => student.has(name)) ? 'student' : null;
}

const { panelLabels, sectionLabels, preview } = text.share;

/** The parts that a page of this layout shows, by their place on it. `chart`: title of the presented chart. */
export function previewOf({ hidden, present }: Shown, chart: string): PreviewView {
  const shown = (...names: (keyof typeof panelLabels)[]) =>
    names.filter((name) => !hidden.has(name)).map((name) => panelLabels[name]);
  if (present !== null)
    return {
      isLarge: true,
      left: [],
      middle: [...shown('river'), preview.chart(chart), ...shown('debrief')],
      right: [],
    };
  const sections = Object.entries(sectionLabels).filter(([name]) => !hidden.has(name));
  return {
    isLarge: false,
    left: hidden.has('settings') ? [] : sections.map(([, label]) => label),
    middle: [...shown('river'), preview.charts, ...shown('more', 'runs', 'debrief')],
    right: shown('group', 'ask'),
  };
}
