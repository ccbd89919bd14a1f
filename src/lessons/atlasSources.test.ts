/** @file Sources and algorithms in the atlas equal those in the experiments and algorithms. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { presetConfig } from '../rl/config/presets.ts';
import { atlasPapers } from './atlas.ts';
import { algorithmsOf, arxivOf } from './atlasSources.ts';
import { entryOfPaper, otherEntries } from './entries.ts';
import { armWords, storedResultSchema } from './storedResult.ts';

test('an experiment names the same arXiv number; a paper that no experiment or algorithm names has none', () => {
  const known = atlasPapers.flatMap(({ paper }) => (arxivOf(paper) === null ? [] : [paper]));
  expect(known).toEqual([4, 15, 18, 21, 38, 41, 43, 58, 80, 94]);
  for (const { paper } of atlasPapers) {
    const path = `cli/claims/papers/paper${paper}.ts`;
    const named = existsSync(path)
      ? /arXiv (\d{4}\.\d{5})/.exec(readFileSync(path, 'utf8'))?.[1]
      : { 15: '2508.11408', 94: '2310.16763' }[paper];
    expect([paper, arxivOf(paper)]).toEqual([paper, named ?? null]);
  }
});

test('the algorithms of an experiment are those of its stored arms', () => {
  const experiments = [
    ...atlasPapers.map(({ paper }) => ({ id: entryOfPaper(paper), paper })),
    ...otherEntries.map(({ id }) => ({ id, paper: null })),
  ];
  const stored = experiments.filter(({ id }) => existsSync(`public/claims/${id}.json`));
  expect(stored.length).toBeGreaterThanOrEqual(11);
  for (const { id, paper } of stored) {
    const result = storedResultSchema.parse(JSON.parse(readFileSync(`public/claims/${id}.json`, 'utf8')));
    const used = new Set(
      result.arms.map((arm) => armWords(result, arm).get('algorithm') ?? presetConfig(result.preset).algorithm),
    );
    expect([id, ...algorithmsOf(id, paper).toSorted()]).toEqual([id, ...[...used].toSorted()]);
  }
});
