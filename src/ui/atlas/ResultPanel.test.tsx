/** @file A stored result on the page: with several bases each has its own interval, dot and verdict. */
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { ResultPanel } from './ResultPanel.tsx';
import type { ArmView, ResultView } from './types.ts';

const arm = (id: string, metrics: ArmView['metrics']): ArmView => ({ arm: id, title: `Arm ${id}`, runs: 6, metrics });
const several: ResultView = {
  claim: 'C',
  method: 'M',
  command: 'run',
  version: 'v',
  date: '2026-01-01',
  seeds: [1, 2, 3],
  policies: ['one', 'two'],
  verdict: 'not reproduced',
  verdicts: { one: 'shown', two: 'not reproduced' },
  judged: { version: 'w', date: '2026-02-02' },
  checks: [{ rule: 'a rises', of: 'paper', holds: false, bases: { one: true, two: false } }],
  metrics: [{ id: 'change', title: 'change', unit: 'points', digits: 1 }],
  arms: [
    arm('a', {
      change: {
        mean: 44,
        interval: null,
        bases: { one: { mean: 49, interval: [46.5, 51.5] }, two: { mean: 39, interval: [36.5, 41.5] } },
      },
    }),
    arm('b', {
      change: {
        mean: 0,
        interval: null,
        bases: { one: { mean: 0, interval: [0, 0] }, two: { mean: 0, interval: [0, 0] } },
      },
    }),
  ],
  comparisons: [
    {
      of: 'a',
      against: 'b',
      metric: 'change',
      pairs: 6,
      mean: 44,
      interval: null,
      bases: { one: { mean: 49, interval: [46.5, 51.5] }, two: { mean: 39, interval: [36.5, 41.5] } },
    },
  ],
};
const visibleText = (result: ResultView) =>
  renderToStaticMarkup(<ResultPanel result={result} runHere={null} />)
    .replaceAll('<!-- -->', '')
    .replaceAll('\u202f', ' ');

test('with several bases each has its dot and interval, and their mean has none', () => {
  const html = visibleText(several);
  expect(html.match(/data-testid="arm-dot"/g)).toHaveLength(4);
  expect(html).toContain('Arm a, base two');
  for (const words of [
    '49.0 points (46.5 to 51.5)',
    '39.0 points (36.5 to 41.5)',
    'base two: 39.0 points (36.5 to 41.5)',
    'the mean over them has none',
  ])
    expect(html).toContain(words);
  expect(html.match(/base one: 49\.0 points/g)).toHaveLength(2);
});

test('runs that all gave the same number are reported so, without an interval of width 0', () => {
  expect(visibleText(several)).toContain('0.0 points (the same in every run)');
  expect(visibleText(several)).not.toContain('0.0 to 0.0');
});

test('rules and verdict are given by base, with the date when they were judged again', () => {
  const html = visibleText(several);
  for (const words of [
    'Not every rule of the paper holds. By base: one, every rule; two, not every rule.',
    '(base one holds, base two fails)',
    'computed again on 2026-02-02 from the same runs, code version w',
  ])
    expect(html).toContain(words);
});

test('a result of one base shows one interval and one verdict', () => {
  const { verdicts: _verdicts, judged: _judged, comparisons: _comparisons, ...rest } = several;
  const html = visibleText({
    ...rest,
    policies: ['one'],
    checks: [{ rule: 'a rises', of: 'paper', holds: true }],
    verdict: 'shown',
    arms: [arm('a', { change: { mean: 49, interval: [46.5, 51.5] } })],
  });
  expect(html).toContain('49.0 points (46.5 to 51.5)');
  for (const words of ['By base', 'Arm a, base', 'computed again']) expect(html).not.toContain(words);
});

describe('a result under the newer rules', () => {
  const full: ResultView = {
    ...several,
    verdict: 'precondition not met',
    metrics: [...several.metrics, { id: 'kl', title: 'KL', unit: 'nats', digits: 2 }],
    measure: { metric: 'kl' },
    finding: 'Arm b ends best.',
    preconditions: [{ rule: 'the base leaves room', of: 'paper', holds: false }],
    checks: [
      { rule: 'a rises', of: 'paper', holds: true },
      { rule: 'b is curious', of: 'ours', holds: false },
    ],
    pilot: {
      seeds: [101, 102],
      sweep: {
        seed: 101,
        arms: {
          a: {
            chosen: 0.02,
            tried: [
              [0.01, 40],
              [0.02, 44],
            ],
          },
        },
      },
    },
    power: { of: 'a', against: 'b', metric: 'change', mean: 44, deviation: 3, needed: 4, from: 'pilot' },
    arms: several.arms.map((one, i) => ({
      ...one,
      metrics: { ...one.metrics, kl: { mean: 1 + i, interval: null }, flat: { mean: 9 * i, interval: null } },
    })),
  };

  test('draws the claim’s own number first and names the finding', () => {
    const html = visibleText(full);
    expect(html).toContain('data-metric="kl"');
    expect(html).toContain('<b>Arm b ends best.</b>');
    expect(html).toContain('base and task could not have shown the claim');
  });

  test('marks this page’s own rules and puts preconditions before them', () => {
    const html = visibleText(full);
    expect(html.match(/data-of="ours"/g)).toHaveLength(1);
    expect(html).toContain('this page’s own question, which the verdict does not read');
    expect(html.indexOf('the base leaves room')).toBeLessThan(html.indexOf('a rises'));
  });

  test('gives the pilot’s seeds, rates and power with the arms’ names', () => {
    const html = visibleText(full);
    expect(html).toContain('Pilot on seeds 101, 102');
    expect(html).toContain('Arm a: 0.02 of 0.01, 0.02');
    expect(html).toContain('Arm a minus Arm b in change: 44.0 points, deviation from seed to seed 3.0 points; 4 seeds');
    expect(visibleText({ ...full, power: { ...full.power!, from: 'reported runs', needed: null } })).toContain(
      'more than 1000 seeds',
    );
  });

  test('draws arms on the frontier as far as they go, and a table coloured by value', () => {
    const pareto = visibleText({
      ...full,
      figure: {
        kind: 'pareto',
        x: 'kl',
        y: 'change',
        frontier: [
          [40, 90],
          [2, 50],
          [0, 0],
        ],
      },
    });
    expect(pareto.match(/data-testid="pareto-point"/g)).toHaveLength(2);
    // The frontier beyond the farthest arm is left out.
    expect(/data-testid="frontier" points="([^"]*)"/.exec(pareto)?.[1]?.split(' ')).toHaveLength(2);
    const log = visibleText({
      ...full,
      figure: { kind: 'pareto', x: 'kl', y: 'change', scale: 'log', says: ['One says so.', 'Here it is so.'] },
    });
    expect(log.match(/data-testid="pareto-point"/g)).toHaveLength(2);
    expect(log).toMatch(/data-testid="figure-says".*One says so\..*Here it is so\./s);
    expect(log).not.toBe(
      visibleText({
        ...full,
        figure: { kind: 'pareto', x: 'kl', y: 'change', says: ['One says so.', 'Here it is so.'] },
      }),
    );
    const matrix = visibleText({
      ...full,
      figure: { kind: 'matrix', columns: ['sums', 'strings'], rows: [{ title: 'after', metrics: ['kl', 'change'] }] },
    });
    expect(matrix.match(/<table data-arm=/g)).toHaveLength(2);
    expect(matrix).toContain('--shade:60%');
    expect(matrix).toContain('1.00 nats');
  });
});
