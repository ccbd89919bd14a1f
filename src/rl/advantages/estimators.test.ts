/**
 * @file Every advantage estimator against published numbers and an independent scalar loop, and properties of all group
 * estimators.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestOfGroup } from './bestOfGroup.ts';
import { generalisedAdvantages } from './gae.ts';
import { gdpoAdvantages } from './gdpo.ts';
import { gpgAdvantages } from './gpg.ts';
import { groupAdvantageDefaults, groupAdvantages } from './group.ts';
import { matchingAdvantages } from './matching.ts';
import { maxRlAdvantages } from './maxRl.ts';
import { opoAdvantages } from './opo.ts';
import { optimalAdvantages, optimalValue } from './optimalValue.ts';
import { passAtKAdvantages } from './passAtK.ts';
import { referencePoint } from './referencePoint.ts';
import {
  reinforcePlusPlusAdvantages,
  reinforcePlusPlusBaselineAdvantages,
  reinforcePlusPlusTokenAdvantages,
} from './reinforcePlusPlus.ts';
import { remaxAdvantages } from './remax.ts';
import { rlooAdvantages } from './rloo.ts';
import { signedAdvantages } from './signedSamples.ts';
import { noBaseline, runningBaselineAdvantages } from './runningBaseline.ts';
import { equalGroups } from '../words/groupIds.ts';
import { bySize } from '../../../testing/groups.ts';

const SIZE = 4;
const completionsOf = (lengths: readonly number[]) => lengths.map((length) => ({ length, terminated: true }));
const rewardsOf = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2 * SIZE, maxLength: 2 * SIZE });
const lengthsOf = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2 * SIZE, maxLength: 2 * SIZE });

function expectClose(actual: ArrayLike<number>, expected: readonly number[], digits = 5): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((x, i) => expect(actual[i]).toBeCloseTo(x, digits));
}

/** Estimators of a group by name, with the same lengths everywhere. */
const grouped: Record<string, (rewards: Float32Array) => Float32Array> = {
  group: (r) => bySize(groupAdvantages, r, SIZE),
  batch: (r) => bySize(groupAdvantages, r, SIZE, { ...groupAdvantageDefaults, scaleRewards: 'batch' }),
  none: (r) => bySize(groupAdvantages, r, SIZE, { ...groupAdvantageDefaults, scaleRewards: 'none' }),
  rloo: (r) => bySize(rlooAdvantages, r, SIZE),
  passAtK: (r) => bySize(passAtKAdvantages, r, SIZE, () => 2),
  maxRl: (r) => bySize(maxRlAdvantages, r, SIZE),
  matching: (r) => bySize(matchingAdvantages, r, SIZE, 0.5),
  gdpo: (r) => gdpoAdvantages([r], [1], equalGroups(r.length, SIZE)),
  gpg: (r) => bySize(gpgAdvantages, r, SIZE),
  opo: (r) =>
    bySize(
      opoAdvantages,
      r,
      SIZE,
      Array.from(r, () => 3),
    ),
  bestOfGroup: (r) => bySize(bestOfGroup, r, SIZE),
  reinforcePlusPlus: (r) => reinforcePlusPlusAdvantages(r, completionsOf(Array.from(r, () => 3))),
  reinforcePlusPlusBaseline: (r) =>
    bySize(reinforcePlusPlusBaselineAdvantages, r, SIZE, completionsOf(Array.from(r, () => 3))),
};

