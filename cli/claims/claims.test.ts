/** @file What the harness makes of finished runs: effects with intervals, verdicts by rule, and statuses that only stored results can give. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { atlasPapers } from '../../src/lessons/atlas.ts';
import { statusOf } from '../../src/lessons/status.ts';
import { everyRun, type Experiment, type ExperimentRun } from './experiment.ts';
import { listText, paperStatuses, resultPath } from './list.ts';
import { objectivesSuite } from './objectives.ts';
import { paperExperiment, paperExperiments } from './papers/index.ts';
import { presetExperiments } from './presets.ts';
import { armResults, resultOf } from './result.ts';
import { plannedRuns, trainFlags } from './runs.ts';
import type { Summary } from './summary.ts';
import { claimTable } from './table.ts';

const summary = (seed: number, finalAccuracy: number): Summary => ({
  summary: true, preset: 'default', seed, steps: 1, backend: 'node', policyHash: '', baseAccuracy: 0.5, finalAccuracy, baseGreedy: 0.5, finalGreedy: 0.5,
  baseMethods: {}, finalMethods: {}, seconds: 1,
});

const experiment: Experiment = {
  id: 'test', paper: 7, claim: 'It rises.', method: 'Measured.', preset: 'default', policies: ['a', 'b'],
  arms: [{ id: 'on', title: 'On', flags: ['--beta', '1'] }, { id: 'off', title: 'Off', flags: [], note: 'Stays by construction.' }],
  metrics: [
    { id: 'change', title: 'change', unit: 'points', digits: 1, of: (s) => 100 * (s.finalAccuracy - s.baseAccuracy) },
    { id: 'absent', title: 'absent', unit: '', digits: 1, of: () => null },
  ],
  rules: [everyRun('on', 'up by 10 points', (s) => s.finalAccuracy - s.baseAccuracy >= 0.1)],
};

const runs: ExperimentRun[] = [0.7, 0.8, 0.9].map((accuracy, seed) => ({ policy: 'a', arm: 'on', seed, summary: summary(seed, accuracy) }));
const facts = { command: 'npm run claims', version: 'abc', date: '2026-01-01', seeds: [0, 1, 2] };

describe('an experiment', () => {
  test('is planned seed by seed, over all bases and arms', () => {
    const planned = plannedRuns(experiment, [1, 2]);
    expect(planned).toHaveLength(8);
    expect(planned.slice(0, 4).map(({ seed }) => seed)).toEqual([1, 1, 1, 1]);
    expect(trainFlags(experiment, planned[0] as (typeof planned)[number])).toEqual(['--preset', 'default', '--policy', 'a', '--seed', '1', '--beta', '1']);
  });

  test('gives the mean of each metric with its t interval, and leaves out what runs do not have', () => {
    const [on, off] = armResults(experiment, runs);
    // Changes of 20, 30 and 40 points: s = 10, t(2) = 4.30265.
    expect(on?.metrics.change).toEqual({ mean: expect.closeTo(30, 6), interval: [expect.closeTo(30 - 24.8413, 3), expect.closeTo(30 + 24.8413, 3)] });
    expect(on?.metrics).not.toHaveProperty('absent');
    expect(off).toMatchObject({ runs: 0, metrics: {}, note: 'Stays by construction.' });
    expect(armResults(experiment, runs.slice(0, 1))[0]?.metrics.change?.interval).toBeNull();
  });

  test('is shown where every rule holds; one run that misses, or no run at all, refutes it', () => {
    const verdict = (of: readonly ExperimentRun[]) => resultOf(experiment, of, facts).verdict;
    expect(verdict(runs)).toBe('shown');
    expect(verdict([...runs, { policy: 'b', arm: 'on', seed: 0, summary: summary(0, 0.55) }])).toBe('not reproduced');
    expect(verdict([])).toBe('not reproduced');
  });

  test('is told with claim, arms, interval, rules and verdict', () => {
    const text = claimTable(experiment, resultOf(experiment, runs, facts));
    for (const part of ['Claim: It rises.', 'On   --beta 1', '30.0 points (95 % over 3 runs: 5.2 to 54.8)', 'Stays by construction.', 'holds  on, every run', 'verdict: shown']) expect(text).toContain(part);
  });
});

describe('the list of papers', () => {
  test('has all 94, and counts them', () => {
    const papers = paperStatuses();
    expect(papers).toHaveLength(94);
    expect(listText(papers).split('\n')).toHaveLength(96);
    const [first] = atlasPapers;
    expect(listText(first ? [statusOf(first, { paper: 1, verdict: 'shown', date: '', seeds: [1], command: '' })] : [])).toContain('0 shown, 0 not reproduced, 1 partial: shown, 0 partial: not reproduced, 0 open');
  });
});

describe('the experiments that there are', () => {
  const all = [...presetExperiments, ...paperExperiments, objectivesSuite];

  test('have distinct ids, arms and metrics, and a control besides the arm that learns', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { arms, metrics, rules } of all) {
      for (const list of [arms, metrics]) expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
      expect(arms.length).toBeGreaterThan(1);
      expect(rules.length).toBeGreaterThan(0);
    }
  });

  test('those of papers are stored under the paper’s number', () => {
    for (const { paper, id } of paperExperiments) expect(id).toBe(`paper-${paper}`);
    expect(() => paperExperiment(3)).toThrow(/--paper: there is no experiment for paper 3 yet/);
  });

  test('what is stored agrees with the rules and the runs stored beside it', () => {
    const folder = resultPath('x').replace('x.json', '');
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      const result = JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as ReturnType<typeof resultOf>;
      const own = all.find(({ id }) => `${id}.json` === name);
      expect(own?.id).toBe(name.replace('.json', ''));
      const again = resultOf(own as Experiment, result.runs, result);
      expect([again.verdict, again.checks.map(({ holds }) => holds)]).toEqual([result.verdict, result.checks.map(({ holds }) => holds)]);
      expect(result.runs).toHaveLength(result.seeds.length * result.policies.length * result.arms.length);
      expect(result).toMatchObject({ preset: own?.preset, metrics: again.metrics });
    }
  });
});
