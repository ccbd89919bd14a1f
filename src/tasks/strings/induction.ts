/** @file Induction: two worked examples of a hidden rule and a third string to apply it to. */
import type { Task } from '../task.ts';
import { stringTask } from './stringTask.ts';
import { drawLetters, movedOn } from './strings.ts';

const rotatedLeft = (text: string): string => text.slice(1) + text.charAt(0);
const rotatedRight = (text: string): string => text.slice(-1) + text.slice(0, -1);

const rules: readonly { readonly name: string; readonly apply: (letters: string) => string }[] = [
  { name: 'reverse', apply: (letters) => [...letters].reverse().join('') },
  { name: 'first letter last', apply: rotatedLeft },
  { name: 'last letter first', apply: rotatedRight },
  { name: 'next letters', apply: (letters) => movedOn(letters, 1) },
  { name: 'letters before', apply: (letters) => movedOn(letters, -1) },
  {
    name: 'first and last exchanged',
    apply: (letters) => letters.slice(-1) + letters.slice(1, -1) + letters.charAt(0),
  },
];

const difficulty = {
  label: 'Letters',
  unit: 'letters',
  min: 3,
  max: 6,
  default: 4,
  unseen: 6,
  summary: 'How many letters each string has.',
};

/** The unique answer of all rules that fit both examples, or null if none fits or two disagree. */
function induced(examples: readonly (readonly [string, string])[], query: string): string | null {
  const fitting = rules.filter(({ apply }) => examples.every(([from, to]) => apply(from) === to));
  const answers = new Set(fitting.map(({ apply }) => apply(query)));
  const [answer = null] = answers;
  return answers.size === 1 ? answer : null;
}

export const induction: Task = stringTask({
  id: 'induction',
  title: 'Induction: find the rule',
  summary: 'Two examples follow a rule that is not named; apply it to the third string.',
  difficulty,
  isForm: (completion, answer) => completion.length === answer.length && /^[a-p]+$/.test(completion),
  lengths: (count) => ({ prompt: 5 * count + 10, completion: count }),

  draw(random, count) {
    const { apply } = random.pick(rules);
    const example = (): string => {
      const letters = drawLetters(random, count);
      return `${letters}>${apply(letters)}`;
    };
    return `rule ${example()};${example()};${drawLetters(random, count)}>`;
  },

  read(prompt) {
    const [, a = '', b = '', c = '', d = '', query] =
      /^rule ([a-p]{3,6})>([a-p]+);([a-p]+)>([a-p]+);([a-p]+)>$/.exec(prompt) ?? [];
    if (query === undefined || ![b, c, d, query].every(({ length }) => length === a.length)) return null;
    const answer = induced(
      [
        [a, b],
        [c, d],
      ],
      query,
    );
    // The order of the examples does not matter.
    const examples = [`${a}>${b}`, `${c}>${d}`];
    const given = [
      ...examples.map((text, i) => ({ label: `Example ${i + 1}`, text })),
      { label: 'Given', text: query },
    ];
    return answer === null
      ? null
      : { answer, canonical: [...examples.toSorted(), query].join(';'), difficulty: a.length, given };
  },
});
