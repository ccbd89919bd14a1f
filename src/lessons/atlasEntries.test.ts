/** @file The atlas lists every paper with the status of its stored result; a search filters it. */
import { expect, test } from 'vitest';
import { type AtlasPaper, atlasPapers, capabilities } from './atlas.ts';
import { fitting, otherEntriesOf, paperEntries } from './atlasEntries.ts';
import { isEntry } from './entries.ts';
import type { ResultHead } from './storedResult.ts';

const stored = (experiment: string, paper?: number): ResultHead => ({
  experiment,
  ...(paper === undefined ? {} : { paper }),
  claim: 'C',
  verdict: 'shown',
  date: '2026-01-01',
  seeds: [1, 2, 3],
  command: 'run',
  version: 'v',
});
const none = { search: '', status: null, stage: null };

test('all 94 papers, open without a stored result, with missing capabilities in words', () => {
  const isWhole = ({ needs }: AtlasPaper) => needs.every((need) => capabilities[need].built);
  const whole = atlasPapers.find(isWhole);
  const lacking = atlasPapers.find((paper) => !isWhole(paper));
  const both = [whole, lacking].flatMap((paper) => paper?.paper ?? []);
  const entries = paperEntries([...both.map((paper) => stored(`paper-${paper}`, paper)), stored('default')]);
  expect(entries).toHaveLength(94);
  // A paper that needs a missing capability is at most partial.
  for (const paper of both)
    expect(entries.find((entry) => entry.paper === paper)?.status).toBe(
      paper === whole?.paper ? 'shown' : 'partial: shown',
    );
  expect(entries.filter(({ status }) => status === 'open')).toHaveLength(94 - both.length);
  for (const { missing } of entries)
    for (const words of missing)
      expect(Object.values(capabilities).find(({ title }) => title === words)?.built).toBe(false);
  expect(entries.every(({ id }) => isEntry(id))).toBe(true);
});

test('results without a paper are listed if stored', () => {
  expect(otherEntriesOf([])).toEqual([]);
  expect(otherEntriesOf([stored('default'), stored('paper-80', 80)])).toMatchObject([
    { id: 'default', paper: null, status: 'shown', date: '2026-01-01' },
  ]);
});

test('a search matches every word, ignoring case and accents, and filters narrow it', () => {
  const entries = paperEntries([stored('paper-80', 80)]);
  const found = (wanted: Partial<typeof none> & object) =>
    fitting(entries, { ...none, ...wanted }).map(({ paper }) => paper);
  expect(found({ search: 'bayesian KL' })).toContain(80);
  expect(found({ search: 'bayesian zebra' })).toEqual([]);
  expect(found({ search: 'vlm-r³' })).toEqual([86]);
  // “supervision” does not contain the word “vision”.
  expect(found({ search: 'vision' })).not.toContain(33);
  expect(found({ search: 'vision' })).not.toContain(2);
  expect(found({ search: 'super' })).toContain(94);
  expect(found({ search: 'Korbak 2022' })).toEqual([80]);
  expect(fitting(entries, { ...none, stage: 6 })).toHaveLength(6);
  expect(fitting(entries, { ...none, status: 'open' })).toHaveLength(93);
  expect(fitting(entries, none)).toHaveLength(94);
});

test('a paper is found by its number, its arXiv number, and the algorithms of its arms', () => {
  const results = [stored('paper-80', 80), stored('paper-58', 58), stored('objectives')];
  const entries = [...paperEntries(results), ...otherEntriesOf(results)];
  const found = (search: string) => fitting(entries, { ...none, search }).map(({ id }) => id);
  for (const search of [
    '58',
    'paper 58',
    'paper-58',
    '2503.14286',
    'arXiv:2503.14286',
    'https://arxiv.org/abs/2503.14286',
  ])
    expect([search, ...found(search)]).toEqual([search, 'paper-58']);
  expect(found('5')).toEqual(['paper-5']);
  expect(found('gdc')).toEqual(['paper-80', 'objectives']);
  expect(found('dr. grpo')).toEqual(['objectives']);
  expect(found('DAPO')).toEqual(['objectives']);
  expect(found('LoRA')).toEqual(['paper-58', 'paper-80', 'objectives']);
});

test('an address may name existing entries only', () => {
  expect(['paper-1', 'paper-94', 'default', 'objectives'].every(isEntry)).toBe(true);
  expect(['paper-0', 'paper-95', 'paper-01', 'paper-', '../x', ''].some(isEntry)).toBe(false);
});

test('an open paper has its plan, the parts that run today, its algorithm, and papers that disagree', () => {
  const chord = paperEntries([]).find(({ paper }) => paper === 15);
  expect(chord).toMatchObject({
    source: 'Zhang et al., 2025',
    arxiv: '2508.11408',
    algorithm: { id: 'chord', title: 'CHORD', formula: expect.stringContaining('μ') },
    missing: [],
    finding: null,
  });
  expect(chord?.built).toContain('weights of single tokens');
  expect(chord?.planned?.rule).toContain('falling μ');
  expect(chord?.disagreeing.map(({ papers }) => papers)).toContainEqual([65]);
  const found = paperEntries([{ ...stored('paper-58', 58), finding: 'F' }]).find(({ paper }) => paper === 58);
  expect(found).toMatchObject({ finding: 'F', planned: null });
});
