/** @file Countdown: write an expression that uses each given number exactly once and hits the target. */
import { assert, UsageError } from '../lib/assert.ts';
import type { Random } from '../lib/random.ts';
import { combine, evaluateExpression } from './expression.ts';
import type { Written } from './expression.ts';
import { answerTerm, formatTerm } from './rewardTerms.ts';
import { assertDifficulty, drawFromSplit } from './split.ts';
import type { Difficulty, Example, Method, Task } from './task.ts';

// 15 is the smallest bound with more than 1000 held-out problems of three numbers.
const LARGEST_NUMBER = 15;
const LARGEST_TARGET = 99;
const MAX_DRAWS = 4000;

const difficulty: Difficulty = {
  label: 'Numbers',
  unit: 'numbers',
  min: 3,
  max: 4,
  default: 3,
  summary: 'How many numbers have to be used.',
};

const methods: readonly Method[] = [
  { id: 'expression', label: 'Expression', summary: 'An expression of the given numbers, each used exactly once.' },
];

const operations = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
} as const;
const operators = Object.keys(operations) as (keyof typeof operations)[];

type Part = Written & { readonly value: number };

/** A random expression of the numbers, in random order and shape, or null where a part of it is not a positive whole number. */
function drawExpression(random: Random, numbers: readonly number[]): Part | null {
  let parts: Part[] = numbers.map((value) => ({ text: String(value), precedence: 2, value }));
  while (parts.length > 1) {
    const [left, right, ...rest] = random.shuffle(parts) as [Part, Part, ...Part[]];
    const operator = random.pick(operators);
    const value = operations[operator](left.value, right.value);
    if (!Number.isInteger(value) || value <= 0) return null;
    parts = [...rest, { ...combine(left, operator, right), value }];
  }
  return parts[0] ?? null;
}

function draw(random: Random, count: number): Example | null {
  const numbers = Array.from({ length: count }, () => random.integer(1, LARGEST_NUMBER));
  const expression = drawExpression(random, numbers);
  if (!expression || expression.value > LARGEST_TARGET) return null;
  return posed(numbers, expression.value, expression.text);
}

function posed(numbers: readonly number[], target: number, answer: string): Example {
  const sorted = numbers.toSorted((a, b) => a - b);
  return { prompt: `${numbers.join(',')}:${target}=`, answer, canonical: `${sorted.join(',')}:${target}`, difficulty: numbers.length };
}

function parts(prompt: string): { numbers: number[]; target: number } {
  const [numbers = '', target = ''] = prompt.slice(0, -1).split(':');
  return { numbers: numbers.split(',').map(Number), target: Number(target) };
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.toSorted((x, y) => x - y).join() === b.toSorted((x, y) => x - y).join();

function missingExpression(random: Random, example: Example): string {
  const { numbers, target } = parts(example.prompt);
  for (let attempt = 0; attempt < MAX_DRAWS; attempt++) {
    const expression = drawExpression(random, numbers);
    if (expression && expression.value !== target) return expression.text;
  }
  throw new UsageError(`example: found no expression that misses the target of "${example.prompt}"`);
}

export const countdown: Task = {
  id: 'countdown',
  title: 'Countdown',
  summary: 'Combine the given numbers, each exactly once, into an expression that hits the target.',
  difficulty,
  methods,
  rewardTerms: [answerTerm, formatTerm(0.1)],
  defaultMix: { methods: { expression: 1 }, wrong: { expression: 0.6 } },

  lengths(count) {
    assertDifficulty('countdown', difficulty, count);
    // Two digits a number; commas, colon, target and `=`; count - 1 operators and at most count - 2 pairs of parentheses.
    return { prompt: 3 * count + 3, completion: 5 * count - 5 };
  },

  example(random, split, count) {
    assertDifficulty('countdown', difficulty, count);
    return drawFromSplit('countdown', split, () => draw(random, count));
  },

  read(prompt) {
    if (!/^([1-9][0-9]?,){2,3}[1-9][0-9]?:[1-9][0-9]?=$/.test(prompt)) return null;
    const { numbers, target } = parts(prompt);
    return numbers.every((n) => n <= LARGEST_NUMBER) ? posed(numbers, target, '') : null;
  },

  /** An expression with other numbers is not well formed, so that the format reward cannot be had for any number. */
  verify(example, completion) {
    const { numbers, target } = parts(example.prompt);
    const evaluation = evaluateExpression(completion);
    const wellFormed = evaluation !== null && sameNumbers(evaluation.numbers, numbers);
    const value = evaluation?.value ?? null;
    const correct = wellFormed && value?.numerator === target && value.denominator === 1;
    const fraction = value && (value.denominator === 1 ? `${value.numerator}` : `${value.numerator}/${value.denominator}`);
    return { correct, wellFormed, method: wellFormed ? 'expression' : null, parsed: fraction };
  },

  demonstration(random, example, method, wrong) {
    assert(method === 'expression', `method: there is no "${method}"; choose one of expression`);
    return wrong ? missingExpression(random, example) : example.answer;
  },
};
