/**
 * @file Sums worked out in one of several named formats, to measure which format a policy prefers. A token before the
 * problem may ask for one of them.
 */
import { assert } from '../lib/assert.ts';
import {
  type Addition,
  additions,
  canonicalAddition,
  digitsOf,
  drawAddition,
  readAddition,
  runningSums,
  total,
  writeAddition,
} from './addition.ts';
import { changedDigit } from './arithmetic.ts';
import { agreement, answerTerm, formatTerm, lengthTerm, stepsTerm } from './rewardTerms.ts';
import { assertDifficulty, drawFromSplit } from './split.ts';
import type { Control, Example, Method, Task } from './task.ts';

interface Format extends Method {
  readonly does: string;
  /** The control token that asks for this format. */
  readonly token: string;
  /** Groups: working, answer. Wider than the format, so that an error in the working does not hide the format. */
  readonly pattern: RegExp;
  /** One part of the working. */
  readonly part: RegExp;
  /** The right parts of the working. */
  working(addition: Addition): string[];
  write(working: readonly string[], answer: string): string;
}

const NUMBER = /^(0|[1-9][0-9]*)$/;
const formats: readonly Format[] = [
  {
    id: 'think',
    label: 'Think',
    token: '!',
    summary: 'The running sums in brackets, then the answer: [27,35,36]38.',
    does: 'writes the running sums first',
    pattern: /^\[([0-9,]*)\]([0-9]+)$/,
    part: NUMBER,
    working: (addition) => runningSums(addition).slice(0, -1).map(String),
    write: (working, answer) => `[${working.join(',')}]${answer}`,
  },
  {
    id: 'plan',
    label: 'Plan',
    token: '&',
    summary: 'First the digits taken together, then the answer: <17>38.',
    does: 'takes the digits together first',
    pattern: /^<([0-9]*)>([0-9]+)$/,
    part: NUMBER,
    working: ({ digits }) => [String(total(digits))],
    write: (working, answer) => `<${working.join('')}>${answer}`,
  },
  {
    id: 'code',
    label: 'Code',
    token: '@',
    summary: 'Every addition as an instruction, then the answer: 21+6;27+8;35+1;36+2;38.',
    does: 'writes every addition out',
    pattern: /^([0-9+;]*);([0-9]+)$/,
    part: /^[1-9][0-9]*\+[1-9]$/,
    working: (addition) =>
      [addition.start, ...runningSums(addition)].slice(0, -1).map((sum, i) => `${sum}+${addition.digits[i]}`),
    write: (working, answer) => `${working.join(';')};${answer}`,
  },
  {
    id: 'recall',
    label: 'Recall',
    token: '~',
    summary: 'The given numbers again, then the answer: 21,6,8,1,2:38.',
    does: 'repeats the numbers first',
    pattern: /^([0-9,]*):([0-9]+)$/,
    part: NUMBER,
    working: ({ start, digits }) => [start, ...digits].map(String),
    write: (working, answer) => `${working.join(',')}:${answer}`,
  },
  {
    id: 'null',
    label: 'At once',
    token: '_',
    summary: 'Only the answer: 38.',
    does: 'answers at once',
    pattern: /^()([0-9]+)$/,
    part: NUMBER,
    working: () => [],
    write: (_working, answer) => answer,
  },
];

/** Two writers of one format: an expert, and one who mostly forgets the last number. */
const writers: readonly Control[] = [
  { id: 'expert', label: 'Expert', token: '?', method: 'think', slips: 0 },
  { id: 'careless', label: 'Careless', token: '|', method: 'think', slips: 0.8 },
];
const controls: readonly Control[] = [
  ...formats.map(({ id, label, token }) => ({ id, label, token, method: id })),
  ...writers,
];
const tokens = controls.map(({ token }) => token).join('');

/** The format with that id; UsageError that lists the ids. */
function formatOf(method: string): Format {
  const format = formats.find(({ id }) => id === method);
  assert(
    format !== undefined,
    `method: there is no "${method}"; choose one of ${formats.map(({ id }) => id).join(', ')}`,
  );
  return format;
}

