/** @file Sums of a few small numbers, answered directly or with working. */
import {
  type Addition,
  additions,
  canonicalAddition,
  digitsOf,
  drawAddition,
  readAddition,
  runningSums,
  writeAddition,
} from './addition.ts';
import {
  arithmeticMethods,
  arithmeticScene,
  demonstrateArithmetic,
  rightWorking,
  verifyArithmetic,
} from './arithmetic.ts';
import { arithmeticPython } from './python/arithmetic.ts';
import { answerTerm, formatTerm, lengthTerm } from './rewardTerms.ts';
import { assertDifficulty, drawFromSplit } from './split.ts';
import type { Example, Task } from './task.ts';

function exampleOf(addition: Addition): Example {
  return {
    prompt: `${writeAddition(addition)}=`,
    answer: String(runningSums(addition).at(-1)),
    canonical: canonicalAddition(addition),
    difficulty: addition.digits.length,
  };
}

const additionOf = ({ prompt }: Example): Addition => readAddition(prompt.slice(0, -1)) ?? { start: 0, digits: [] };

// n - 1 running sums, n - 2 commas and two brackets before the answer.
const longest = (count: number): number => (digitsOf(count) + 1) * count;

export const sums: Task = {
  id: 'sums',
  title: 'Sums: answer at once or work it out',
  summary: 'Add digits to a number, either in one go or with the running sums written down first.',
  difficulty: additions,
  methods: arithmeticMethods,
  methodNote: 'RL selects a method the base already has; it does not teach arithmetic.',
  rewardTerms: [
    answerTerm,
    formatTerm(0),
    lengthTerm(longest),
    rightWorking((example) => runningSums(additionOf(example))),
  ],
  defaultMix: { methods: { direct: 0.75, worked: 0.25 }, wrong: {} },

  lengths(count) {
    assertDifficulty('sums', additions, count);
    return { prompt: 2 * count + 3, completion: longest(count) };
  },

  example(random, split, count) {
    assertDifficulty('sums', additions, count);
    return drawFromSplit('sums', split, () => exampleOf(drawAddition(random, count)));
  },

  read(prompt) {
    const addition = prompt.endsWith('=') ? readAddition(prompt.slice(0, -1)) : null;
    return addition && exampleOf(addition);
  },

  python: {
    code: arithmeticPython,
    instruction:
      'Add the numbers. Write only the result, or the running sums in brackets and then the result, like [22,25]43.',
  },
  verify: (example, completion) => verifyArithmetic(example.answer, example.difficulty - 1, completion),

  demonstration: (random, example, method, wrong) =>
    demonstrateArithmetic(random, runningSums(additionOf(example)), method, wrong),

  scene(example, completion) {
    const { start, digits } = additionOf(example);
    const values = runningSums({ start, digits });
    return arithmeticScene(
      digits.map((digit, i) => `${values[i - 1] ?? start}+${digit}`),
      values,
      completion,
    );
  },
};
