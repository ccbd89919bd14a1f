/** @file The most likely tokens and their exact numbers, from logits in parts. */
import { expect, test } from 'vitest';
import { random } from '../../lib/random.ts';
import { LikeliestTokens } from './likeliest.ts';

const SIZE = 1000;
const logitsOf = (seed: number) => {
  const stream = random(seed, 'logits');
  return Float32Array.from({ length: SIZE }, () => 3 * stream.normal());
};

/** The answer for logits of some policies, fed in parts of `part` tokens. */
function found(logits: readonly Float32Array[], { own = 0, count = 20, temperature = 1, part = 300 } = {}) {
  const tokens = new LikeliestTokens(logits.length, own, count, temperature);
  for (let start = 0; start < SIZE; start += part)
    tokens.add(
      start,
      logits.map((of) => of.subarray(start, start + part)),
    );
  return tokens.result();
}

test('the tokens of each policy, their log-probabilities under all, and entropies', () => {
  const logits = [logitsOf(1), logitsOf(2), logitsOf(3)];
  const { ids, policies } = found(logits, { own: 500, temperature: 0.5 });
  const expected = logits.map((of) => {
    const powers = Array.from(of, (z) => Math.exp(z / 0.5));
    const total = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => Math.log(power / total));
  });
  const best = expected.map((logs) =>
    [...logs.keys()].sort((a, b) => (logs[b] as number) - (logs[a] as number)).slice(0, 20),
  );
  expect(ids).toEqual([...new Set([...best.flat(), 500])]);
  policies.forEach(({ logProbs, entropy }, policy) => {
    const logs = expected[policy] as number[];
    ids.forEach((id, i) => expect(logProbs[i]).toBeCloseTo(logs[id] as number, 10));
    expect(entropy).toBeCloseTo(-logs.reduce((sum, log) => sum + Math.exp(log) * log, 0), 10);
  });
});

test('of equal logits the smaller id comes first, whatever the parts', () => {
  const flat = new Float32Array(SIZE).fill(2);
  for (const part of [7, 300, SIZE]) expect(found([flat], { own: 999, count: 3, part }).ids).toEqual([0, 1, 2, 999]);
  expect(found([flat]).policies[0]?.entropy).toBeCloseTo(Math.log(SIZE), 10);
});

test('a token of probability 0 is no candidate unless the row has it', () => {
  const one = new Float32Array(SIZE).fill(-Infinity);
  one[400] = 1;
  const { ids, policies } = found([one], { own: 3 });
  expect(ids).toEqual([400, 3]);
  expect(policies).toEqual([{ logProbs: [0, -Infinity], entropy: 0 }]);
});

test('at a temperature near 0 the numbers stay finite', () => {
  const { policies } = found([logitsOf(1)], { temperature: 1e-9, count: 2 });
  expect(policies[0]?.logProbs[0]).toBe(0);
  expect(policies[0]?.entropy).toBe(0);
});
