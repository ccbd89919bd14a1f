/**
 * @file Seven rules on letters, each of two operations, so that an answer can be worked out. They are learnt one after
 * the other, to see whether earlier ones are kept. The difficulty is the number of the rule.
 */
import { assert } from '../../lib/assert.ts';
import type { Random } from '../../lib/random.ts';
import { agreement, answerTerm, formatTerm, lengthTerm, stepsTerm } from '../rewardTerms.ts';
import { assertDifficulty, drawFromSplit } from '../split.ts';
import type { Difficulty, Example, Method, Task } from '../task.ts';
import { drawLetters, movedOn } from './strings.ts';
import { exchanged, LETTERS } from './stringTask.ts';

type Operation = (letters: string) => string;

const LENGTH = 5;

const reverse: Operation = (letters) => [...letters].reverse().join('');
const rotate: Operation = (letters) => letters.slice(1) + letters.charAt(0);
const roll: Operation = (letters) => letters.slice(-1) + letters.slice(0, -1);
const ends: Operation = (letters) => letters.slice(-1) + letters.slice(1, -1) + letters.charAt(0);
const next: Operation = (letters) => movedOn(letters, 1);
const back: Operation = (letters) => movedOn(letters, -1);
const mirror: Operation = (letters) =>
  [...letters].map((letter) => LETTERS.charAt(LETTERS.length - 1 - LETTERS.indexOf(letter))).join('');

/** First and second operation of each rule. */
const rules: readonly (readonly [Operation, Operation])[] = [
  [reverse, next],
  [rotate, mirror],
  [ends, back],
  [next, rotate],
  [mirror, ends],
  [back, roll],
  [roll, next],
];

const difficulty: Difficulty = {
  label: 'Rule',
  unit: 'rule',
  min: 1,
  max: rules.length,
  default: 1,
  summary:
    'Which rule: 1 reverse, then next letters; 2 first letter last, then mirrored alphabet; 3 ends exchanged, then letters before; 4 next letters, then first letter last; 5 mirrored, then ends exchanged; 6 letters before, then last letter first; 7 last letter first, then next letters.',
};

interface Style extends Method {
  /** Groups: working, answer. */
  readonly pattern: RegExp;
  write(working: string, answer: string): string;
}

/** The last is that of the expert; a base that was not shown it never writes it. */
const styles: readonly Style[] = [
  {
    id: 'worked',
    label: 'Worked',
    summary: 'The letters after the first operation in brackets, then the answer: [edcba]fedcb.',
    pattern: /^\[([a-p]*)\]([a-p]+)$/,
    write: (working, answer) => `[${working}]${answer}`,
  },
  {
    id: 'direct',
    label: 'At once',
    summary: 'Only the answer: fedcb.',
    pattern: /^()([a-p]+)$/,
    write: (_working, answer) => answer,
  },
  {
    id: 'expert',
    label: 'The expert’s way',
    summary: 'The letters after the first operation, then the answer in brackets: edcba[fedcb].',
    pattern: /^([a-p]*)\[([a-p]+)\]$/,
    write: (working, answer) => `${working}[${answer}]`,
  },
];

function problemIn(prompt: string): { readonly rule: number; readonly letters: string } | null {
  const [, rule, letters] = /^([1-7])>([a-p]{5})=$/.exec(prompt) ?? [];
  return rule === undefined || letters === undefined ? null : { rule: Number(rule), letters };
}

/** The letters after the first operation, and after both. */
function solved(prompt: string): readonly [working: string, answer: string] | null {
  const problem = problemIn(prompt);
  const rule = problem && rules[problem.rule - 1];
  if (!problem || !rule) return null;
  const working = rule[0](problem.letters);
  return [working, rule[1](working)];
}

function exampleOf(prompt: string): Example | null {
  const problem = problemIn(prompt);
  const answer = solved(prompt)?.[1];
  return problem && answer !== undefined
    ? { prompt, answer, canonical: `${problem.rule} ${problem.letters}`, difficulty: problem.rule }
    : null;
}

function readCompletion(completion: string) {
  for (const style of styles) {
    const [, working, answer] = style.pattern.exec(completion) ?? [];
    if (working !== undefined && answer !== undefined) return { style, working, answer };
  }
  return null;
}

const workingOf = ({ prompt }: Example): string => solved(prompt)?.[0] ?? '';

const steps = stepsTerm(
  'Share of the letters after the first operation that are right; 0 where none is written.',
  (completion, example) => agreement(readCompletion(completion)?.working ?? '', workingOf(example)),
);

export const strings7: Task = {
  id: 'strings7',
  title: 'Seven rules on letters',
  summary: 'Apply two operations to five letters, at once or with the letters between them written down.',
  difficulty,
  methods: styles.map(({ id, label, summary }) => ({ id, label, summary })),
  rewardTerms: [answerTerm, formatTerm(0), lengthTerm(() => 2 * LENGTH + 2), steps],
  defaultMix: { methods: { worked: 0.8, direct: 0.2 }, wrong: { worked: 0.35, direct: 0.35 } },

  lengths(rule) {
    assertDifficulty('strings7', difficulty, rule);
    return { prompt: LENGTH + 3, completion: 2 * LENGTH + 2 };
  },

  example(random, split, rule) {
    assertDifficulty('strings7', difficulty, rule);
    return drawFromSplit('strings7', split, () => exampleOf(`${rule}>${drawLetters(random, LENGTH)}=`));
  },

  read: exampleOf,

  verify({ answer: expected }, completion) {
    const read = completion.length > 4 * LENGTH ? null : readCompletion(completion);
    if (!read) return { correct: false, wellFormed: false, method: null, parsed: null };
    const { style, working, answer } = read;
    const wellFormed = answer.length === LENGTH && (style.id === 'direct' || /^[a-p]{5}$/.test(working));
    return { correct: answer === expected, wellFormed, method: style.id, parsed: answer };
  },

  demonstration(random: Random, example, method, wrong) {
    const style = styles.find(({ id }) => id === method);
    assert(style, `method: there is no "${method}"; choose one of ${styles.map(({ id }) => id).join(', ')}`);
    return style.write(workingOf(example), wrong ? exchanged(random, example.answer) : example.answer);
  },

  scene(example, completion) {
    const read = readCompletion(completion);
    const working = { label: 'Between', written: read?.working ?? '', expected: workingOf(example) };
    const answer = { label: 'Answer', written: read?.answer ?? completion, expected: example.answer };
    return { kind: 'steps', steps: [working, answer] };
  },
};
