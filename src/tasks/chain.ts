/** @file Chains of operations applied strictly from left to right, answered directly or with working. */
import { arithmeticPython } from './python/arithmetic.ts';
import type { Random } from '../lib/random.ts';
import {
  arithmeticMethods,
  arithmeticScene,
  demonstrateArithmetic,
  rightWorking,
  verifyArithmetic,
} from './arithmetic.ts';
import { answerTerm, formatTerm, lengthTerm } from './rewardTerms.ts';
import { assertDifficulty, drawFromSplit } from './split.ts';
import type { Difficulty, Example, Task } from './task.ts';

const LARGEST_VALUE = 99;
/**
 * From this many operations on the result has four digits, which no base was shown: with two or three digits guesses
 * sometimes hit.
 */
const LARGE = 6;
const largeAnswers = [1000, 9999] as const;

const operations: Readonly<Record<string, (value: number, operand: number) => number>> = {
  '+': (value, operand) => value + operand,
  '-': (value, operand) => value - operand,
  '*': (value, operand) => value * operand,
};

const difficulty: Difficulty = {
  label: 'Operations',
  unit: 'operations',
  min: 2,
  max: LARGE,
  default: 3,
  unseen: LARGE,
  summary: 'How many operations follow the starting number; six of them lead to a number of four digits.',
};

/** A step such as `*3`; `*1` is left out because it changes nothing. */
function drawStep(random: Random): string {
  const operation = random.pick(Object.keys(operations));
  return operation + random.integer(operation === '*' ? 2 : 1, 9);
}

/** The values after each step. */
function runningValues(start: number, steps: readonly string[]): number[] {
  let value = start;
  return steps.map((step) => (value = operations[step.charAt(0)]?.(value, Number(step.slice(1))) ?? NaN));
}

/**
 * Whether a chain may have these values: all in 0..99, or in a long chain up to four digits, with exactly four in the
 * last.
 */
function areUsual(values: readonly number[]): boolean {
  const [least, largest] = values.length < LARGE ? [0, LARGEST_VALUE] : largeAnswers;
  return values.every((value) => value >= 0 && value <= largest) && (values.at(-1) ?? 0) >= least;
}

/** A chain with valid values, or null. */
function draw(random: Random, count: number): Example | null {
  const start = random.integer(1, 9);
  return exampleOf(
    start,
    Array.from({ length: count }, () => drawStep(random)),
  );
}

function exampleOf(start: number, steps: readonly string[]): Example | null {
  const values = runningValues(start, steps);
  if (!areUsual(values)) return null;
  return {
    prompt: `#${start}${steps.join('')}=`,
    answer: String(values.at(-1)),
    // The order changes the value; sorting puts all orders of the same steps in one split.
    canonical: `${start}:${steps.toSorted().join(',')}`,
    difficulty: steps.length,
  };
}

const startOf = ({ prompt }: Example): number => Number(prompt.charAt(1));
const stepsOf = ({ prompt }: Example): readonly string[] => prompt.slice(2, -1).match(/../g) ?? [];
const valuesOf = (example: Example): number[] => runningValues(startOf(example), stepsOf(example));

// All values, count - 2 commas and two brackets.
const longest = (count: number): number => (count < LARGE ? 3 : 5) * count;

export const chain: Task = {
  id: 'chain',
  title: 'Chain arithmetic',
  summary: 'Apply operations one after the other, strictly from left to right.',
  difficulty,
  methods: arithmeticMethods,
  rewardTerms: [answerTerm, formatTerm(0), lengthTerm(longest), rightWorking(valuesOf)],
  defaultMix: { methods: { direct: 0.75, worked: 0.25 }, wrong: {} },

  lengths(count) {
    assertDifficulty('chain', difficulty, count);
    // `#`, start, two characters per step, `=`.
    return { prompt: 2 * count + 3, completion: longest(count) };
  },

  example(random, split, count) {
    assertDifficulty('chain', difficulty, count);
    return drawFromSplit('chain', split, () => draw(random, count));
  },

  read: (prompt) =>
    /^#[1-9]([-+][1-9]|\*[2-9]){2,6}=$/.test(prompt)
      ? exampleOf(Number(prompt.charAt(1)), prompt.slice(2, -1).match(/../g) ?? [])
      : null,

  python: {
    code: arithmeticPython,
    instruction:
      'Apply the operations strictly from left to right. Write only the result, or the running values in brackets and then the result, like [22,25]43.',
  },
  verify: (example, completion) => verifyArithmetic(example.answer, example.difficulty - 1, completion),

  demonstration: (random, example, method, wrong) => demonstrateArithmetic(random, valuesOf(example), method, wrong),

  scene(example, completion) {
    const values = valuesOf(example);
    return arithmeticScene(
      stepsOf(example).map((step, i) => `${values[i - 1] ?? startOf(example)}${step}`),
      values,
      completion,
    );
  },
};