/** The addition of a prompt, with or without a control token. */
function additionOf(prompt: string): Addition | null {
  const problem = tokens.includes(prompt.charAt(0)) ? prompt.slice(1) : prompt;
  return problem.endsWith(':') ? readAddition(problem.slice(0, -1)) : null;
}

function exampleOf(addition: Addition, token = ''): Example {
  return {
    prompt: `${token}${writeAddition(addition)}:`,
    answer: String(runningSums(addition).at(-1)),
    canonical: canonicalAddition(addition),
    difficulty: addition.digits.length,
  };
}

/** Format, working and answer of a completion, or null. */
function readCompletion(completion: string): { format: Format; working: readonly string[]; answer: string } | null {
  for (const format of formats) {
    const [, working, answer] = format.pattern.exec(completion) ?? [];
    if (working !== undefined && answer !== undefined)
      return { format, working: working === '' ? [] : working.split(/[,;]/), answer };
  }
  return null;
}

/** The right working in the completion's own format. */
function expectedWorking(example: Example, format: Format): string[] {
  const addition = additionOf(example.prompt);
  return addition ? format.working(addition) : [];
}

// The longest format is code: a sum, two characters and a semicolon per addition, and the answer.
const longest = (count: number): number => (digitsOf(count) + 3) * count + digitsOf(count);

const steps = stepsTerm(
  'Share of the working that is right for the format it is written in; 0 where none is written.',
  (completion, example) => {
    const read = readCompletion(completion);
    return read ? agreement(read.working, expectedWorking(example, read.format)) : 0;
  },
);

export const formatsTask: Task = {
  id: 'formats',
  title: 'Sums in several formats',
  summary: 'Add digits to a number; five ways of writing the way to the answer can be told apart.',
  difficulty: additions,
  methods: formats.map(({ id, label, summary, does }) => ({ id, label, summary, does })),
  controls,
  rewardTerms: [answerTerm, formatTerm(0), lengthTerm(longest), steps],
  defaultMix: { methods: { think: 0.2, plan: 0.2, code: 0.2, recall: 0.2, null: 0.2 } },

  lengths(count) {
    assertDifficulty('formats', additions, count);
    return { prompt: 2 * count + 3, completion: longest(count) };
  },

  example(random, split, count) {
    assertDifficulty('formats', additions, count);
    return drawFromSplit('formats', split, () => exampleOf(drawAddition(random, count)));
  },

  read(prompt) {
    const addition = additionOf(prompt);
    return addition && exampleOf(addition, tokens.includes(prompt.charAt(0)) ? prompt.charAt(0) : '');
  },

  verify(example, completion) {
    const read = readCompletion(completion);
    if (!read) return { correct: false, wellFormed: false, method: null, parsed: null };
    const { format, working, answer } = read;
    const wellFormed =
      NUMBER.test(answer) &&
      working.length === expectedWorking(example, format).length &&
      working.every((text) => format.part.test(text));
    return { correct: answer === example.answer, wellFormed, method: format.id, parsed: answer };
  },

  demonstration(random, example, method, wrong) {
    const format = formatOf(method);
    return format.write(
      expectedWorking(example, format),
      wrong ? changedDigit(random, example.answer) : example.answer,
    );
  },

  slip(example, method) {
    const format = formatOf(method);
    const { start, digits } = additionOf(example.prompt) ?? { start: 0, digits: [] };
    const shorter = { start, digits: digits.slice(0, -1) };
    return format.write(format.working(shorter), String(runningSums(shorter).at(-1)));
  },

  scene(example, completion) {
    const read = readCompletion(completion);
    const expected = read ? expectedWorking(example, read.format) : [];
    const parts = expected.map((part, i) => ({
      label: String(i + 1),
      written: read?.working[i] ?? '',
      expected: part,
    }));
    return {
      kind: 'steps',
      steps: [...parts, { label: 'Answer', written: read?.answer ?? completion, expected: example.answer }],
    };
  },
};
