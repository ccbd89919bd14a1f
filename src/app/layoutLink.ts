/**
 * @file The page's own part of a link: which controls a teacher hides, and the compact layout for a frame in another
 * page.
 */
import { choiceNames, choices } from '../rl/config/choices.ts';
import { knobNames, knobs } from '../rl/config/config.ts';
import { text } from '../ui/text.ts';

export interface Layout {
  /** Names of what is hidden. It keeps the value that the link gives it. */
  readonly hidden: ReadonlySet<string>;
  readonly embed: boolean;
}

export const plainLayout: Layout = { hidden: new Set(), embed: false };

export const HIDE = 'hide';
export const EMBED = 'embed';

/** One thing that can be hidden: its name in a link and what people call it. */
export interface HideablePart {
  readonly id: string;
  readonly label: string;
}

const partsOf = (labels: Readonly<Record<string, string>>): readonly HideablePart[] =>
  Object.entries(labels).map(([id, label]) => ({ id, label }));

/** Everything that can be hidden, by kinds. */
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

/** An objective that the link brings must be seen before it is used, so what it is seen in is not hidden. */
const needed = ['settings', 'objective'];

/** Reads `hide=ask,runs` and `embed=1`; what cannot be used becomes a notice. Never throws. */
export function readLayout(words: URLSearchParams): Layout & { readonly notices: readonly string[] } {
  const asked = [...new Set((words.get(HIDE) ?? '').split(/[\s,]+/).filter((name) => name !== ''))];
  const unknown = asked.filter((name) => !known.has(name));
  const bringsObjective = (words.get('objective') ?? '').trim() !== '';
  const kept = bringsObjective ? asked.filter((name) => needed.includes(name)) : [];
  const word = words.get(EMBED);
  const embed = word === '1';
  const notices = [
    ...unknown.map((name) => text.url.unknownPart(name)),
    ...kept.map((name) => text.url.notHidden(name)),
    ...(embed && bringsObjective ? [text.url.objectiveInFrame] : []),
    ...(word !== null && word !== '0' && word !== '1' ? [text.url.badValue(`${EMBED}=${word}: 0 or 1`, '0')] : []),
  ];
  return { hidden: new Set(asked.filter((name) => known.has(name) && !kept.includes(name))), embed, notices };
}

/** Writes what differs from the plain page. */
export function writeLayout(words: URLSearchParams, { hidden, embed }: Layout): void {
  // A space is written as +, which people can read and a comma is not.
  if (hidden.size > 0) words.set(HIDE, [...hidden].join(' '));
  if (embed) words.set(EMBED, '1');
}
