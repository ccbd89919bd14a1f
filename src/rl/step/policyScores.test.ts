/** @file Scores by the policy itself, against numbers computed by hand from its distributions. */
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../tasks/task.ts';
import type { TokenBatch } from '../trajectory/tokens.ts';
import type { Trajectory } from '../trajectory/trajectory.ts';
import { policyScores } from './policyScores.ts';

const lengths = { promptLength: 2, completionLength: 4 };
const columns = 5;
const tokenizer = { padId: 0, encode: (text: string) => [...text].map((character) => character.charCodeAt(0)) };

/** A completion of the prompt `?=`, whose reference answer is 42. */
function trajectory(text: string): Trajectory {
  const ids = tokenizer.encode(`?=${text}`);
  return {
    example: { prompt: '?=', answer: '42', canonical: '?', difficulty: 1 },
    ids,
    written: Uint8Array.from(ids, (_, i) => Number(i >= 2)),
    logProbs: new Float32Array(ids.length),
    turns: [{ start: 2, end: ids.length }],
    text,
    terminated: true,
    group: 0,
  };
}
const verdict = (parsed: string | null): Verdict => ({ correct: false, wellFormed: true, method: null, parsed });

/** A policy whose numbers are made by `numbers` from a row's tokens, [rows * columns * size]. */
const policy = (
  name: 'logProbs' | 'logDistribution',
  size: number,
  numbers: (ids: number[], t: number) => number[],
) => ({
  read: async ({ rows, tokenIds }: TokenBatch) => {
    const all = Array.from({ length: rows }, (_, row) => [...tokenIds.subarray(row * 6, (row + 1) * 6)]);
    const values = all.flatMap((ids) => Array.from({ length: columns }, (_, t) => numbers(ids, t)).flat());
    expect(values).toHaveLength(rows * columns * size);
    const zeros = new Float32Array(rows * columns);
    return { logProbs: zeros, entropy: zeros, [name]: Float32Array.from(values) };
  },
});

describe('self-certainty', () => {
  test('is the mean KL from uniform to the policy over the written tokens (arXiv 2505.19590, eq. 4)', async () => {
    // Uniform before the first written token, (3/4, 1/4) before the second, anything elsewhere.
    const [even, sure] = [
      [Math.log(0.5), Math.log(0.5)],
      [Math.log(0.75), Math.log(0.25)],
    ];
    const learner = policy('logDistribution', 2, (_, t) => (t === 1 ? even! : t === 2 ? sure! : [-9, -1]));
    const { certainty } = policyScores({ learner, tokenizer, ...lengths }, 'policy')(
      [trajectory('ab')],
      [verdict(null)],
    );
    const kl = 0.5 * Math.log(0.5 / 0.75) + 0.5 * Math.log(0.5 / 0.25);
    expect((await certainty())[0]).toBeCloseTo(kl / 2, 6);
  });

  test('a model whose distributions are never whole is refused', async () => {
    const learner = policy('logProbs', 1, () => [0]);
    const { certainty } = policyScores({ learner, tokenizer, ...lengths }, 'policy')(
      [trajectory('a')],
      [verdict(null)],
    );
    await expect(certainty()).rejects.toThrow('reward term certainty: the distributions of this model');
  });
});

describe('the gain of the reference answer', () => {
  const code = (character: string) => character.charCodeAt(0);
  // Tokens of the answer have probability .2 directly after the prompt, and .6 and .8 after the working "a".
  const learner = policy('logProbs', 1, (ids, t) => {
    const next = ids[t + 1];
    const worked = ids[2] === code('a');
    return [next === code('4') ? Math.log(worked ? 0.6 : 0.2) : next === code('2') ? Math.log(worked ? 0.8 : 0.2) : -7];
  });
  const gains = (texts: readonly string[], verdicts: readonly Verdict[]) =>
    policyScores({ learner, tokenizer, ...lengths }, 'policy')(texts.map(trajectory), verdicts).answerGain();

  test('is the mean probability after the working less that after the prompt (arXiv 2506.18254)', async () => {
    // The second guesses; the third works to no purpose; the fourth has no answer; the fifth leaves no room.
    const texts = ['a9', '9', 'b9', 'a', 'aaa9'];
    const found = await gains(texts, [verdict('9'), verdict('9'), verdict('9'), verdict(null), verdict('9')]);
    [0.5, 0, 0, 0, 0].forEach((gain, i) => expect(found[i]).toBeCloseTo(gain, 6));
  });
});
