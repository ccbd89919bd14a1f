/** @file Pilot, power, sweep, preconditions and winner of an experiment, on made-up runs. */
import { expect, test } from 'vitest';
import { seedsNeeded } from '../../src/lib/power.ts';
import { verdictsOf } from './checks.ts';
import { everyRun, type Experiment, type ExperimentRun, ours } from './experiment.ts';
import { powerOf, seedsFor, sweepResult, sweepRuns, withChosenRates } from './pilot.ts';
import { resultOf } from './result.ts';
import type { Summary } from './summary.ts';
import { winnerOf, winnerWords } from './winner.ts';

const summary = (finalAccuracy: number): Summary => ({
  summary: true,
  preset: 'default',
  seed: 1,
  steps: 10,
  backend: 'node',
  policyHash: '',
  baseAccuracy: 0.5,
  finalAccuracy,
  baseGreedy: 0.5,
  finalGreedy: 0.5,
  baseMethods: {},
  finalMethods: {},
  seconds: 2,
});
const run = (arm: string, seed: number, accuracy: number, policy = 'a'): ExperimentRun => ({
  policy,
  arm,
  seed,
  summary: summary(accuracy),
});

const after = {
  id: 'after',
  title: 'accuracy after',
  unit: '%',
  digits: 1,
  of: (s: Summary) => 100 * s.finalAccuracy,
};
const experiment: Experiment = {
  id: 'test',
  paper: 7,
  claim: 'It rises.',
  method: 'Measured.',
  preset: 'default',
  policies: ['a'],
  arms: [
    { id: 'own', title: 'The method', flags: ['--learning_rate', '0.001'] },
    { id: 'other', title: 'Another', flags: ['--steps', '9'] },
  ],
  metrics: [after],
  methodArm: 'own',
  measure: { metric: 'after', best: 'highest' },
  power: { of: 'own', against: 'other', metric: 'after' },
  sweep: { rates: [0.001, 0.01] },
  preconditions: [everyRun('own', 'below the ceiling', ({ baseAccuracy }) => baseAccuracy < 0.9)],
  rules: [
    everyRun('own', 'above 60 %', ({ finalAccuracy }) => finalAccuracy > 0.6),
    ours(everyRun('own', 'above 99 %', ({ finalAccuracy }) => finalAccuracy > 0.99)),
  ],
};
const facts = { command: 'npm run claims', version: 'abc', date: '2026-01-01', seeds: [1, 2] };
const runs = [run('own', 1, 0.7), run('own', 2, 0.72), run('other', 1, 0.8), run('other', 2, 0.81)];

test('the verdict reads the paper’s rules and not ours, and the winner is named if it is not the method', () => {
  const result = resultOf(experiment, runs, facts);
  expect(result).toMatchObject({
    verdict: 'shown',
    checks: [
      { rule: 'The method, every run: above 60 %', of: 'paper', holds: true },
      { rule: 'The method, every run: above 99 %', of: 'ours', holds: false },
    ],
    preconditions: [{ holds: true }],
    winner: { arm: 'other', isMethod: false, margin: { mean: expect.closeTo(9.5, 6), pairs: 2 } },
    finding: 'Another ends best in accuracy after, at 80.5 %; the paper’s method, The method, at 71.0 %.',
  });
  const swapped = { ...experiment, methodArm: 'other' };
  expect(winnerOf(swapped, runs)).toMatchObject({ arm: 'other', isMethod: true });
  expect(resultOf(swapped, runs, facts)).not.toHaveProperty('finding');
});

test('a winner whose interval reaches 0 is named with that doubt', () => {
  const near = [...runs.slice(0, 2), run('other', 1, 0.76), run('other', 2, 0.71)];
  expect(winnerWords(experiment, near, winnerOf(experiment, near))).toContain('cannot be told apart');
});

