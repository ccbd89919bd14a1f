/**
 * @file Answers that are one number, given at once (`43`) or after the running values in brackets (`[22,25]43`):
 * methods, grammar and demonstrations for all tasks that compute step by step.
 */
import { assert } from '../lib/assert.ts';
import type { Random } from '../lib/random.ts';
import { agreement, stepsTerm } from './rewardTerms.ts';
import type { StepsScene } from './scene.ts';
import type { Example, Method, RewardTerm, Verdict } from './task.ts';

export const arithmeticMethods: readonly Method[] = [
  {
    id: 'direct',
    label: 'At once',
    summary: 'Only the answer: short, but all of the arithmetic has to be done before its first digit.',
    does: 'answers at once',
  },
  {
    id: 'worked',
    label: 'Worked out',
    summary: 'The running values in brackets, then the answer: longer, and each step is easy.',
    does: 'works the problem out',
  },
];

/** A number as written in answers: no sign, no leading zero. */
const isNumber = (text: string): boolean => /^(0|[1-9][0-9]*)$/.test(text);

/**
 * Parses a completion. The answer of a worked completion is the text after the first `]`; it counts even if the working
 * is wrong or malformed. `wellFormed` requires the grammar: `number` or `[number,...]number` with exactly
 * `workingCount` numbers inside.
 */
export function verifyArithmetic(answer: string, workingCount: number, completion: string): Verdict {
  if (!completion.startsWith('[')) {
    const direct = /^[0-9]+$/.test(completion);
    const wellFormed = isNumber(completion);
    return {
      correct: completion === answer,
      wellFormed,
      method: direct ? 'direct' : null,
      parsed: direct ? completion : null,
    };
  }
  const end = completion.indexOf(']');
  const parsed = end < 0 ? '' : completion.slice(end + 1);
  const working = end < 0 ? [] : completion.slice(1, end).split(',');
  return {
    correct: parsed === answer,
    wellFormed: working.length === workingCount && working.every(isNumber) && isNumber(parsed),
    method: 'worked',
    parsed: /^[0-9]+$/.test(parsed) ? parsed : null,
  };
}

/**
 * A completion that ends in the last running value or, when `wrong`, in that number with one digit changed. UsageError
 * for a method not in `arithmeticMethods`.
 */
export function demonstrateArithmetic(
  random: Random,
  values: readonly number[],
  method: string,
  wrong: boolean,
): string {
  const ids = arithmeticMethods.map(({ id }) => id);
  assert(ids.includes(method), `method: there is no "${method}"; choose one of ${ids.join(', ')}`);
  const right = String(values.at(-1));
  const answer = wrong ? changedDigit(random, right) : right;
  return method === 'direct' ? answer : `[${values.slice(0, -1).join(',')}]${answer}`;
}

/** The numbers in brackets before the answer. */
function workingOf(completion: string): string[] {
  const end = completion.indexOf(']');
  return completion.startsWith('[') && end > 1 ? completion.slice(1, end).split(',') : [];
}

/** The reward term for right running values; `valuesOf` gives all of them, the answer last. */
export function rightWorking(valuesOf: (example: Example) => readonly number[]): RewardTerm {
  return stepsTerm(
    'Share of the running values in brackets that are right, whatever the answer; 0 where none are written.',
    (completion, example) => agreement(workingOf(completion), valuesOf(example).slice(0, -1).map(String)),
  );
}

/**
 * The right and the written running values, with `labels` for the expression of each; only the answer if it was given
 * at once.
 */
export function arithmeticScene(labels: readonly string[], values: readonly number[], completion: string): StepsScene {
  const working = workingOf(completion);
  const answer = { written: completion.slice(completion.indexOf(']') + 1), expected: String(values.at(-1)) };
  if (working.length === 0) return { kind: 'steps', steps: [{ label: 'Answer', ...answer }] };
  const steps = values
    .slice(0, -1)
    .map((value, i) => ({ label: labels[i] ?? '', written: working[i] ?? '', expected: String(value) }));
  return { kind: 'steps', steps: [...steps, { label: labels.at(-1) ?? '', ...answer }] };
}

/** The number with one digit changed; same length, no leading zero. */
export function changedDigit(random: Random, text: string): string {
  const position = random.integer(0, text.length - 1);
  const isLeading = position === 0 && text.length > 1;
  const others = [...'0123456789'].filter((digit) => digit !== text[position] && !(isLeading && digit === '0'));
  return text.slice(0, position) + random.pick(others) + text.slice(position + 1);
}
