/** @file Spelling backward. The words are made up, so that none is a token and none was seen reversed. */
import type { Random } from '../../lib/random.ts';
import { taggedPython } from '../python/checkers.ts';
import { agreement, stepsTerm } from '../rewardTerms.ts';
import { chatTask, checkedBy, writtenIn } from './chatTask.ts';

/** A word of `count` syllables, each a consonant and a vowel: never the same from both sides. */
const drawWord = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.pick([...'bdfgklmnprstvz']) + random.pick([...'aeiou'])).join('');

export const spellBackward = chatTask({
  id: 'spell-backward',
  title: 'Spelling backward',
  summary: 'Write a made-up word from its last letter to its first.',
  difficulty: {
    label: 'Syllables',
    unit: 'syllables',
    min: 2,
    max: 6,
    default: 3,
    summary: 'How many syllables of two letters the word has.',
  },
  check: checkedBy('tagged'),
  python: taggedPython('tagged'),
  terms: [
    stepsTerm('Share of the letters that stand in their right place.', (completion, { answer }) =>
      agreement(writtenIn(completion), answer),
    ),
  ],
  longest: (count) => ({ question: 2 * count + 35, answer: 2 * count }),
  draw: (random, count) => ({ question: `Spell the made-up word "${drawWord(random, count)}" backward.` }),
  read(question) {
    const [, word = ''] = /^Spell the made-up word "([a-z]{3,12})" backward\.$/.exec(question) ?? [];
    return word === ''
      ? null
      : { answer: [...word].reverse().join(''), canonical: word, difficulty: Math.ceil(word.length / 2) };
  },
});