describe.each(Object.entries(grouped))('%s', (name, estimate) => {
  test('permuting a group permutes its advantages', () => {
    fc.assert(
      fc.property(rewardsOf, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (rewards, order) => {
        const moved = [...order.map((i) => rewards[i]!), ...rewards.slice(SIZE)];
        const [before, after] = [estimate(Float32Array.from(rewards)), estimate(Float32Array.from(moved))];
        expectClose(after, [...order.map((i) => before[i]!), ...before.slice(SIZE)]);
      }),
      { numRuns: 40 },
    );
  });

  test('equal rewards have advantage exactly 0', () => {
    fc.assert(
      fc.property(fc.float({ min: 0, max: 10, noNaN: true }), (reward) => {
        expect(estimate(new Float32Array(2 * SIZE).fill(reward)).every((a) => a === 0)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('a missing reward has advantage 0, and the others of its batch stay finite', () => {
    const advantages = estimate(Float32Array.of(1, NaN, 0, 0, 0, 1, 1, 0));
    expect(advantages.every(Number.isFinite)).toBe(true);
    // GDPO centres the sums over the batch, so a completion without terms gets minus their mean.
    if (name !== 'gdpo') expect(advantages[1]).toBe(0);
    expect(advantages.some((a) => a !== 0)).toBe(true);
  });
});

describe('estimators against independent loops', () => {
  test('scaling by the batch: the mean of the group, the deviation of all', () => {
    fc.assert(
      fc.property(rewardsOf, (rewards) => {
        let mean = 0;
        for (const r of rewards) mean += r / 8;
        let squares = 0;
        for (const r of rewards) squares += (r - mean) ** 2;
        const expected = rewards.map((r, i) => {
          const start = i < 4 ? 0 : 4;
          const ofGroup = (rewards[start]! + rewards[start + 1]! + rewards[start + 2]! + rewards[start + 3]!) / 4;
          return (r - ofGroup) / (Math.sqrt(squares / 7) + 1e-4);
        });
        expectClose(grouped.batch!(Float32Array.from(rewards)), expected, 4);
      }),
      { numRuns: 40 },
    );
  });

  test('RLOO: published values, and a reward minus the mean of the others', () => {
    expectClose(
      bySize(rlooAdvantages, Float32Array.of(1, 0, 0, 1, 0, 0, 0, 0), 8),
      [1, 0, 0, 1, 0, 0, 0, 0].map((r) => (r ? 0.857143 : -0.285714)),
    );
    expect(Array.from(bySize(rlooAdvantages, Float32Array.of(5, 1), 1))).toEqual([0, 0]);
    fc.assert(
      fc.property(rewardsOf, (rewards) => {
        const expected = rewards.map((r, i) => {
          let others = 0;
          for (let j = i - (i % 4); j < i - (i % 4) + 4; j++) if (j !== i) others += rewards[j]!;
          return r - others / 3;
        });
        expectClose(bySize(rlooAdvantages, Float32Array.from(rewards), SIZE), expected);
      }),
      { numRuns: 40 },
    );
  });

  test('REINFORCE++ and its baseline variant: whitened over one entry per token', () => {
    fc.assert(
      fc.property(rewardsOf, lengthsOf, (rewards, lengths) => {
        const whitened = (values: readonly number[]) => {
          const tokens: number[] = [];
          values.forEach((v, i) => {
            for (let t = 0; t < lengths[i]!; t++) tokens.push(v);
          });
          let mean = 0;
          for (const v of tokens) mean += v / tokens.length;
          let squares = 0;
          for (const v of tokens) squares += (v - mean) ** 2;
          return values.map((v) => (v - mean) / Math.sqrt(squares / (tokens.length - 1) + 1e-8));
        };
        const centred = rewards.map(
          (r, i) =>
            r -
            (rewards[i - (i % 4)]! +
              rewards[i - (i % 4) + 1]! +
              rewards[i - (i % 4) + 2]! +
              rewards[i - (i % 4) + 3]!) /
              4,
        );
        if (new Set(rewards).size > 1)
          expectClose(
            reinforcePlusPlusAdvantages(Float32Array.from(rewards), completionsOf(lengths)),
            whitened(rewards),
            4,
          );
        if (centred.some((c) => c !== 0))
          expectClose(
            bySize(reinforcePlusPlusBaselineAdvantages, Float32Array.from(rewards), SIZE, completionsOf(lengths)),
            whitened(centred),
            4,
          );
      }),
      { numRuns: 40 },
    );
  });

  test('REINFORCE++ with the penalty in the reward: rewards still to come, whitened over the tokens of the mask', () => {
    const advantages = reinforcePlusPlusTokenAdvantages(
      Float32Array.of(1, 0),
      Float32Array.of(0.1, 0.2, 9, 0.3, 0.1, 0.2),
      Float32Array.of(1, 1, 0, 1, 1, 1),
    );
    const toGo = [1 - 0.3, 1 - 0.2, 0 - 0.6, 0 - 0.3, 0 - 0.2];
    const mean = toGo.reduce((a, b) => a + b, 0) / 5;
    const deviation = Math.sqrt(toGo.reduce((s, x) => s + (x - mean) ** 2, 0) / 4);
    expectClose(
      advantages,
      [toGo[0]!, toGo[1]!, mean, ...toGo.slice(2)].map((x) => (x - mean) / deviation),
    );
    expect(advantages[2]).toBe(0);
  });

  test('ReMax: reward minus that of the greedy completion of the same prompt', () => {
    expectClose(
      bySize(remaxAdvantages, Float32Array.of(1, 0, 0.5, 1), 2, Float32Array.of(1, 0.25)),
      [0, -1, 0.25, 0.75],
    );
    expect(() => bySize(remaxAdvantages, Float32Array.of(1, 0), 2, Float32Array.of(1, 0))).toThrow(/greedyRewards/);
  });

  test('pass@k: the mean over all subsets of k that a completion is in', () => {
    const subsets = (n: number, k: number) =>
      Array.from({ length: 2 ** n }, (_, bits) =>
        Array.from({ length: n }, (__, i) => i).filter((i) => (bits >> i) & 1),
      ).filter((s) => s.length === k);
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 2, maxLength: 7 }),
        fc.integer({ min: 1, max: 7 }),
        (right, drawn) => {
          const k = Math.min(drawn, right.length);
          const all = subsets(right.length, k).map((members) => ({
            members,
            reward: members.some((i) => right[i]) ? 1 : 0,
          }));
          const mean = all.reduce((s, { reward }) => s + reward, 0) / all.length;
          const deviation = Math.sqrt(all.reduce((s, { reward }) => s + (reward - mean) ** 2, 0) / all.length);
          const expected = right.map((_, i) => {
            const mine = all.filter(({ members }) => members.includes(i));
            return deviation < 1e-9
              ? 0
              : (mine.reduce((s, { reward }) => s + reward, 0) / mine.length - mean) / deviation;
          });
          expectClose(
            bySize(passAtKAdvantages, Float32Array.from(right, Number), right.length, () => k),
            expected,
          );
        },
      ),
      { numRuns: 60 },
    );
    expect(() => bySize(passAtKAdvantages, Float32Array.of(1, 0), 2, () => 3)).toThrow(/k:/);
  });

  test('MaxRL: a success weighs 1 / success rate; without a success all are 0', () => {
    expectClose(bySize(maxRlAdvantages, Float32Array.of(1, 0, 0, 0), 4), [3, -1, -1, -1]);
    expect(Array.from(bySize(maxRlAdvantages, new Float32Array(4), 4))).toEqual([0, 0, 0, 0]);
    expect(() => bySize(maxRlAdvantages, Float32Array.of(1, -1), 2)).toThrow(/rewards/);
  });

  test('OPO: the baseline of least variance where a completion’s squared gradient is its length', () => {
    fc.assert(
      fc.property(rewardsOf, lengthsOf, (rewards, lengths) => {
        const advantages = bySize(opoAdvantages, Float32Array.from(rewards), SIZE, lengths);
        const varianceAt = (group: number, baseline: number) => {
          let total = 0;
          for (let i = group * SIZE; i < (group + 1) * SIZE; i++) total += lengths[i]! * (rewards[i]! - baseline) ** 2;
          return total;
        };
        for (const group of [0, 1]) {
          const baseline = rewards[group * SIZE]! - advantages[group * SIZE]!;
          for (const other of [baseline - 0.1, baseline + 0.1])
            expect(varianceAt(group, baseline)).toBeLessThan(varianceAt(group, other));
        }
      }),
      { numRuns: 40 },
    );
    expectClose(bySize(opoAdvantages, Float32Array.of(1, 0), 2, [3, 1]), [0.25, -0.75]);
  });

  test('GPG: groups without spread do not make the others count less', () => {
    fc.assert(
      fc.property(rewardsOf, (rewards) => {
        const [mixed, flat] = [rewards.slice(0, SIZE), Array<number>(SIZE).fill(0.1)];
        if (new Set(mixed).size === 1) return;
        const advantages = bySize(gpgAdvantages, Float32Array.from([...mixed, ...flat, ...flat]), SIZE);
        const mean = mixed.reduce((a, b) => a + b) / SIZE;
        expectClose(
          advantages.slice(0, SIZE),
          mixed.map((r) => 3 * (r - mean)),
        );
        expect(advantages.slice(SIZE).every((a) => a === 0)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('right and wrong completions, weighed apart as in the paper’s code', () => {
    const rewards = Float32Array.of(1, 0, 1, NaN);
    expectClose(signedAdvantages(rewards, 0.1, 1), [0.1, -1, 0.1, 0]);
    expectClose(signedAdvantages(rewards, 1, 0), [1, 0, 1, 0]);
    expectClose(signedAdvantages(rewards, 0, 1), [0, -1, 0, 0]);
  });

  test('A*-PO: the value of the optimum, between the mean and the best of the base', () => {
    fc.assert(
      fc.property(rewardsOf, (rewards) => {
        const value = optimalValue(rewards, 0.5);
        let sum = 0;
        for (const r of rewards) sum += Math.exp(r / 0.5) / rewards.length;
        expect(value).toBeCloseTo(0.5 * Math.log(sum), 6);
        expect(optimalValue(rewards, 1e-3)).toBeCloseTo(Math.max(...rewards), 1);
        expect(optimalValue(rewards, 1e4)).toBeCloseTo(rewards.reduce((a, b) => a + b) / rewards.length, 3);
      }),
      { numRuns: 40 },
    );
    expect(optimalValue([1, NaN], 1)).toBe(1);
    const base = [[1, 1], [0]];
    expectClose(bySize(optimalAdvantages, Float32Array.of(1, 0, 1, NaN), 2, base, 0.5), [0, -1, 1, 0]);
    expect(() => bySize(optimalAdvantages, Float32Array.of(1, 0), 2, base, 0.5)).toThrow(/baseRewards/);
  });

  test('KTO: the mean divergence of completions with a reward, never below 0', () => {
    const penalties = Float32Array.of(0.1, 0.2, 0.3, -0.2, 9, 9);
    expectClose(referencePoint(Float32Array.of(1, 0, NaN), penalties, 2), [0.2, 0.2, 0.2]);
    expectClose(referencePoint(Float32Array.of(1), Float32Array.of(-0.4), 1), [0]);
  });

  test('matching: on a group drawn exactly from pi the push on each outcome is pi* - pi', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
        fc.double({ min: 0.1, max: 2, noNaN: true }),
        (rewards, beta) => {
          const [policy, base] = [
            [0.25, 0.25, 0.5],
            [0.2, 0.5, 0.3],
          ];
          let partition = 0;
          for (let y = 0; y < 3; y++) partition += base[y]! * Math.exp(rewards[y]! / beta);
          const group = [0, 1, 2, 2];
          const advantages = bySize(
            matchingAdvantages,
            Float32Array.from(group, (y) => rewards[y]! - beta * Math.log(policy[y]! / base[y]!)),
            4,
            beta,
          );
          for (let y = 0; y < 3; y++) {
            const push = group.reduce((sum, drawn, i) => sum + (drawn === y ? advantages[i]! / 4 : 0), 0);
            expect(push).toBeCloseTo((base[y]! * Math.exp(rewards[y]! / beta)) / partition - policy[y]!, 4);
          }
        },
      ),
      { numRuns: 60 },
    );
    expectClose(bySize(matchingAdvantages, Float32Array.of(0, 1, 1, 0.5), 4, 0), [-1, 1, 1, -1]);
    expectClose(bySize(matchingAdvantages, Float32Array.of(0, 100), 2, 1e-3), [-1, 1]);
    expect(() => bySize(matchingAdvantages, Float32Array.of(1, 0), 2, -1)).toThrow('beta: 0 or more, not -1');
  });

  test('GDPO: each term is normalised alone, so that a term of large scale does not hide another', () => {
    fc.assert(
      fc.property(rewardsOf, rewardsOf, (first, second) => {
        const normalise = (values: readonly number[]): number[] =>
          values.map((v, i) => {
            const group = values.slice(i - (i % 4), i - (i % 4) + 4);
            const mean = (group[0]! + group[1]! + group[2]! + group[3]!) / 4;
            let squares = 0;
            for (const g of group) squares += (g - mean) ** 2;
            return (v - mean) / (Math.sqrt(squares / 3) + 1e-4);
          });
        const [a, b] = [normalise(first), normalise(second)];
        const sums = a.map((x, i) => 2 * x + 0.5 * b[i]!);
        let squares = 0;
        const mean = sums.reduce((s, x) => s + x, 0) / 8;
        for (const s of sums) squares += (s - mean) ** 2;
        // Where the terms cancel, only the enlarged rounding of float32 remains.
        if (squares > 0.01 || squares === 0)
          expectClose(
            gdpoAdvantages([Float32Array.from(first), Float32Array.from(second)], [2, 0.5], equalGroups(8, SIZE)),
            sums.map((s) => (s - mean) / (Math.sqrt(squares / 7) + 1e-4)),
            4,
          );
      }),
      { numRuns: 40 },
    );
    expect(() => gdpoAdvantages([new Float32Array(4)], [1, 2], equalGroups(4, 4))).toThrow(/weights/);
    expect(() => gdpoAdvantages([new Float32Array(4), new Float32Array(8)], [1, 2], equalGroups(4, 4))).toThrow(
      /terms/,
    );
  });

  test('the best completions of a group have 1, all 0 in a group of equal rewards (RAFT, arXiv 2304.06767)', () => {
    expectClose(
      bySize(bestOfGroup, Float32Array.of(0, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1), 4),
      [0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0],
    );
  });
});

describe('generalised advantage estimation', () => {
  const columns = 5;
  const row = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }), fc.boolean()), {
    minLength: columns,
    maxLength: columns,
  });

  test('is the sum over later tokens of the mask, independent of masked entries; a cut row bootstraps from its end value (arXiv 1506.02438, 1712.00378)', () => {
    fc.assert(
      fc.property(
        row,
        fc.constantFrom(0.9, 1),
        fc.constantFrom(0, 0.95, 1),
        fc.constantFrom(undefined, 0, 2.5),
        (tokens, gamma, lambda, end) => {
          const run = (beyond: number) =>
            generalisedAdvantages({
              rewards: Float32Array.from(tokens, ([r, , m]) => (m ? r : beyond)),
              values: Float32Array.from(tokens, ([, v, m]) => (m ? v : beyond)),
              mask: Float32Array.from(tokens, ([, , m]) => (m ? 1 : 0)),
              columns,
              gamma,
              lambda,
              ...(end === undefined ? {} : { endValues: Float32Array.of(end) }),
            });
          const kept = tokens.filter(([, , m]) => m);
          const deltas = kept.map(([r, v], t) => r + gamma * (kept[t + 1]?.[1] ?? end ?? 0) - v);
          const expected = kept.map((_, t) => deltas.slice(t).reduce((s, d, l) => s + (gamma * lambda) ** l * d, 0));
          let next = 0;
          const { advantages, returns } = run(1e6);
          expectClose(
            advantages,
            tokens.map(([, , m]) => (m ? expected[next++]! : 0)),
            4,
          );
          tokens.forEach(([, v, m], i) => expect(returns[i]).toBeCloseTo(m ? advantages[i]! + v : 0, 4));
          expect(run(NaN)).toEqual({ advantages, returns });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('with values 0 and no discount every token gets the reward', () => {
    const { advantages } = generalisedAdvantages({
      rewards: Float32Array.of(0, 0, 1, 0),
      values: new Float32Array(4),
      mask: Float32Array.of(1, 1, 1, 0),
      columns: 4,
      gamma: 1,
      lambda: 1,
    });
    expect(Array.from(advantages)).toEqual([1, 1, 1, 0]);
  });
});

describe('the running baseline', () => {
  test('is the mean of earlier steps and excludes the current one', () => {
    const first = runningBaselineAdvantages(Float32Array.of(1, 0, NaN), noBaseline);
    expect(Array.from(first.advantages)).toEqual([1, 0, 0]);
    const second = runningBaselineAdvantages(Float32Array.of(1, 1), first.after);
    expect(Array.from(second.advantages)).toEqual([0.5, 0.5]);
    expect(second.after).toEqual({ mean: 0.75, steps: 2 });
    expect(runningBaselineAdvantages(Float32Array.of(NaN), second.after).after).toEqual(second.after);
  });
});
