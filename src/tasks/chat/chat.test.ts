/** @file The tasks asked in words: questions and answers against rules written out here, verdicts, partial credit, Python. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { examples, sample } from '../../../testing/tasks/problems.ts';
import { random } from '../../lib/random.ts';
import { taskById, tasks } from '../index.ts';
import { scoreNow } from '../rewardTerms.ts';
import type { Example } from '../task.ts';

const asked = tasks.filter(({ isInstruction }) => isInstruction);
const REQUEST = ' Write the answer inside <answer></answer> tags.';

const read = (id: string, question: string): Example => taskById(id).read?.(question + REQUEST) as Example;
const scoreOf = (id: string, term: string, example: Example, completion: string): number => {
  const task = taskById(id);
  const found = task.rewardTerms.find((candidate) => candidate.id === term);
  return found ? scoreNow(found, task.verify(example, completion), completion, example) : NaN;
};

/** Legs of some animals, by a list apart from the task's. */
const legsOf = (animal: string): number =>
  [
    ['snakes', 'snails'],
    ['hens', 'ducks', 'owls', 'penguins'],
    ['cats', 'cows', 'dogs', 'frogs', 'horses', 'lions'],
    ['ants', 'bees', 'beetles', 'butterflies'],
    ['spiders', 'scorpions'],
    ['crabs', 'lobsters'],
  ].findIndex((animals) => animals.includes(animal)) * 2;

/** The answer of a question by a rule that shares no code with the task. */
const solvers: Readonly<Record<string, (question: string) => string>> = {
  'chain-sums': (question) => {
    const words = question.slice('What is '.length, -1).split(' ');
    return String(words.reduce((sum, word, i) => (i % 2 ? sum : sum + Number((words[i - 1] ?? '') + word)), 0));
  },
  legs: (question) =>
    String(
      [...question.matchAll(/(\d+) (\w+)/g)].reduce((sum, [, count, one = '']) => sum + Number(count) * legsOf(one), 0),
    ),
  letters: (question) => {
    const [, letter = '', text = ''] = /letter (.) occur in "(.*)"/.exec(question) ?? [];
    return String([...text].filter((one) => one === letter).length);
  },
  'spell-backward': (question) => {
    const word = question.split('"')[1] ?? '';
    return Array.from(word, (_, i) => word.charAt(word.length - 1 - i)).join('');
  },
};

test.each(Object.entries(solvers))(
  '%s: every answer is that of its question, and no other number or word is',
  (id, solve) => {
    const task = taskById(id);
    for (const example of sample(task, 60)) {
      const question = example.prompt.replace(REQUEST, '');
      expect(example.prompt.endsWith(REQUEST)).toBe(true);
      expect(example.answer).toBe(solve(question));
      for (const wrong of [`${example.answer}1`, `7${example.answer}`, 'no idea', ''])
        expect(task.verify(example, wrong).correct).toBe(false);
    }
  },
);

test.each([
  [
    'follow-format',
    'Write the words mango, hotel, autumn joined by slashes, in capital letters.',
    'MANGO/HOTEL/AUTUMN',
  ],
  ['chain-sums', 'What is 34 + 27 - 8?', '53'],
  ['legs', 'How many legs do 3 dogs, 12 snakes and 2 butterflies have in all?', '24'],
  ['letters', 'How many times does the letter r occur in "strawberry carrot"?', '5'],
  ['spell-backward', 'Spell the made-up word "tokumi" backward.', 'imukot'],
  [
    'countdown-words',
    'Make 30 from 3, 7 and 9: an expression with +, -, * or / that uses each number once.',
    '3 * 7 + 9',
  ],
])('%s: a typed question has a verdict', (id, question, answer) => {
  const example = read(id, question);
  expect(taskById(id).verify(example, `I think it is <answer>${answer}</answer>`)).toMatchObject({
    correct: true,
    wellFormed: true,
  });
  expect(taskById(id).verify(example, '<answer>8</answer>').correct).toBe(false);
  expect(taskById(id).read?.(question)).toBeNull();
});

