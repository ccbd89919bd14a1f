/**
 * @file Rules of the papers' experiments on made-up runs: paired differences, winners by mixture, and verdicts in both
 * directions.
 */
import { describe, expect, test } from 'vitest';
import type { ExperimentRun } from '../experiment.ts';
import { resultOf } from '../result.ts';
import type { Summary } from '../summary.ts';
import { differs } from './difference.ts';
import { accuracyAfter, dominant } from './measures.ts';
import { paper33 } from './paper33.ts';
import { paper4 } from './paper4.ts';
import { paper43 } from './paper43.ts';

const summary = (of: Partial<Summary>): Summary => ({
  summary: true,
  preset: 'default',
  seed: 1,
  steps: 1,
  backend: 'node',
  policyHash: '',
  baseAccuracy: 0.5,
  finalAccuracy: 0.9,
  baseGreedy: 0.5,
  finalGreedy: 0.9,
  baseMethods: {},
  finalMethods: {},
  seconds: 1,
  ...of,
});
const run = (arm: string, policy: string, seed: number, of: Partial<Summary> = {}): ExperimentRun => ({
  arm,
  policy,
  seed,
  summary: summary({ policy, ...of }),
});
const facts = { command: 'npm run claims', version: 'abc', date: '2026-01-01', seeds: [1, 2, 3] };

describe('a paired difference', () => {
  // Bases and seeds differ far more than the arms do.
  const runs = [1, 2, 3].flatMap((seed) => [
    run('a', 'p', seed, { finalAccuracy: seed / 10 + 0.02 + seed / 1000 }),
    run('b', 'p', seed, { finalAccuracy: seed / 10 }),
  ]);

  test('counts if its interval is on the named side of 0', () => {
    expect(differs('a', 'above', 'b', accuracyAfter).holds(runs)).toBe(true);
    expect(differs('a', 'below', 'b', accuracyAfter).holds(runs)).toBe(false);
    expect(differs('b', 'below', 'a', accuracyAfter).holds(runs)).toBe(true);
    expect(differs('a', 'above', 'b', accuracyAfter).holds(runs.slice(0, 2))).toBe(false);
    const mixed = [...runs, run('a', 'p', 4, { finalAccuracy: 0.1 }), run('b', 'p', 4, { finalAccuracy: 0.9 })];
    expect(differs('a', 'above', 'b', accuracyAfter).holds(mixed)).toBe(false);
  });
});

test('dominant returns the most used format', () => {
  expect(dominant({ think: { share: 0.2 }, plan: { share: 0.7, accuracy: 1 }, code: { share: 0.1 } })).toEqual({
    id: 'plan',
    share: 0.7,
  });
  expect(dominant({})).toEqual({ id: 'none', share: 0 });
});

describe('paper 43', () => {
  const onFour = (after: number) => [
    { task: 'formats', difficulty: 4, base: { sampled: 0.5, greedy: 0.5 }, final: { sampled: after, greedy: 0.5 } },
  ];
  const ends = (winner: (policy: string, seed: number) => string, carried = 0.6, solved = 0.9) =>
    paper43.arms.flatMap(({ id }) =>
      paper43.policies.flatMap((policy) =>
        facts.seeds.map((seed) =>
          run(id, policy, seed, {
            basePassAtK: { 8: solved },
            finalPassAtK: { 8: solved },
            finalMethods: { [winner(policy, seed)]: { share: 0.9 } },
            ood: onFour(carried),
          }),
        ),
      ),
    );

  test('is shown if mixtures end at different formats, not if all end alike or seeds disagree', () => {
    const verdict = (winner: (policy: string, seed: number) => string) =>
      resultOf(paper43, ends(winner), facts).verdict;
    expect(verdict((policy) => (policy === 'echo-plan' ? 'plan' : 'code'))).toBe('shown');
    expect(verdict(() => 'code')).toBe('not reproduced');
    // A base that solves everything in eight tries leaves pass@8 nothing to rise to.
    expect(
      resultOf(
        paper43,
        ends((policy) => policy, 0.6, 1),
        facts,
      ).verdict,
    ).toBe('precondition not met');
    expect(
      resultOf(
        paper43,
        ends((policy) => (policy === 'echo-plan' ? 'plan' : 'code'), 0.54),
        facts,
      ).verdict,
    ).toBe('not reproduced');
    expect(verdict((policy, seed) => (policy === 'echo-even' ? 'code' : seed === 1 ? 'plan' : 'code'))).toBe(
      'not reproduced',
    );
  });
});

test('paper 4 reads the accuracy behind the prompt, reports the habit, and needs a prompt that leaves a choice', () => {
  const runs = (finalAccuracy: number, habit: number, decided = 0.6) =>
    paper4.arms.flatMap(({ id }) =>
      facts.seeds.map((seed) =>
        run(id, 'text', seed, {
          finalAccuracy,
          baseMethods: { [id]: { share: decided } },
          baseBare: { sampled: 0.5, greedy: 0.5, methods: { [id]: { share: 0.2 } } },
          finalBare: { sampled: 0.6, greedy: 0.6, methods: { [id]: { share: 0.2 + habit } } },
        }),
      ),
    );
  const judged = resultOf(paper4, runs(0.9, 0.05), facts);
  expect(judged.verdict).toBe('shown');
  expect(judged.checks.filter(({ of, holds }) => of === 'ours' && !holds)).toHaveLength(5);
  expect(resultOf(paper4, runs(0.9, 0.3), facts).checks.every(({ holds }) => holds)).toBe(true);
  expect(resultOf(paper4, runs(0.4, 0.3), facts).verdict).toBe('not reproduced');
  expect(resultOf(paper4, runs(0.9, 0.3, 0.99), facts).verdict).toBe('precondition not met');
});

test('paper 33 needs C-RLFT above both kinds of SFT, and a base that treats the tokens alike', () => {
  const runs = (ends: Readonly<Record<string, number>>, asked = 0.3) =>
    paper33.arms.flatMap(({ id }) =>
      facts.seeds.map((seed) =>
        run(id, 'writers', seed, {
          baseAccuracy: id === 'c-rlft' ? asked : 0.3,
          finalAccuracy: (ends[id] ?? 0) + seed / 1000,
        }),
      ),
    );
  const good = { 'c-rlft': 0.6, 'sft-all': 0.2, 'sft-expert': 0.4, shuffled: 0.2 };
  const judged = (ends: typeof good, asked?: number) => resultOf(paper33, runs(ends, asked), facts).verdict;
  expect(judged(good)).toBe('shown');
  expect(judged({ ...good, 'sft-expert': 0.7 })).toBe('not reproduced');
  expect(judged({ ...good, 'sft-all': 0.7 })).toBe('not reproduced');
  // Shuffled classes are a question of this page.
  expect(judged({ ...good, shuffled: 0.7 })).toBe('shown');
  expect(judged(good, 0.45)).toBe('precondition not met');
});
