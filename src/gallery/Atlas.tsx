/** @file Exhibits of the atlas: entries in every status, and a stored result. */
import { statuses } from '../lessons/status.ts';
import { AtlasEntry } from '../ui/atlas/AtlasEntry.tsx';
import { Minute } from '../ui/atlas/Minute.tsx';
import { ResultPanel } from '../ui/atlas/ResultPanel.tsx';
import { RunHere } from '../ui/atlas/RunHere.tsx';
import type { EntryView, ResultView, StatusView } from '../ui/atlas/types.ts';
import { Exhibit } from './Exhibit.tsx';

const ignore = () => undefined;

const result: ResultView = {
  claim: 'One arm learns and the other does not.',
  method: 'Made up for the gallery.',
  command: 'npm run claims -- --paper 0',
  version: '0123456789ab',
  date: '2026-01-01',
  seeds: [1, 2, 3],
  policies: ['default', 'default-b'],
  verdict: 'not reproduced',
  verdicts: { default: 'shown', 'default-b': 'not reproduced' },
  checks: [
    { rule: 'a rises', of: 'paper', holds: true, bases: { default: true, 'default-b': true } },
    { rule: 'b falls', of: 'ours', holds: false, bases: { default: true, 'default-b': false } },
  ],
  metrics: [
    { id: 'after', title: 'accuracy after', unit: '%', digits: 1 },
    { id: 'change', title: 'change', unit: 'points', digits: 1 },
  ],
  arms: [
    {
      arm: 'a',
      title: 'The arm that learns',
      runs: 3,
      metrics: {
        after: { mean: 81.5, interval: [74.2, 88.8] },
        change: {
          mean: 39.5,
          interval: null,
          bases: { default: { mean: 45, interval: [41, 49] }, 'default-b': { mean: 34, interval: [31, 37] } },
        },
      },
    },
    {
      arm: 'b',
      title: 'The control',
      note: 'It cannot learn.',
      runs: 1,
      metrics: { after: { mean: 42, interval: null }, change: { mean: -1.5, interval: [-4, 1] } },
    },
  ],
  comparisons: [{ of: 'a', against: 'b', metric: 'after', pairs: 3, mean: 39.5, interval: [30.1, 48.9] }],
  budget: { tokens: 120_000 },
  finding: 'The control ends best in change, at 39.5 points; the paper’s method at −1.5 points.',
  measure: { metric: 'change' },
  preconditions: [{ rule: 'the base leaves room', of: 'paper', holds: true }],
  pilot: {
    seeds: [101, 102],
    sweep: { seed: 101, arms: { a: { chosen: 0.002, tried: [0.001, 0.002].map((rate) => [rate, 40] as const) } } },
  },
  power: { of: 'a', against: 'b', metric: 'change', mean: 40, deviation: 12, needed: 4, from: 'pilot' },
  figure: {
    kind: 'pareto',
    x: 'after',
    y: 'change',
    frontier: [
      [100, 50],
      [60, 30],
      [0, 0],
    ],
  },
};

const entry = (status: StatusView): EntryView => ({
  id: status,
  paper: status === 'open' ? null : 7,
  title: `A paper that is ${status}`,
  claim: 'What it claims, in one sentence.',
  source: 'Someone et al., 2024',
  arxiv: status === 'shown' ? '2402.03300' : null,
  algorithm:
    status === 'open' ? { id: 'chord', title: 'CHORD', summary: 'It mixes.', formula: 'L = μ L₁ + (1 − μ) L₂' } : null,
  status,
  missing: status.startsWith('partial') ? ['a reward model'] : [],
  built: ['a critic'],
  planned: status === 'open' ? { arms: 'the method, a control', rule: 'the method is above the control' } : null,
  disagreeing: status === 'open' ? [{ says: 'it is the other way round', papers: [8] }] : [],
  finding: status === 'shown' ? 'The control ends higher than the method.' : null,
  date: status === 'open' ? null : '2026-01-01',
  seeds: [1, 2, 3],
});

export function Atlas() {
  return (
    <>
      <Exhibit name="Atlas: entries">
        <ul>
          {statuses.map((status) => (
            <AtlasEntry key={status} entry={entry(status)} open={status === 'open'} onOpen={ignore}>
              {null}
            </AtlasEntry>
          ))}
        </ul>
      </Exhibit>
      <Exhibit name="Atlas: result">
        <ResultPanel
          minute={
            <Minute
              arms={['The arm that learns', 'The control']}
              recorded="A third arm"
              seed={1}
              steps={24}
              seconds={44}
              isMeasured={false}
              onStart={ignore}
            />
          }
          result={result}
          runHere={
            <RunHere
              arms={result.arms.map((arm) => ({ ...arm, steps: 40 }))}
              bases={result.policies}
              onBase={ignore}
              timeOf={() => ({ seconds: 200, isMeasured: true })}
              elsewhere={['formats:4']}
              mostArms={6}
              seedLists={[[1], [1, 2], [1, 2, 3]]}
              hrefOf={() => '#'}
              onRun={ignore}
              onCompare={ignore}
            />
          }
        />
      </Exhibit>
    </>
  );
}