describe('following a format', () => {
  const order =
    'Write the words lemon, river, table joined by dashes, in capital letters, in reverse order, inside round brackets.';

  test.each([
    ['<answer>(TABLE-RIVER-LEMON)</answer>', 1],
    ['<answer>TABLE-RIVER-LEMON</answer>', 0.75],
    ['(lemon-river-table)', 0.5],
    ['<answer>lemon, river, table</answer>', 0],
    ['<answer>LEMON, RIVER, TABLE</answer>', 0.25],
    ['<answer>(TABLE-RIVER-LEMON).</answer>', 0],
    ['<answer>(TABLE-RIVER)</answer>', 0],
  ])('%s follows %d of the rules', (completion, share) => {
    const example = read('follow-format', order);
    expect(example.answer).toBe('(TABLE-RIVER-LEMON)');
    expect(scoreOf('follow-format', 'steps', example, completion)).toBe(share);
    expect(taskById('follow-format').verify(example, completion).correct).toBe(share === 1);
  });

  test('rules out of order, twice or unknown are no question of the task', () => {
    for (const named of ['in capital letters', 'joined by dashes, joined by slashes', 'joined by dashes, in blue'])
      expect(read('follow-format', `Write the words lemon, river, table ${named}.`)).toBeNull();
  });
});

test('partial credit: letters in their place, numbers used', () => {
  const word = read('spell-backward', 'Spell the made-up word "tokumi" backward.');
  expect(scoreOf('spell-backward', 'steps', word, '<answer>imuktt</answer>')).toBeCloseTo(4 / 6 + 1 / 6, 12);
  const game = read(
    'countdown-words',
    'Make 30 from 3, 7 and 9: an expression with +, -, * or / that uses each number once.',
  );
  for (const [completion, share] of [
    ['<answer>3+7</answer>', 2 / 3],
    ['9 + 7 * 3', 1],
    ['<answer>9-7-3</answer>', 1],
    ['<answer>30</answer>', 0],
    ['nothing', 0],
  ] as const)
    expect(scoreOf('countdown-words', 'steps', game, completion)).toBeCloseTo(share, 12);
  expect(taskById('countdown-words').verify(game, '<answer>9-7-3</answer>').correct).toBe(false);
});

test('a made-up word is never its own reverse, and a sum never negative', () => {
  for (const { prompt, answer } of sample(taskById('spell-backward'), 100)) expect(prompt).not.toContain(`"${answer}"`);
  for (const { answer } of sample(taskById('chain-sums'), 100)) expect(Number(answer)).toBeGreaterThanOrEqual(0);
});

const python = ((): boolean => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.runIf(python)('in Python (needs python3)', () => {
  test.each(asked.map((task) => [task.id, task] as const))('%s is judged the same', (id, task) => {
    const cases = examples(task, 'train', task.difficulty.default, 60).flatMap((example, i) => {
      const [right, wrong] = [false, true].map((isWrong) => task.demonstration(random(i), example, '', isWrong));
      const inside = example.answer;
      return [
        right,
        wrong,
        inside,
        `so ${right}\n`,
        `${right}.`,
        `<b>${right}`,
        `<answer>${inside}`,
        `#### ${inside}`,
        '',
      ].map((completion = '') => ({ example, completion }));
    });
    const script = `import re\nfrom decimal import Decimal\nfrom fractions import Fraction\n${task.python?.code}
import json, sys
print(json.dumps([verify(problem, completion) for problem, completion in json.load(sys.stdin)]))`;
    const input = cases.map(({ example: { prompt, answer, difficulty }, completion }) => [
      { problem: prompt, answer, difficulty },
      completion,
    ]);
    const theirs: unknown = JSON.parse(
      execFileSync('python3', ['-c', script], { input: JSON.stringify(input) }).toString(),
    );
    const ours = cases.map(({ example, completion }) => {
      const { correct, wellFormed } = task.verify(example, completion);
      return [correct, wellFormed];
    });
    expect(theirs).toEqual(ours);
    for (const verdict of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ])
      expect(ours, `${id}: ${String(verdict)}`).toContainEqual(verdict);
  });
});
