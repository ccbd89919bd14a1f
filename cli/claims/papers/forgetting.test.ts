/** @file Numbers and rules of the papers on forgetting, on made-up runs. */
import { describe, expect, test } from 'vitest';
import type { ExperimentRun } from '../experiment.ts';
import type { Summary } from '../summary.ts';
import {
  disagreement,
  divergence,
  equallyLearnt,
  grpo,
  kept,
  learnt,
  lost,
  sftExpert,
  stepsLost,
} from './forgetting.ts';
import { paper2 } from './paper2.ts';
import { paper8 } from './paper8.ts';

const known = (sampled: number, steps = sampled) => ({ sampled, steps });
/** All rules at the share `rest` but those named. */
const levels = (named: Record<string, { sampled: number; steps: number }>, rest = known(0.4)) => ({
  ...Object.fromEntries(['1', '2', '3', '4', '5', '6', '7'].map((level) => [level, rest])),
  ...named,
});

/** Each rule is at `at` when it is left; at the end the earlier ones are at `end`. */
function run(arm: string, seed: number, at: number, end: ReturnType<typeof known>, kl = 1): ExperimentRun {
  const retention: NonNullable<Summary['retention']> = [
    { step: 0, levels: levels({}), kl: 0 },
    ...[1, 2, 3].map((level) => ({ step: 10 * level, levels: levels({ [level]: known(at) }), kl })),
    { step: 40, levels: levels({ 1: end, 2: end, 3: end, 4: known(at) }), kl },
  ];
  const summary = { retention, steps: 40, baseLevels: {}, baseMethods: {} };
  return { arm, policy: 'strings7', seed, summary: summary as unknown as Summary };
}
const ruleOf = (rules: typeof paper2.rules, words: string) => {
  const found = rules.find(({ rule }) => rule.includes(words));
  if (!found) throw new Error(words);
  return found;
};

describe('numbers of a run in order', () => {
  const { summary } = run('any', 1, 0.8, { sampled: 0.5, steps: 0.7 }, 2.5);

  test('are the end of the earlier rules, their loss since they were left, and the divergence', () => {
    expect([kept, lost, stepsLost, learnt, divergence].map(({ of }) => of(summary))).toEqual([
      expect.closeTo(50, 9),
      expect.closeTo(30, 9),
      expect.closeTo(10, 9),
      expect.closeTo(80, 9),
      2.5,
    ]);
  });

  test('nothing is lost by a run that asks all at once, which has its end', () => {
    const [base, ...rest] = summary.retention ?? [];
    const once = { ...summary, retention: [base, rest.at(-1)] } as Summary;
    expect([lost.of(once), learnt.of(once), kept.of(once)]).toEqual([null, null, expect.closeTo(50, 9)]);
  });
});

test('paper 2 needs GRPO with and without the penalty to lose 10 points less than SFT on others’ answers', () => {
  const rule = ruleOf(paper2.rules, '{grpo-0} loses at least 10 points less on earlier rules than {sft-expert}');
  const runs = (end: number) => [run('grpo-0', 1, 0.8, known(end)), run('sft-expert', 1, 0.8, known(0.6))];
  expect([rule.holds(runs(0.71)), rule.holds(runs(0.69)), rule.holds([])]).toEqual([true, false, false]);
});

test('paper 8 needs working to be lost less than answers, and GRPO without the penalty to lose more than SFT', () => {
  const working = ruleOf(paper8.rules, '{fast-0}: less right working');
  expect(working.holds([run('fast-0', 1, 0.8, { sampled: 0.5, steps: 0.7 })])).toBe(true);
  expect(working.holds([run('fast-0', 1, 0.8, { sampled: 0.7, steps: 0.5 })])).toBe(false);
  const more = ruleOf(paper8.rules, '{fast-0} above {sft-own}');
  const runs = (end: number) =>
    [1, 2, 3].flatMap((seed) => [run('fast-0', seed, 0.8, known(end)), run('sft-own', seed, 0.8, known(0.7))]);
  expect([more.holds(runs(0.5)), more.holds(runs(0.75))]).toEqual([true, false]);
});

test('findings name the losses of SFT by style, and working that GRPO loses beyond answers', () => {
  const styles = (own: number) => [
    run('sft-own', 1, 0.8, known(own)),
    run('sft-labels', 1, 0.8, known(0.6)),
    run('sft-expert', 1, 0.8, known(0.1)),
  ];
  expect(paper2.finding?.(styles(0.75))).toContain('5.0 points in the base’s way, 20.0 with answers alone, 70.0');
  expect([paper2.finding?.(styles(0.5)), paper2.finding?.([])]).toEqual([null, null]);
  expect(paper8.finding?.([run('fast-0', 1, 0.8, { sampled: 0.7, steps: 0.5 })])).toContain(
    'loses 30.0 points of right',
  );
  expect(paper8.finding?.([run('fast-0', 1, 0.8, { sampled: 0.5, steps: 0.7 })])).toBeNull();
});

test('arms that leave rules at unlike accuracies are not compared', () => {
  const rule = equallyLearnt([grpo('0'), sftExpert]);
  const runs = (at: number) => [run('grpo-0', 1, 0.8, known(0.5)), run('sft-expert', 1, at, known(0.5))];
  expect([rule.holds(runs(0.72)), rule.holds(runs(0.6)), rule.holds([])]).toEqual([true, false, false]);
});

test('both claims are stated with the numbers of the runs', () => {
  const says = disagreement([run('grpo-0', 1, 0.8, known(0.5), 0.7)]);
  expect(says[0]).toMatch(/^Paper 2 says/);
  expect(says[1]).toMatch(/^Paper 8 says/);
  expect(says[2]).toContain('GRPO, β 0 loses 30.0 points at 0.70 nats');
  expect(says[2]).not.toContain('SFT');
});
