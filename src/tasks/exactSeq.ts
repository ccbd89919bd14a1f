/**
 * @file Three letters out of eight: so few completions that the optimum of reinforcement learning can be computed and
 * drawn beside the policy.
 */
import { assert } from '../lib/assert.ts';
import { once } from '../lib/once.ts';
import { random, type Random } from '../lib/random.ts';
import { assertDifficulty } from './split.ts';
import type { Difficulty, Example, Method, RewardTerm, Task } from './task.ts';

const LETTERS = 'abcdefgh';
const LENGTH = 3;
const PROMPT = '?';

const difficulty: Difficulty = {
  label: 'Letters',
  unit: 'letters',
  min: LENGTH,
  max: LENGTH,
  default: LENGTH,
  summary: 'How many letters a completion has; this task has one size.',
};

const methods: readonly Method[] = [
  { id: 'letters', label: 'Three letters', summary: 'Three of the letters a to h, and nothing else.' },
];

/** All 512 sequences in alphabetical order. */
const sequences: readonly string[] = Array.from({ length: LETTERS.length ** LENGTH }, (_, index) =>
  [64, 8, 1].map((place) => LETTERS.charAt(Math.floor(index / place) % LETTERS.length)).join(''),
);

/**
 * A score for each sequence: the sum of one per letter and place, and one per pair of neighbours; standard normal,
 * times the scales.
 */
function chainScores(name: string, letterScale: number, pairScale: number): Float64Array {
  const drawn = (scale: number, ...words: (string | number)[]) => scale * random('exact-seq', name, ...words).normal();
  return Float64Array.from(
    sequences,
    ([first = '', second = '', third = '']) =>
      drawn(letterScale, first, 0) +
      drawn(letterScale, second, 1) +
      drawn(letterScale, third, 2) +
      drawn(pairScale, first + second, 0) +
      drawn(pairScale, second + third, 1),
  );
}

/** Rescaled to 0 for the worst sequence and 1 for the best. */
function unitRange(scores: Float64Array): Float64Array {
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  return scores.map((score) => (score - low) / (high - low));
}

/**
 * The reward of each sequence. As a sum over letters and neighbours its optimum is representable by an autoregressive
 * policy: if both the base and exp(reward / beta) are products over neighbours, so is the optimum, and each letter
 * depends on the previous one alone.
 */
const rewards = once((): ReadonlyMap<string, number> => {
  const values = unitRange(chainScores('reward', 1, 0.5));
  return new Map(sequences.map((sequence, i) => [sequence, values[i] as number]));
});

const rewardOf = (sequence: string): number => rewards().get(sequence) ?? 0;

const best = once(() => sequences.reduce((a, b) => (rewardOf(b) > rewardOf(a) ? b : a)));

/** Frequency of each sequence in demonstrations: far from uniform and independent of the reward. */
const demonstrated = once((): readonly { readonly sequence: string; readonly share: number }[] => {
  const weights = chainScores('demonstration', 0.5, 0.3).map(Math.exp);
  const total = weights.reduce((a, b) => a + b, 0);
  return sequences.map((sequence, i) => ({ sequence, share: (weights[i] as number) / total }));
});

const shareOfBest = (): number => demonstrated().find(({ sequence }) => sequence === best())?.share ?? 0;

/** A demonstrated sequence other than the best. */
function otherSequence(stream: Random): string {
  let left = stream.uniform() * (1 - shareOfBest());
  const others = demonstrated().filter(({ sequence }) => sequence !== best());
  for (const { sequence, share } of others) {
    left -= share;
    if (left < 0) return sequence;
  }
  return others.at(-1)?.sequence ?? '';
}

const tableTerm: RewardTerm = {
  id: 'table',
  label: 'Table',
  summary: 'What the table gives for these three letters, 0 to 1; 0 for anything else.',
  defaultWeight: 1,
  score: ({ wellFormed }, completion) => (wellFormed ? rewardOf(completion) : 0),
};

const example = once((): Example => ({ prompt: PROMPT, answer: best(), canonical: PROMPT, difficulty: LENGTH }));

export const exactSeq: Task = {
  id: 'exact-seq',
  title: 'Exact optimum: three letters',
  summary:
    'Write three letters of eight; each of the 512 sequences has its reward, so the best policy is known exactly.',
  difficulty,
  methods,
  rewardTerms: [tableTerm],
  // Only the sequence with the highest reward counts as right; the shares follow from the distribution.
  get defaultMix() {
    return { methods: { letters: 1 }, wrong: { letters: 1 - shareOfBest() } };
  },

  lengths(letters) {
    assertDifficulty('exact-seq', difficulty, letters);
    return { prompt: PROMPT.length, completion: LENGTH };
  },

  example(_random, _split, letters) {
    assertDifficulty('exact-seq', difficulty, letters);
    return example();
  },

  read: (prompt) => (prompt === PROMPT ? example() : null),

  verify(_example, completion) {
    const wellFormed = rewards().has(completion);
    return {
      correct: completion === best(),
      wellFormed,
      method: wellFormed ? 'letters' : null,
      parsed: wellFormed ? completion : null,
    };
  },

  demonstration(stream, _example, method, wrong) {
    assert(method === 'letters', `method: there is no "${method}"; choose one of letters`);
    return wrong ? otherSequence(stream) : best();
  },

  outcomes: () => sequences,
};
