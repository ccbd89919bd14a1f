/** @file Questions whose answer is a number: sums in a chain, legs of animals, letters in words. */
import type { Random } from '../../lib/random.ts';
import { evaluateExpression } from '../expression.ts';
import { taggedPython } from '../python/checkers.ts';
import { chatTask, checkedBy, type ChatRule } from './chatTask.ts';
import { drawWords, longestWords } from './words.ts';

const answeredByNumber: Pick<ChatRule, 'check' | 'python'> = {
  check: checkedBy('number'),
  python: taggedPython('number'),
};

/** First number, and the numbers added to it or taken off. */
const ranges = { first: [20, 60], other: [2, 40] } as const;

/** A chain in which no partial result is negative. */
function drawChain(random: Random, count: number): string {
  const first = random.integer(...ranges.first);
  let sum = first;
  const steps = Array.from({ length: count - 1 }, () => {
    const number = random.integer(...ranges.other);
    const isLess = number <= sum && random.integer(0, 1) === 1;
    sum += isLess ? -number : number;
    return `${isLess ? '-' : '+'} ${number}`;
  });
  return [first, ...steps].join(' ');
}

export const chainSums = chatTask({
  id: 'chain-sums',
  title: 'Chained sums',
  summary: 'Add numbers up and take some off, one after the other.',
  difficulty: {
    label: 'Numbers',
    unit: 'numbers',
    min: 2,
    max: 8,
    default: 3,
    summary: 'How many numbers are added or taken off.',
  },
  ...answeredByNumber,
  longest: (count) => ({ question: 5 * count + 7, answer: 3 }),
  draw: (random, count) => ({ question: `What is ${drawChain(random, count)}?` }),
  read(question) {
    const [, chain = ''] = /^What is (\d{1,2}(?: [-+] \d{1,2}){1,7})\?$/.exec(question) ?? [];
    const value = evaluateExpression(chain.replaceAll(' ', ''))?.value;
    const [first = '', ...steps] = chain.split(/ (?=[-+])/);
    return value
      ? {
          answer: String(value.numerator),
          canonical: [first, ...steps.toSorted()].join(' '),
          difficulty: steps.length + 1,
        }
      : null;
  },
});

const legsOf: Readonly<Record<string, number>> = {
  snakes: 0,
  snails: 0,
  hens: 2,
  ducks: 2,
  owls: 2,
  penguins: 2,
  cats: 4,
  cows: 4,
  dogs: 4,
  frogs: 4,
  horses: 4,
  lions: 4,
  ants: 6,
  bees: 6,
  beetles: 6,
  butterflies: 6,
  spiders: 8,
  scorpions: 8,
  crabs: 10,
  lobsters: 10,
};
const animals = Object.keys(legsOf);

/** `3 cats, 2 hens and 5 ants`. */
const listed = (parts: readonly string[]): string =>
  [parts.slice(0, -1).join(', '), ...parts.slice(-1)].filter((part) => part !== '').join(' and ');

export const legs = chatTask({
  id: 'legs',
  title: 'Counting legs',
  summary: 'Say how many legs some animals have in all.',
  difficulty: {
    label: 'Kinds of animals',
    unit: 'kinds',
    min: 2,
    max: 6,
    default: 3,
    summary: 'How many kinds of animals are listed.',
  },
  ...answeredByNumber,
  // The longest name is `butterflies`.
  longest: (kinds) => ({ question: 16 * kinds + 31, answer: 3 }),
  draw(random, kinds) {
    const some = random.shuffle(animals).slice(0, kinds);
    return {
      question: `How many legs do ${listed(some.map((one) => `${random.integer(2, 12)} ${one}`))} have in all?`,
    };
  },
  read(question) {
    const [, list = ''] = /^How many legs do (.+) have in all\?$/.exec(question) ?? [];
    const parts = list.split(/, | and /);
    const counted = parts.map((part) => /^(\d{1,2}) ([a-z]+)$/.exec(part) ?? []);
    const total = counted.reduce((sum, [, count, animal = '']) => sum + Number(count) * (legsOf[animal] ?? NaN), 0);
    const isList = parts.length >= 2 && parts.length <= 6 && listed(parts) === list && Number.isInteger(total);
    return isList ? { answer: String(total), canonical: parts.toSorted().join(', '), difficulty: parts.length } : null;
  },
});

const countIn = (text: string, letter: string): number => text.split(letter).length - 1;

/** A letter whose count in the text is drawn first, so that large counts are not rare. */
function drawLetter(random: Random, text: string): string {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const counts = [...new Set(letters.map((letter) => countIn(text, letter)))].toSorted((a, b) => a - b);
  const count = random.pick(counts);
  return random.pick(letters.filter((letter) => countIn(text, letter) === count));
}

export const letters = chatTask({
  id: 'letters',
  title: 'Counting letters',
  summary: 'Say how often a letter occurs in some words.',
  difficulty: {
    label: 'Words',
    unit: 'words',
    min: 1,
    max: 5,
    default: 2,
    summary: 'How many words are searched.',
  },
  chance: 0.37,
  ...answeredByNumber,
  longest: (count) => ({ question: longestWords(count) + count + 48, answer: 2 }),
  draw(random, count) {
    const text = drawWords(random, count).join(' ');
    return { question: `How many times does the letter ${drawLetter(random, text)} occur in "${text}"?` };
  },
  read(question) {
    const [, letter = '', text = ''] =
      /^How many times does the letter ([a-z]) occur in "([a-z]+(?: [a-z]+){0,4})"\?$/.exec(question) ?? [];
    const parts = text.split(' ');
    return letter === ''
      ? null
      : {
          answer: String(countIn(text, letter)),
          canonical: `${letter}: ${parts.toSorted().join(' ')}`,
          difficulty: parts.length,
        };
  },
});
