/**
 * @file Results from finished runs: effects with intervals, verdicts by rule, and statuses that only stored results
 * give.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { atlasPapers } from '../../src/lessons/atlas.ts';
import { statusOf } from '../../src/lessons/status.ts';
import { everyRun, type Experiment, type ExperimentRun } from './experiment.ts';
import { weightsHash } from '../../src/policy/checkpoint.ts';
import { loadPolicyFile } from '../environment.ts';
import { listing, listText } from './list.ts';
import { suites } from './objectives.ts';
import { accuracyChange } from './papers/measures.ts';
import { paperExperiment, paperExperiments } from './papers/index.ts';
import { presetExperiments } from './presets.ts';
import { withChosenRates } from './pilot.ts';
import { armResults, resultOf } from './result.ts';
import { plannedRuns, trainFlags } from './runs.ts';
import type { Summary } from './summary.ts';
import { resultPath, weightsOf } from './stored.ts';
import { claimTable } from './table.ts';

const summary = (seed: number, finalAccuracy: number): Summary => ({
  summary: true,
  preset: 'default',
  seed,
  steps: 1,
  backend: 'node',
  policyHash: '',
  baseAccuracy: 0.5,
  finalAccuracy,
  baseGreedy: 0.5,
  finalGreedy: 0.5,
  baseMethods: {},
  finalMethods: {},
  seconds: 1,
});

const experiment: Experiment = {
  id: 'test',
  paper: 7,
  claim: 'It rises.',
  method: 'Measured.',
  preset: 'default',
  policies: ['a'],
  arms: [
    { id: 'on', title: 'On', flags: ['--beta', '1'] },
    { id: 'off', title: 'Off', flags: [], note: 'Stays by construction.' },
  ],
  metrics: [
    { id: 'change', title: 'change', unit: 'points', digits: 1, of: (s) => 100 * (s.finalAccuracy - s.baseAccuracy) },
    { id: 'absent', title: 'absent', unit: '', digits: 1, of: () => null },
  ],
  rules: [everyRun('on', 'up by 10 points', (s) => s.finalAccuracy - s.baseAccuracy >= 0.1)],
};

const runs: ExperimentRun[] = [0.7, 0.8, 0.9].map((accuracy, seed) => ({
  policy: 'a',
  arm: 'on',
  seed,
  summary: summary(seed, accuracy),
}));
const facts = { command: 'npm run claims', version: 'abc', date: '2026-01-01', seeds: [0, 1, 2] };

describe('an experiment', () => {
  test('is planned seed by seed, over all bases and arms', () => {
    const planned = plannedRuns({ ...experiment, policies: ['a', 'b'] }, [1, 2]);
    expect(planned).toHaveLength(8);
    expect(planned.slice(0, 4).map(({ seed }) => seed)).toEqual([1, 1, 1, 1]);
    expect(trainFlags(experiment, planned[0] as (typeof planned)[number])).toEqual([
      '--preset',
      'default',
      '--policy',
      'a',
      '--seed',
      '1',
      '--beta',
      '1',
    ]);
  });

  test('has the mean of each metric with its t interval, and omits metrics that the runs lack', () => {
    const [on, off] = armResults(experiment, runs);
    // Changes of 20, 30 and 40 points: s = 10, t(2) = 4.30265.
    expect(on?.metrics.change).toEqual({
      mean: expect.closeTo(30, 6),
      interval: [expect.closeTo(30 - 24.8413, 3), expect.closeTo(30 + 24.8413, 3)],
      runs: 3,
    });
    expect(on?.metrics).not.toHaveProperty('absent');
    expect(off).toMatchObject({ runs: 0, metrics: {}, note: 'Stays by construction.' });
    expect(armResults(experiment, runs.slice(0, 1))[0]?.metrics.change?.interval).toBeNull();
  });

  test('is shown if every rule holds; one run that fails a rule, or no run at all, refutes it', () => {
    const verdict = (of: readonly ExperimentRun[]) => resultOf(experiment, of, facts).verdict;
    expect(verdict(runs)).toBe('shown');
    expect(verdict([...runs, { policy: 'a', arm: 'on', seed: 3, summary: summary(3, 0.55) }])).toBe('not reproduced');
    expect(verdict([])).toBe('not reproduced');
  });

  test('prints claim, arms, interval, rules and verdict', () => {
    const text = claimTable(experiment, resultOf(experiment, runs, facts));
    for (const part of [
      'Claim: It rises.',
      'On   --beta 1',
      '30.0 points (95 % over 3 seeds: 5.2 to 54.8)',
      'Stays by construction.',
      'holds  On, every run',
      'verdict: shown',
    ])
      expect(text).toContain(part);
  });
});

describe('an experiment on several bases', () => {
  const several: Experiment = {
    ...experiment,
    policies: ['a', 'b'],
    comparisons: [{ of: 'on', against: 'off', metric: 'change' }],
  };
  const run = (policy: string, arm: string, seed: number, points: number): ExperimentRun => ({
    policy,
    arm,
    seed,
    summary: summary(seed, 0.5 + points / 100),
  });
  const both = [
    ...[48, 49, 50].map((points, seed) => run('a', 'on', seed, points)),
    ...[38, 39, 40].map((points, seed) => run('b', 'on', seed, points)),
  ];
  const stay = ['a', 'b'].flatMap((policy) => [0, 1, 2].map((seed) => run(policy, 'off', seed, 0)));

  test('has an interval for each base over its seeds, and none over bases', () => {
    const [on] = armResults(several, both);
    // Deviation 1 around 49 and 39: half of the interval is 4.30265 / sqrt(3) = 2.4841. Pooling the six runs would give
    // 38 to 50.
    expect(on?.metrics.change).toEqual({
      mean: expect.closeTo(44, 6),
      interval: null,
      runs: 6,
      bases: {
        a: { mean: expect.closeTo(49, 6), interval: [expect.closeTo(46.5159, 3), expect.closeTo(51.4841, 3)], runs: 3 },
        b: { mean: expect.closeTo(39, 6), interval: [expect.closeTo(36.5159, 3), expect.closeTo(41.4841, 3)], runs: 3 },
      },
    });
  });

  test('pairs runs within each base', () => {
    const [compared] = resultOf(several, [...both, ...stay], facts).comparisons ?? [];
    expect(compared).toMatchObject({
      pairs: 6,
      mean: expect.closeTo(44, 6),
      interval: null,
      bases: { a: { mean: expect.closeTo(49, 6), runs: 3 }, b: { mean: expect.closeTo(39, 6), runs: 3 } },
    });
  });

  test('is judged base by base, and holds if it does for every base; a base without runs satisfies no rule', () => {
    const low = [
      ...both.filter(({ policy }) => policy === 'a'),
      ...[8, 20, 20].map((points, seed) => run('b', 'on', seed, points)),
    ];
    expect(resultOf(several, both, facts)).toMatchObject({ verdict: 'shown', verdicts: { a: 'shown', b: 'shown' } });
    expect(resultOf(several, low, facts)).toMatchObject({
      verdict: 'not reproduced',
      verdicts: { a: 'shown', b: 'not reproduced' },
      checks: [{ holds: false, bases: { a: true, b: false } }],
    });
    expect(resultOf(several, both.slice(0, 3), facts).verdicts).toEqual({ a: 'shown', b: 'not reproduced' });
  });

  test('asks a rule that compares bases once, with all runs', () => {
    const apart: Experiment = {
      ...several,
      rules: [
        {
          rule: 'the bases end apart',
          across: true,
          holds: (all) => new Set(all.map(({ policy }) => policy)).size === 2,
        },
        ...experiment.rules,
      ],
    };
    expect(resultOf(apart, both, facts).checks).toEqual([
      { rule: 'the bases end apart', of: 'paper', holds: true },
      expect.objectContaining({ holds: true, bases: { a: true, b: true } }),
    ]);
  });

  test('prints each base', () => {
    const text = claimTable(several, resultOf(several, [...both, ...stay], facts));
    const parts = [
      '44.0 points, the mean of 2 bases:',
      'a: 49.0 points (95 % over 3 seeds: 46.5 to 51.5)',
      'b: 39.0 points (95 % over 3 seeds: 36.5 to 41.5)',
      'a: 0.0 points (the same in all 3 seeds)',
      'a: 49.0 (95 % over 3 pairs: 46.5 to 51.5)',
      '(a: holds, b: holds)',
      'verdict: shown (a: shown, b: shown)',
    ];
    for (const part of parts) expect(text).toContain(part);
  });
});

test('intervals are cut at 0 and 100 % for shares, at the reachable ends for changes, and at 1 for a closed gap', () => {
  const number = (id: string, unit: string, of: (s: Summary) => number, bounds?: readonly [number, number]) => ({
    id,
    title: id,
    unit,
    digits: 1,
    of,
    ...(bounds ? { bounds } : {}),
  });
  const near = [0.9, 0.99, 1].map((accuracy, seed): ExperimentRun => ({
    policy: 'a',
    arm: 'on',
    seed,
    summary: { ...summary(seed, accuracy), baseAccuracy: 0.4 },
  }));
  const [on] = armResults(
    {
      ...experiment,
      metrics: [
        number('after', '%', (s) => 100 * s.finalAccuracy),
        number('wrong', '%', (s) => 100 - 100 * s.finalAccuracy),
        accuracyChange,
        number('gap', '', (s) => s.finalAccuracy, [-Infinity, 1]),
        number('entropy', 'nats', (s) => 1 - s.finalAccuracy),
      ],
    },
    near,
  );
  expect(['after', 'change', 'gap'].map((id) => on?.metrics[id]?.interval?.[1])).toEqual([100, 60, 1]);
  expect(['wrong', 'entropy'].map((id) => on?.metrics[id]?.interval?.[0])).toEqual([0, 0]);
});

describe('the list of papers', () => {
  test('has all 94, and counts them', () => {
    const all = listing();
    expect(all.papers).toHaveLength(94);
    expect(listText({ ...all, results: [] }).split('\n')).toHaveLength(96);
    const [first] = atlasPapers;
    expect(
      listText({
        papers: first
          ? [statusOf(first, { paper: 1, verdict: 'shown', date: '', version: '', seeds: [1], command: '' })]
          : [],
        results: [],
      }),
    ).toContain('0 shown, 0 not reproduced, 0 precondition not met, 1 partial: shown, 0 partial: not reproduced');
  });
});

test('the list gives date, commit and weights of every stored result, including those without a paper', () => {
  const { results } = listing();
  const text = listText(listing());
  expect(results.map(({ experiment }) => `${experiment}.json`).toSorted()).toEqual(
    readdirSync('public/claims').toSorted(),
  );
  for (const { date, version, seeds, weights } of results)
    expect(text).toContain(`(${date}, commit ${version}, ${seeds.length} seeds, ${weights}`);
  // Every result says its preconditions, its power or that no pilot measured it, and its finding.
  expect(text.match(/power not measured|seeds for a power of 80 %/g)).toHaveLength(results.length);
  expect(text).toContain('precondition NOT MET: Prior prompt think, every run');
  expect(text).toContain('The right ones alone, 5 % right ends best in held-out accuracy, after');
  expect(text).toMatch(/default +(shown|not reproduced) +\(\d{4}-\d\d-\d\d, commit [0-9a-f]{12}/);
});

describe('the weights of a stored result', () => {
  const base = loadPolicyFile('exact-seq').checkpoint;
  const stored = (of: Partial<Summary>, policy = 'exact-seq') => ({
    runs: [{ policy, arm: 'a', seed: 1, summary: { ...summary(1, 0.5), ...of } }],
  });

  test('are as shipped if their own hash agrees, whatever the manifest says, or else that of the whole file', () => {
    expect(weightsOf(stored({ policyHash: 'of a manifest since edited', weightsHash: weightsHash(base) }))).toBe(
      'weights as shipped',
    );
    expect(weightsOf(stored({ policyHash: base.manifest.sha256 }))).toBe('weights as shipped');
  });

  test('are reported as others, or as not recorded', () => {
    expect(weightsOf(stored({ policyHash: base.manifest.sha256, weightsHash: 'others' }))).toBe('other weights');
    expect(weightsOf(stored({ weightsHash: weightsHash(base) }, 'no-such-base'))).toBe('other weights');
    expect(weightsOf(stored({ policyHash: 'of a manifest since edited' }))).toBe('weights not recorded');
  });
});

const judgedParts = [
  'verdict',
  'verdicts',
  'preconditions',
  'checks',
  'arms',
  'comparisons',
  'measure',
  'methodArm',
  'power',
  'winner',
  'finding',
  'live',
  'figure',
] as const;

describe('the registered experiments', () => {
  const all = [...presetExperiments, ...paperExperiments, ...suites];

  test('have distinct ids, arms and metrics, and a control beside the learning arm', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { arms, metrics, rules } of all) {
      for (const list of [arms, metrics]) expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
      expect(arms.length).toBeGreaterThan(1);
      expect(rules.length).toBeGreaterThan(0);
    }
  });

  test('are stored under the paper’s number, for papers', () => {
    for (const { paper, id } of paperExperiments) expect(id).toBe(`paper-${paper}`);
    expect(() => paperExperiment(3)).toThrow(/--paper: there is no experiment for paper 3 yet/);
  });

  test('every stored result has the means, intervals, rules and verdicts of the runs stored with it', () => {
    const folder = resultPath('x').replace('x.json', '');
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      const result = JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as ReturnType<typeof resultOf>;
      const own = all.find(({ id }) => `${id}.json` === name);
      expect(own?.id).toBe(name.replace('.json', ''));
      const again = resultOf(withChosenRates(own as Experiment, result.pilot?.sweep), result.runs, {
        ...result,
        frontier: result.figure?.frontier ?? null,
      });
      const shown = (of: ReturnType<typeof resultOf>): unknown =>
        JSON.parse(
          JSON.stringify(
            judgedParts.map((part) => of[part] ?? null),
            (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value),
          ),
        );
      expect(shown(again), `${name}: npm run claims -- --judge computes it again`).toEqual(shown(result));
      expect(result.runs).toHaveLength(result.seeds.length * result.policies.length * result.arms.length);
      expect(result).toMatchObject({ preset: own?.preset, metrics: again.metrics });
    }
  });
});
