/** @file Sums of a few small numbers, answered at once or worked out. */
import type { Random } from '../lib/random.ts';
import { arithmeticMethods, demonstrateArithmetic, verifyArithmetic } from './arithmetic.ts';
import { answerTerm, formatTerm } from './rewardTerms.ts';
import { assertDifficulty, drawFromSplit } from './split.ts';
import type { Difficulty, Example, Task } from './task.ts';

const SMALLEST_START = 10;
/** With five nines added the sum still has two digits, so that an answer's length gives nothing away. */
const LARGEST_START = 54;

const difficulty: Difficulty = {
  label: 'Additions',
  unit: 'additions',
  min: 2,
  max: 5,
  default: 4,
  summary: 'How many digits are added to the starting number.',
};

/** The problem start + digits. The start stays first; digits in another order make the same problem. */
function posed(start: number, digits: readonly number[]): Example {
  return {
    prompt: `${[start, ...digits].join('+')}=`,
    answer: String(digits.reduce((sum, digit) => sum + digit, start)),
    canonical: `${start}:${digits.toSorted((a, b) => a - b).join('+')}`,
    difficulty: digits.length,
  };
}

function draw(random: Random, additions: number): Example {
  const start = random.integer(SMALLEST_START, LARGEST_START);
  return posed(start, Array.from({ length: additions }, () => random.integer(1, 9)));
}

/** The sums after each addition. */
function runningSums(example: Example): number[] {
  const [start = 0, ...digits] = example.prompt.slice(0, -1).split('+').map(Number);
  let sum = start;
  return digits.map((digit) => (sum += digit));
}

export const sums: Task = {
  id: 'sums',
  title: 'Sums: answer at once or work it out',
  summary: 'Add digits to a number, either in one go or with the running sums written down first.',
  difficulty,
  methods: arithmeticMethods,
  rewardTerms: [answerTerm, formatTerm(0)],
  defaultMix: { methods: { direct: 0.75, worked: 0.25 }, wrong: {} },

  lengths(additions) {
    assertDifficulty('sums', difficulty, additions);
    // Two digits a number: n - 1 running sums, n - 2 commas and two brackets before the answer.
    return { prompt: 2 * additions + 3, completion: 3 * additions };
  },

  example(random, split, additions) {
    assertDifficulty('sums', difficulty, additions);
    return drawFromSplit('sums', split, () => draw(random, additions));
  },

  read(prompt) {
    if (!/^[1-9][0-9](\+[1-9]){2,5}=$/.test(prompt)) return null;
    const [start = 0, ...digits] = prompt.slice(0, -1).split('+').map(Number);
    return start <= LARGEST_START ? posed(start, digits) : null;
  },

  verify: (example, completion) => verifyArithmetic(example.answer, example.difficulty - 1, completion),

  demonstration: (random, example, method, wrong) => demonstrateArithmetic(random, runningSums(example), method, wrong),
};
