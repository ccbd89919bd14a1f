/** @file The random numbers against the published vectors of Philox, and the properties that streams promise. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashString, philox, random } from './random.ts';
import { mean, standardDeviation } from './statistics.ts';

const draws = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const products = a.map((x, i) => (x - meanA) * ((b[i] as number) - meanB));
  return mean(products) / (standardDeviation(a, 0) * standardDeviation(b, 0));
}

/** Pearson's chi-squared statistic against equal counts. */
function chiSquared(counts: readonly number[]): number {
  const expected = mean(counts);
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('Philox4x32-10', () => {
  const ones = 0xffffffff;
  // kat_vectors of Random123, the library of the authors.
  test.each<[string, [number, number, number, number], [number, number], number[]]>([
    ['zeros', [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    ['ones', [ones, ones, ones, ones], [ones, ones], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [
      'digits of pi',
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('known answer: %s', (_, counter, key, expected) => {
    expect(philox(counter, key)).toEqual(expected);
  });
});

describe('random', () => {
  test('depends only on its words', () => {
    expect(draws(9, () => random(1, 'a').uniform())).toEqual(Array(9).fill(random(1, 'a').uniform()));
    const firsts = [random(1), random(2), random('1'), random(1, 'a'), random('a', 1), random()].map((r) =>
      r.uniform(),
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test('uniform fills [0, 1) evenly', () => {
    const stream = random('uniform');
    const values = draws(20000, () => stream.uniform());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const counts = Array<number>(20).fill(0);
    for (const value of values) counts[Math.floor(value * 20)]! += 1;
    // The 99.99 % quantile of chi-squared with 19 degrees of freedom is 52.4.
    expect(chiSquared(counts)).toBeLessThan(52.4);
    expect(Math.abs(correlation(values.slice(1), values.slice(0, -1)))).toBeLessThan(0.03);
  });

  test('integer reaches both ends, evenly', () => {
    const stream = random('integer');
    const counts = Array<number>(7).fill(0);
    for (const value of draws(14000, () => stream.integer(-3, 3))) counts[value + 3]! += 1;
    // The 99.99 % quantile of chi-squared with 6 degrees of freedom is 27.9.
    expect(chiSquared(counts)).toBeLessThan(27.9);
  });

  test('normal has the moments of the standard normal', () => {
    const stream = random('normal');
    const values = draws(20000, () => stream.normal());
    expect(Math.abs(mean(values))).toBeLessThan(0.03);
    expect(Math.abs(standardDeviation(values, 0) - 1)).toBeLessThan(0.03);
    expect(mean(values.map((x) => Number(Math.abs(x) < 1.96)))).toBeCloseTo(0.95, 1.9);
  });

  test('shuffle is a permutation and leaves its input alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 0 }), (items, seed) => {
        const before = [...items];
        const shuffled = random(seed).shuffle(items);
        expect(items).toEqual(before);
        expect(shuffled.toSorted((a, b) => a - b)).toEqual(before.toSorted((a, b) => a - b));
      }),
      { seed: 1 },
    );
  });

  test('shuffle and pick reach every outcome equally often', () => {
    const stream = random('outcomes');
    const orders = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = stream.shuffle(['a', 'b', 'c']).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    // The 99.99 % quantile of chi-squared with 5 degrees of freedom is 25.7.
    expect(chiSquared([...orders.values()])).toBeLessThan(25.7);
    expect(new Set(Array.from({ length: 100 }, () => stream.pick(['x', 'y', 'z'])))).toEqual(new Set(['x', 'y', 'z']));
  });
});

describe('fork', () => {
  test('depends on the key, not on earlier draws, and draws nothing', () => {
    const fresh = random(7);
    const used = random(7);
    const first = used.uniform();
    expect(used.fork('child', 3).uniform()).toBe(fresh.fork('child', 3).uniform());
    expect(fresh.uniform()).toBe(first);
    expect(fresh.uniform()).toBe(used.uniform());
  });

  test('forking word by word equals naming all words at once', () => {
    expect(random(1).fork('rollout').fork(2, 3).uniform()).toBe(random(1, 'rollout', 2, 3).uniform());
  });

  test('streams of neighbours and parent are uncorrelated', () => {
    const parent = random('parent');
    const streams = [parent, parent.fork(0), parent.fork(1), parent.fork('0')].map((stream) =>
      draws(5000, () => stream.uniform()),
    );
    streams.forEach((a, i) => {
      // Four standard errors of a correlation over 5000 pairs.
      for (const b of streams.slice(i + 1)) expect(Math.abs(correlation(a, b))).toBeLessThan(0.057);
    });
  });
});

test('hashString spreads short strings that differ in one character', () => {
  const counts = Array<number>(16).fill(0);
  for (let i = 0; i < 8000; i++) counts[hashString(`sums/4:${i}`) >>> 28]! += 1;
  // The 99.99 % quantile of chi-squared with 15 degrees of freedom is 44.3.
  expect(chiSquared(counts)).toBeLessThan(44.3);
  expect(hashString('ab')).not.toBe(hashString('ba'));
});