test('without its precondition nothing is said about the paper, and a base is judged apart', () => {
  const solved = runs.map((one) => ({ ...one, summary: { ...one.summary, baseAccuracy: 0.95 } }));
  expect(resultOf(experiment, solved, facts).verdict).toBe('precondition not met');
  // The pilot measures it before the reported runs.
  expect(resultOf(experiment, runs, { ...facts, pilot: { seeds: [101], runs: solved } }).verdict).toBe(
    'precondition not met',
  );
  // After a sweep alone there is no pilot to measure it.
  expect(resultOf(experiment, runs, { ...facts, pilot: { seeds: [], runs: [] } }).verdict).toBe('shown');
  const check = (bases: Record<string, boolean>) => ({
    rule: 'r',
    of: 'paper' as const,
    holds: Object.values(bases).every(Boolean),
    bases,
  });
  const three = { policies: ['a', 'b', 'c'] };
  const judged = verdictsOf(three, [check({ a: true, b: true, c: false })], [check({ a: true, b: true, c: false })]);
  expect(judged).toEqual({
    verdict: 'precondition not met',
    verdicts: { a: 'shown', b: 'shown', c: 'precondition not met' },
  });
  const two = { ...three, leastBases: 2 };
  expect(verdictsOf(two, [check({ a: true, b: true, c: false })], []).verdict).toBe('shown');
  expect(verdictsOf(two, [check({ a: true, b: false, c: false })], []).verdict).toBe('not reproduced');
});

test('the pilot’s paired differences give deviation and seeds, between 3 and 10', () => {
  const pilot = [run('own', 101, 0.7), run('own', 102, 0.74), run('other', 101, 0.6), run('other', 102, 0.6)];
  const power = powerOf(experiment, pilot);
  // Differences of 10 and 14 points.
  expect(power).toMatchObject({ mean: expect.closeTo(12, 6), deviation: expect.closeTo(Math.sqrt(8), 6) });
  expect(power?.needed).toBe(seedsNeeded(12, Math.sqrt(8)));
  expect(powerOf(experiment, pilot.slice(0, 1))).toBeNull();
  expect(resultOf(experiment, runs, facts).power).toMatchObject({ from: 'reported runs' });
  const measured = { seeds: [101, 102], runs: pilot, ...(power ? { power } : {}) };
  expect(resultOf(experiment, runs, { ...facts, pilot: measured }).power).toMatchObject({
    from: 'pilot',
    needed: power?.needed,
  });
  const needing = (needed: number | null) =>
    seedsFor({ power: { of: 'own', against: 'other', metric: 'after', mean: 1, deviation: 1, needed } });
  expect([seedsFor({}), needing(2), needing(7), needing(50), needing(null)]).toEqual([3, 3, 7, 10, 10]);
});

test('the sweep tries every rate on the pilot’s seed, and the arm trains at the best', () => {
  const planned = sweepRuns(experiment);
  expect(planned.map(({ arm, seed }) => `${arm.flags.join(' ')} ${seed}`)).toEqual([
    '--learning_rate 0.001 101',
    '--learning_rate 0.01 101',
    '--steps 9 --learning_rate 0.001 101',
    '--steps 9 --learning_rate 0.01 101',
  ]);
  const accuracies = [0.6, 0.8, 0.7, 0.65];
  const swept = sweepResult(
    experiment,
    planned.map(({ arm }, i) => run(arm.id, 101, accuracies[i] ?? 0)),
  );
  expect(swept.arms).toEqual({
    own: {
      chosen: 0.01,
      tried: [
        [0.001, 60],
        [0.01, 80],
      ].map(([rate, value]) => [rate, expect.closeTo(value ?? 0, 6)]),
    },
    other: { chosen: 0.001, tried: expect.any(Array) },
  });
  expect(withChosenRates(experiment, swept).arms.map(({ flags }) => flags.join(' '))).toEqual([
    '--learning_rate 0.01',
    '--steps 9 --learning_rate 0.001',
  ]);
  expect(withChosenRates(experiment, undefined).arms).toEqual(experiment.arms);
  const lowest = { ...experiment, measure: { metric: 'after', best: 'lowest' as const } };
  const again = planned.map(({ arm }, i) => run(arm.id, 101, accuracies[i] ?? 0));
  expect(sweepResult(lowest, again).arms.own?.chosen).toBe(0.001);
});
