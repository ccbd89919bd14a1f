/** @file The part of a link that concerns the page: hidden controls, the compact layout for a frame, and presentation. */
import { choiceNames, choices } from '../rl/config/choices.ts';
import { knobNames, knobs } from '../rl/config/knobs.ts';
import { text } from '../ui/text.ts';

export interface Layout {
  /** Names of hidden parts. A hidden setting keeps the value of the link. */
  readonly hidden: ReadonlySet<string>;
  readonly embed: boolean;
  /** Id of the chart beside the river in presentation mode; null outside it. */
  readonly present: string | null;
}

export const plainLayout: Layout = { hidden: new Set(), embed: false, present: null };

export const HIDE = 'hide';
export const EMBED = 'embed';
export const PRESENT = 'present';
/** The chart of presentation mode unless another is chosen. */
export const FIRST_CHART = 'reward';

/** A part that can be hidden: its name in links and its label. */
export interface HideablePart {
  readonly id: string;
  readonly label: string;
}

const partsOf = (labels: Readonly<Record<string, string>>): readonly HideablePart[] =>
  Object.entries(labels).map(([id, label]) => ({ id, label }));

/** All parts that can be hidden, by kind. */
export const hideable: readonly { readonly title: string; readonly parts: readonly HideablePart[] }[] = [
  { title: text.share.panels, parts: partsOf(text.share.panelLabels) },
  { title: text.share.sections, parts: partsOf(text.share.sectionLabels) },
  {
    title: text.share.single,
    parts: [
      ...partsOf(text.share.singleLabels),
      ...knobNames.map((name) => ({ id: knobs[name].id, label: knobs[name].label })),
      ...choiceNames.map((name) => ({ id: choices[name].id, label: choices[name].label })),
    ],
  },
];

const known: ReadonlySet<string> = new Set(hideable.flatMap(({ parts }) => parts.map(({ id }) => id)));

/** An objective from a link must be seen before it is used, so these parts stay visible. */
const needed = ['settings', 'objective'];

const chartId = /^[a-z][a-z0-9-]{0,39}$/;

/** Reads `hide=ask,runs`, `embed=1` and `present=reward`; invalid words become notices. Never throws. */
export function readLayout(words: URLSearchParams): Layout & { readonly notices: readonly string[] } {
  const asked = [...new Set((words.get(HIDE) ?? '').split(/[\s,]+/).filter((name) => name !== ''))];
  const unknown = asked.filter((name) => !known.has(name));
  const bringsObjective = (words.get('objective') ?? '').trim() !== '';
  const kept = bringsObjective ? asked.filter((name) => needed.includes(name)) : [];
  const word = words.get(EMBED);
  const embed = word === '1';
  const chart = words.get(PRESENT);
  const isChart = chart === null || chartId.test(chart);
  const notices = [
    ...unknown.map((name) => text.url.unknownPart(name)),
    ...kept.map((name) => text.url.notHidden(name)),
    ...(embed && bringsObjective ? [text.url.objectiveInFrame] : []),
    ...(word !== null && word !== '0' && word !== '1' ? [text.url.badValue(`${EMBED}=${word}: 0 or 1`, '0')] : []),
    ...(isChart
      ? []
      : [text.url.badValue(`${PRESENT}=${chart}: the id of a chart, as in present=${FIRST_CHART}`, FIRST_CHART)]),
  ];
  return {
    hidden: new Set(asked.filter((name) => known.has(name) && !kept.includes(name))),
    embed,
    present: isChart ? chart : FIRST_CHART,
    notices,
  };
}

/** Writes the differences from the plain page. */
export function writeLayout(words: URLSearchParams, { hidden, embed, present }: Layout): void {
  // A space becomes +, which is readable; a comma would be escaped.
  if (hidden.size > 0) words.set(HIDE, [...hidden].join(' '));
  if (embed) words.set(EMBED, '1');
  if (present !== null) words.set(PRESENT, present);
}
