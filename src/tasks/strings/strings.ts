/**
 * @file StringSuite: small tasks on letters that are learnt one after the other; all but induction, which needs
 * examples in its prompt.
 */
import type { Random } from '../../lib/random.ts';
import type { Difficulty, Task } from '../task.ts';
import { LETTERS, stringTask, type StringRule } from './stringTask.ts';

const difficulty: Difficulty = {
  label: 'Letters',
  unit: 'letters',
  min: 4,
  max: 12,
  default: 6,
  unseen: 12,
  summary: 'How many letters the string has.',
};

/** Number of distinct letters where repetitions matter; more in long strings, where four would be easy to guess. */
const fewOf = (count: number): number => (count > 8 ? 8 : 4);

const sorted = (letters: string): string => [...letters].sort().join('');
const unique = (letters: string): string => [...new Set(letters)].join('');
const counts = (letters: string): string =>
  [...unique(sorted(letters))].map((letter) => letter + (letters.split(letter).length - 1)).join('');

/** The letters shifted by `shift` places in the cyclic order. */
export const movedOn = (letters: string, shift: number): string =>
  [...letters]
    .map((letter) => LETTERS.charAt((LETTERS.indexOf(letter) + shift + LETTERS.length) % LETTERS.length))
    .join('');

export const drawLetters = (random: Random, count: number, from: readonly string[] = [...LETTERS]): string =>
  Array.from({ length: count }, () => random.pick(from)).join('');

const drawFew = (random: Random, count: number): string =>
  drawLetters(random, count, random.shuffle([...LETTERS]).slice(0, fewOf(count)));

const areLetters = (text: string): boolean => /^[a-p]+$/.test(text);
const asManyLetters = (text: string, answer: string): boolean => text.length === answer.length && areLetters(text);

type Word = Pick<StringRule, 'id' | 'title' | 'summary'> & {
  readonly solve: (letters: string) => string;
  readonly draw?: (random: Random, count: number) => string;
  /** The letters without the parts that do not change the answer. */
  readonly canonical?: (letters: string) => string;
  readonly longest?: (count: number) => number;
  readonly isForm?: StringRule['isForm'];
};

/** A task whose prompt is its name, a space, the letters and `=`. */
function word({
  id,
  title,
  summary,
  solve,
  draw = drawLetters,
  canonical = (letters) => letters,
  longest = (count) => count,
  isForm = asManyLetters,
}: Word): Task {
  const pattern = new RegExp(`^${id} ([a-p]{${difficulty.min},${difficulty.max}})=$`);
  return stringTask({
    id,
    title,
    summary,
    difficulty,
    isForm,
    lengths: (count) => ({ prompt: id.length + count + 2, completion: longest(count) }),
    draw: (random, count) => `${id} ${draw(random, count)}=`,
    read(prompt) {
      const letters = pattern.exec(prompt)?.[1];
      return letters === undefined
        ? null
        : {
            answer: solve(letters),
            canonical: canonical(letters),
            difficulty: letters.length,
            given: [{ label: 'Given', text: letters }],
          };
    },
  });
}

const caesar = stringTask({
  id: 'caesar',
  title: 'Caesar: move letters on',
  summary: 'Move every letter on by the given number, from p back to a.',
  difficulty,
  isForm: asManyLetters,
  lengths: (count) => ({ prompt: count + 10, completion: count }),
  draw: (random, count) => `caesar ${random.integer(1, 9)} ${drawLetters(random, count)}=`,
  read(prompt) {
    const [, shift = '', letters] = /^caesar ([1-9]) ([a-p]{4,12})=$/.exec(prompt) ?? [];
    if (letters === undefined) return null;
    const given = [{ label: `Given, moved on by ${shift}`, text: letters }];
    return {
      answer: movedOn(letters, Number(shift)),
      canonical: `${shift} ${letters}`,
      difficulty: letters.length,
      given,
    };
  },
});

export const strings: readonly Task[] = [
  word({ id: 'copy', title: 'Copy', summary: 'Write the same letters again.', solve: (letters) => letters }),
  word({
    id: 'reverse',
    title: 'Reverse',
    summary: 'Write the letters from last to first.',
    solve: (letters) => [...letters].reverse().join(''),
  }),
  word({
    id: 'sort',
    title: 'Sort',
    summary: 'Write the letters in alphabetical order.',
    solve: sorted,
    canonical: sorted,
  }),
  caesar,
  word({
    id: 'dedupe',
    title: 'Without repeats',
    summary: 'Write every letter once, in the order in which they first appear.',
    solve: unique,
    draw: drawFew,
    longest: fewOf,
    isForm: (text) => areLetters(text) && new Set(text).size === text.length,
  }),
  word({
    id: 'count',
    title: 'Count letters',
    summary: 'Write every letter once, in alphabetical order, with how often it appears: a2c1.',
    solve: counts,
    draw: drawFew,
    canonical: sorted,
    longest: (count) => 2 * fewOf(count),
    isForm: (text) => /^([a-p][1-9][0-9]?)+$/.test(text),
  }),
];
