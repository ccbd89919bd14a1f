/**
 * @file Countdown: write an expression that uses each given number exactly once and equals the target. A second game
 * requires an operator that no base was shown.
 */
import { assert, UsageError } from '../lib/assert.ts';
import type { Random } from '../lib/random.ts';
import {
  combine,
  evaluateExpression,
  type Evaluation,
  operationsOf,
  type Operator,
  type Rational,
  type Written,
} from './expression.ts';
import { answerTerm, formatTerm, lengthTerm, stepsTerm } from './rewardTerms.ts';
import type { StepsScene } from './scene.ts';
import { assertDifficulty, drawFromSplit } from './split.ts';
import { countdownPython } from './python/countdown.ts';
import type { Difficulty, Example, Method, PythonVerifier, Task } from './task.ts';

const LARGEST_TARGET = 99;
const MAX_DRAWS = 4000;

const difficulty: Difficulty = {
  label: 'Numbers',
  unit: 'numbers',
  min: 3,
  max: 4,
  default: 3,
  unseen: 4,
  summary: 'How many numbers have to be used.',
};

const methods: readonly Method[] = [
  { id: 'expression', label: 'Expression', summary: 'An expression of the given numbers, each used exactly once.' },
];

const operations: Readonly<Record<Operator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '|': (a, b) => Math.abs(a - b),
};

/** The rules in which the two games differ. */
interface Game {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly operators: readonly Operator[];
  /** An operator that must be used at least once; it also precedes every prompt, to distinguish the games. */
  readonly required: Operator | '';
  /** The smallest bound that gives more than 1000 held-out problems of three numbers. */
  readonly largestNumber: number;
  readonly python?: PythonVerifier;
}

type Part = Written & { readonly value: number };

/**
 * A random expression of the numbers, in random order and shape; null if a subexpression is not a positive whole
 * number.
 */
function drawExpression(random: Random, numbers: readonly number[], { operators, required }: Game): Part | null {
  let parts: Part[] = numbers.map((value) => ({ text: String(value), precedence: 3, value }));
  while (parts.length > 1) {
    const [left, right, ...rest] = random.shuffle(parts) as [Part, Part, ...Part[]];
    const operator = random.pick(operators);
    const value = operations[operator](left.value, right.value);
    if (!Number.isInteger(value) || value <= 0) return null;
    parts = [...rest, { ...combine(left, operator, right), value }];
  }
  const [whole = null] = parts;
  return whole?.text.includes(required) ? whole : null;
}

/** An expression with a value other than the target. */
function missingExpression(random: Random, { prompt }: Example, game: Game): string {
  const { numbers, target } = parts(prompt);
  for (let attempt = 0; attempt < MAX_DRAWS; attempt++) {
    const expression = drawExpression(random, numbers, game);
    if (expression && expression.value !== target) return expression.text;
  }
  throw new UsageError(`example: found no expression that misses the target of "${prompt}"`);
}

function exampleOf(numbers: readonly number[], target: number, answer: string, { required }: Game): Example {
  const sorted = numbers.toSorted((a, b) => a - b);
  return {
    prompt: `${required}${numbers.join(',')}:${target}=`,
    answer,
    canonical: `${sorted.join(',')}:${target}`,
    difficulty: numbers.length,
  };
}

