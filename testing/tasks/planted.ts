/** @file Two small tasks that no list holds: yes or no, and a fixed list of problems. */
import { defineTask } from '../../src/tasks/define.ts';
import { answerTerm, formatTerm } from '../../src/tasks/rewardTerms.ts';
import { assertDifficulty, drawFromSplit } from '../../src/tasks/split.ts';
import type { Difficulty, Example, Split } from '../../src/tasks/task.ts';

const digits: Difficulty = { label: 'Digits', unit: 'digits', min: 6, max: 8, default: 8, summary: 'Digits in a row.' };

const parityOf = (bits: string): Example => ({
  prompt: `${bits}?`,
  answer: bits.replaceAll('0', '').length % 2 === 1 ? 'y' : 'n',
  canonical: bits,
  difficulty: bits.length,
});

/** Yes or no: half of the problems are solved by one answer, and a row of eight digits gives 256 problems. */
export const parity = defineTask({
  id: 'planted-parity',
  title: 'Parity',
  summary: 'Says whether the number of ones is odd.',
  difficulty: digits,
  problems: 256,
  chance: 0.5,
  rewardTerms: [answerTerm, formatTerm(0)],
  lengths(difficulty) {
    assertDifficulty('planted-parity', digits, difficulty);
    return { prompt: difficulty + 1, completion: 1 };
  },
  example(stream, split, difficulty) {
    assertDifficulty('planted-parity', digits, difficulty);
    return drawFromSplit('planted-parity', split, () =>
      parityOf(Array.from({ length: difficulty }, () => stream.integer(0, 1)).join('')),
    );
  },
  read: (prompt) => (/^[01]{6,8}\?$/.test(prompt) ? parityOf(prompt.slice(0, -1)) : null),
  verify({ answer }, completion) {
    const parsed = completion === 'y' || completion === 'n' ? completion : null;
    return { correct: parsed === answer, wellFormed: parsed !== null, method: null, parsed };
  },
});

const one: Difficulty = { label: 'Level', unit: '', min: 1, max: 1, default: 1, summary: 'There is one.' };
const squares = Array.from({ length: 40 }, (_, i): Example => {
  const prompt = `sq ${i + 3}=`;
  return { prompt, answer: String((i + 3) ** 2), canonical: prompt, difficulty: 1 };
});
const partOf: Readonly<Record<Split, readonly Example[]>> = {
  train: squares.slice(0, 24),
  validation: squares.slice(24, 28),
  heldout: squares.slice(28),
};

/** Forty problems, one reward term; reads no typed prompt and brings no demonstrations. */
export const list = defineTask({
  id: 'planted-list',
  title: 'Forty squares',
  summary: 'Squares a number.',
  difficulty: one,
  problems: 40,
  chance: 1 / 12,
  rewardTerms: [answerTerm],
  lengths(difficulty) {
    assertDifficulty('planted-list', one, difficulty);
    return { prompt: 6, completion: 4 };
  },
  example(stream, split, difficulty) {
    assertDifficulty('planted-list', one, difficulty);
    return stream.pick(partOf[split]);
  },
  verify({ answer }, completion) {
    const parsed = completion.trim();
    return { correct: parsed === answer, wellFormed: parsed !== '', method: null, parsed: parsed || null };
  },
});
