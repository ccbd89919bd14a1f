/** @file Named rules by which a completion is compared with the answer in a file of problems. */
import { assert } from '../lib/assert.ts';
import { evaluateExpression } from './expression.ts';
import { type Checker, comparing, ROOM } from './own/checker.ts';
import { REGEX, regexChecker } from './own/pattern.ts';
import { ANSWER_MARK, type OwnRow } from './own/row.ts';

const NUMBER = /(?<!\d)-?\d+(?:\.\d+)?|\d+(?:\.\d+)?/g;
const WHOLE_NUMBER = /^-?\d+(?:\.\d+)?$/;
const TAG = '<answer>';

/** Digits without the commas that group them. */
const ungrouped = (text: string): string => text.replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, '');

/** A number in digits in its shortest form, so that equal ones are equal texts however many digits they have. */
function shortest(number: string): string {
  const [whole = '', fraction = ''] = ungrouped(number).replace('-', '').split('.');
  const digits = [whole.replace(/^0+(?=\d)/, ''), fraction.replace(/0+$/, '')].filter((part) => part !== '').join('.');
  return number.startsWith('-') && digits !== '0' ? `-${digits}` : digits;
}

/** The part of a completion that states its answer: after the last ####, or after the last <answer>, or all of it. */
function stated(completion: string): { readonly text: string; readonly isMarked: boolean } {
  const [mark, tag] = [completion.lastIndexOf(ANSWER_MARK), completion.lastIndexOf(TAG)];
  if (mark >= 0 && mark > tag) return { text: completion.slice(mark + ANSWER_MARK.length), isMarked: true };
  if (tag < 0) return { text: completion, isMarked: false };
  const [inside = ''] = completion.slice(tag + TAG.length).split('</answer>');
  return { text: inside, isMarked: true };
}

/** The number in a completion: the first after a mark or in a tag, else the last. */
function numberIn(completion: string): string | null {
  const { text, isMarked } = stated(completion);
  return (
    ungrouped(text)
      .match(NUMBER)
      ?.at(isMarked ? 0 : -1) ?? null
  );
}

/** The last letter that stands alone, in the case of the answer. */
function choiceIn(completion: string, answer: string): string | null {
  const letters = answer === answer.toUpperCase() ? /(?<![a-z])[A-Z](?![a-z])/gi : /(?<![a-z])[a-z](?![a-z])/g;
  const found = [...stated(completion).text.matchAll(letters)].map(([letter]) => letter);
  return found.filter((letter) => letter === letter.toUpperCase() || answer !== answer.toUpperCase()).at(-1) ?? null;
}

/** Value of a number or of an arithmetic expression; null for other text. */
function valueOf(text: string): number | null {
  if (WHOLE_NUMBER.test(text)) return Number(text);
  const value = evaluateExpression(text.replaceAll(/\s/g, ''))?.value;
  return value ? value.numerator / value.denominator : null;
}

/** The last arithmetic in a completion: an expression with an operator, else a number. */
function expressionIn(completion: string): string | null {
  const parts = stated(completion).text.match(/[\d(][\d\s()+*/-]*/g) ?? [];
  const readable = parts.map((part) => part.replaceAll(/\s/g, '')).filter((part) => evaluateExpression(part) !== null);
  return readable.findLast((part) => /[+*/-]/.test(part)) ?? readable.at(-1) ?? null;
}

/** Numbers that a row allows, each of them once; null if the row names none. */
export function allowedNumbers({ columns }: Pick<OwnRow, 'columns'>): readonly number[] | null {
  const metadata = columns.metadata as Readonly<Record<string, unknown>> | undefined;
  const numbers = columns.numbers ?? columns.nums ?? metadata?.numbers;
  const list = Array.isArray(numbers) ? numbers.map(Number) : null;
  return list?.every((number) => Number.isInteger(number)) ? list.toSorted((a, b) => a - b) : null;
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((number, i) => number === b[i]);

const checkExpression: Checker['check'] = (completion, row) => {
  const parsed = expressionIn(completion);
  if (parsed === null) return { correct: false, parsed };
  const [value, wanted, allowed] = [valueOf(parsed), valueOf(row.answer), allowedNumbers(row)];
  const used = evaluateExpression(parsed)?.numbers.toSorted((a, b) => a - b) ?? [];
  const correct =
    value !== null && wanted !== null && Math.abs(value - wanted) < 1e-9 && (allowed === null || same(used, allowed));
  return { correct, parsed: correct ? row.answer : parsed };
};

const always = () => null;

/** Checkers without a parameter. */
const plain = {
  exact: {
    summary: 'it is the answer, without spaces around it',
    room: 0,
    problem: always,
    check: comparing((completion) => completion.trim() || null),
  },
  number: {
    summary: `its number equals the answer: the one after the last ${ANSWER_MARK}, or in the last ${TAG} tag, else the last`,
    room: ROOM,
    problem: ({ answer }) => (WHOLE_NUMBER.test(ungrouped(answer)) ? null : 'a number in decimal digits is needed'),
    check: comparing((completion, answer) => {
      const found = numberIn(completion);
      return found !== null && shortest(found) === shortest(answer) ? answer : found;
    }),
  },
  tagged: {
    summary: `the text after the last ${ANSWER_MARK}, or in the last ${TAG} tag, or else all of it, is the answer`,
    room: ROOM,
    problem: always,
    check: comparing((completion) => stated(completion).text.trim() || null),
  },
  choice: {
    summary: 'the last letter that stands alone in it, as in (B), is the answer',
    room: ROOM,
    problem: ({ answer }) => (/^[a-z]$/i.test(answer) ? null : 'one letter is needed'),
    check: comparing(choiceIn),
  },
  expression: {
    summary:
      'its last arithmetic expression has the value of the answer, and uses each of the numbers in the column numbers once if there is one',
    room: ROOM,
    problem: ({ answer }) => (valueOf(answer) === null ? 'a number or an arithmetic expression is needed' : null),
    check: checkExpression,
  },
  contains: {
    summary: 'the answer stands somewhere in it',
    room: ROOM,
    problem: always,
    check: comparing((completion, answer) => (completion.includes(answer) ? answer : null)),
  },
} as const satisfies Readonly<Record<string, Omit<Checker, 'id'>>>;

type PlainId = keyof typeof plain;
export const plainCheckers = Object.keys(plain) as readonly PlainId[];

/** Words of the checkers for people: names, and the form of a pattern. */
export const checkerWords = [...plainCheckers, `${REGEX}PATTERN`].join(', ');

/** The checker named by words such as `number` or `regex:= (\d+)`. UsageError for other words. */
export function checkerOf(words: string): Checker {
  if (words.startsWith(REGEX)) return regexChecker(words.slice(REGEX.length));
  assert(Object.hasOwn(plain, words), `there is no checker ${JSON.stringify(words)}; choose one of ${checkerWords}`);
  const id = words as PlainId;
  return { id, ...plain[id] };
}