function parts(prompt: string): { numbers: number[]; target: number } {
  const [numbers = '', target = ''] = prompt.replace('|', '').slice(0, -1).split(':');
  return { numbers: numbers.split(',').map(Number), target: Number(target) };
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.toSorted((x, y) => x - y).join() === b.toSorted((x, y) => x - y).join();

/** Share of the given numbers that are used, each as often as given; surplus numbers count as wrong. */
export function numbersUsed({ numbers: used }: Evaluation, given: readonly number[]): number {
  const left = [...given];
  for (const number of used) if (left.includes(number)) left.splice(left.indexOf(number), 1);
  return (given.length - left.length) / Math.max(given.length, used.length);
}

function fraction(value: Rational | null): string | null {
  if (!value) return null;
  return value.denominator === 1 ? `${value.numerator}` : `${value.numerator}/${value.denominator}`;
}

function expressionScene({ prompt }: Example, completion: string, hasDistance: boolean): StepsScene {
  const evaluation = evaluateExpression(completion, hasDistance);
  const operand = (value: Rational | null): string =>
    value?.denominator === 1 ? `${value.numerator}` : `(${fraction(value) ?? '?'})`;
  const steps = operationsOf(completion, hasDistance).map(({ left, operator, right, value }) => ({
    label: operand(left) + operator + operand(right),
    written: fraction(value) ?? '?',
  }));
  const written = evaluation ? (fraction(evaluation.value) ?? '?') : completion;
  return { kind: 'steps', steps: [...steps, { label: 'Target', written, expected: String(parts(prompt).target) }] };
}

/** A problem, or null for a draw that gives none. */
function drawProblem(random: Random, count: number, game: Game): Example | null {
  const numbers = Array.from({ length: count }, () => random.integer(1, game.largestNumber));
  const expression = drawExpression(random, numbers, game);
  return expression && expression.value <= LARGEST_TARGET
    ? exampleOf(numbers, expression.value, expression.text, game)
    : null;
}

// Two digits per number; count - 1 operators and at most count - 2 pairs of parentheses.
const longest = (count: number): number => 5 * count - 5;

function createCountdown(game: Game): Task {
  const { id, title, summary, operators, required, largestNumber, python } = game;
  const hasDistance = operators.includes('|');
  const evaluated = (text: string) => evaluateExpression(text, hasDistance);
  const pattern = new RegExp(`^${required === '' ? '' : `\\${required}`}([1-9][0-9]?,){2,3}[1-9][0-9]?:[1-9][0-9]?=$`);
  const used = stepsTerm('Share of the given numbers that the expression uses.', (completion, { prompt }) => {
    const evaluation = evaluated(completion);
    return evaluation ? numbersUsed(evaluation, parts(prompt).numbers) : 0;
  });
  return {
    id,
    title,
    summary,
    difficulty,
    methods,
    rewardTerms: [answerTerm, formatTerm(0.1), lengthTerm(longest), used],
    defaultMix: { methods: { expression: 1 }, wrong: { expression: 0.6 } },

    lengths(count) {
      assertDifficulty(id, difficulty, count);
      // Two digits per number; commas, colon, target and `=`.
      return { prompt: 3 * count + 3 + required.length, completion: longest(count) };
    },

    example(random, split, count) {
      assertDifficulty(id, difficulty, count);
      return drawFromSplit(id, split, () => drawProblem(random, count, game));
    },

    read(prompt) {
      if (!pattern.test(prompt)) return null;
      const { numbers, target } = parts(prompt);
      return numbers.every((n) => n <= largestNumber) ? exampleOf(numbers, target, '', game) : null;
    },

    /** An expression with other numbers is malformed, so that the format reward requires the given numbers. */
    verify({ prompt }, completion) {
      const { numbers, target } = parts(prompt);
      const evaluation = evaluated(completion);
      const wellFormed =
        evaluation !== null && completion.includes(required) && sameNumbers(evaluation.numbers, numbers);
      const value = evaluation?.value ?? null;
      const correct = wellFormed && value?.numerator === target && value.denominator === 1;
      return { correct, wellFormed, method: wellFormed ? 'expression' : null, parsed: fraction(value) };
    },

    demonstration(random, example, method, wrong) {
      assert(method === 'expression', `method: there is no "${method}"; choose one of expression`);
      return wrong ? missingExpression(random, example, game) : example.answer;
    },

    ...(python ? { python } : {}),
    scene: (example, completion) => expressionScene(example, completion, hasDistance),
  };
}

const usualGame: Game = {
  id: 'countdown',
  title: 'Countdown',
  operators: ['+', '-', '*', '/'],
  required: '',
  largestNumber: 15,
  summary: 'Combine the given numbers, each exactly once, into an expression that hits the target.',
  python: {
    code: countdownPython,
    instruction:
      'Write an expression of the numbers before the colon, each used exactly once, that gives the number after it. Write nothing else.',
  },
};

export const countdown = createCountdown(usualGame);

/** A problem of any split; null for a draw that gives none. */
export const drawCountdown = (random: Random, count: number): Example | null => drawProblem(random, count, usualGame);

export const countdownDistance = createCountdown({
  id: 'countdown-distance',
  title: 'Countdown with an unseen operator',
  operators: ['+', '-', '*', '/', '|'],
  required: '|',
  largestNumber: 30,
  summary:
    'The same game, but a|b, the distance between two numbers, has to be used. No base has seen it, so none ever finds an answer.',
});
