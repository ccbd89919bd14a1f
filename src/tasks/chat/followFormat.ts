/** @file Following a format: three words are written by rules of form, which make one answer right. */
import type { Random } from '../../lib/random.ts';
import { taggedPython } from '../python/checkers.ts';
import { stepsTerm } from '../rewardTerms.ts';
import { chatTask, checkedBy, questionOf, writtenIn } from './chatTask.ts';
import { drawWords, longestWords } from './words.ts';

interface Layout {
  readonly words: readonly string[];
  readonly separator: string;
  readonly around: readonly [before: string, after: string];
}
type Rule = (layout: Layout) => Layout;

const joined =
  (separator: string): Rule =>
  (layout) => ({ ...layout, separator });
const inside =
  (...around: Layout['around']): Rule =>
  (layout) => ({ ...layout, around });

/** Rules by their words, in the order in which a question states them; it states one of a group at most. */
const groups: readonly Readonly<Record<string, Rule>>[] = [
  {
    'joined by dashes': joined('-'),
    'joined by slashes': joined('/'),
    'joined by semicolons': joined(';'),
    'joined by plus signs': joined('+'),
  },
  { 'in capital letters': (layout) => ({ ...layout, words: layout.words.map((word) => word.toUpperCase()) }) },
  { 'in reverse order': (layout) => ({ ...layout, words: layout.words.toReversed() }) },
  {
    'inside square brackets': inside('[', ']'),
    'inside round brackets': inside('(', ')'),
    'inside curly brackets': inside('{', '}'),
  },
];
const rules: Readonly<Record<string, Rule>> = Object.assign({}, ...groups);
const groupOf = (name: string): number => groups.findIndex((group) => Object.hasOwn(group, name));

interface Order {
  readonly words: readonly string[];
  /** Names of rules. */
  readonly rules: readonly string[];
}

function written({ words: given, rules: names }: Order): string {
  const start: Layout = { words: given, separator: ', ', around: ['', ''] };
  const { words: shown, separator, around } = names.reduce((layout, name) => rules[name]?.(layout) ?? layout, start);
  return around[0] + shown.join(separator) + around[1];
}

function orderOf(question: string): Order | null {
  const [, list = '', named = ''] = /^Write the words ((?:[a-z]+, ){2}[a-z]+) (joined .+)\.$/.exec(question) ?? [];
  const names = named.split(', ');
  const places = names.map(groupOf);
  return places.every((place, i) => place > (places[i - 1] ?? -1)) && places[0] === 0
    ? { words: list.split(', '), rules: names }
    : null;
}

/** Every choice among the names, the empty one included. */
const choicesOf = (names: readonly string[]): readonly (readonly string[])[] =>
  names.reduce<readonly (readonly string[])[]>((all, name) => [...all, ...all.map((some) => [...some, name])], [[]]);

/** The largest share of the rules that gives the text; 0 for a text that no choice among them gives. */
function shareKept(text: string, order: Order): number {
  const kept = choicesOf(order.rules).filter((names) => written({ ...order, rules: names }) === text);
  return Math.max(0, ...kept.map(({ length }) => length)) / order.rules.length;
}

function draw(random: Random, count: number): { readonly question: string } {
  const [joining = {}, ...others] = groups;
  const chosen = new Set(random.shuffle(others).slice(0, count - 1));
  const names = [joining, ...others.filter((group) => chosen.has(group))].map((group) =>
    random.pick(Object.keys(group)),
  );
  return { question: `Write the words ${drawWords(random, 3).join(', ')} ${names.join(', ')}.` };
}

export const followFormat = chatTask({
  id: 'follow-format',
  title: 'Following a format',
  summary: 'Write three words by the stated rules of form: joined by dashes, in capital letters, inside brackets.',
  difficulty: {
    label: 'Rules',
    unit: 'rules',
    min: 1,
    max: groups.length,
    default: 2,
    summary: 'How many rules of form the words have to follow.',
  },
  check: checkedBy('tagged'),
  python: taggedPython('tagged'),
  terms: [
    stepsTerm('Share of the rules that the words follow, if nothing else is changed.', (completion, { prompt }) => {
      const order = orderOf(questionOf(prompt) ?? '');
      return order ? shareKept(writtenIn(completion), order) : 0;
    }),
  ],
  longest: (count) => ({
    question: longestWords(3) + 40 + 24 * (count - 1),
    answer: longestWords(3) + (count > 1 ? 4 : 2),
  }),
  draw,
  read(question) {
    const order = orderOf(question);
    return (
      order && {
        answer: written(order),
        canonical: [...order.words.toSorted(), ...order.rules].join(', '),
        difficulty: order.rules.length,
      }
    );
  },
});
