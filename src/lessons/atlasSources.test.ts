/** @file Sources and algorithms in the atlas equal those in the experiments and algorithms. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { presetConfig } from '../rl/config/presets.ts';
import { readStageWords } from '../rl/algorithm/stageWords.ts';
import { algorithmById } from '../rl/papers/index.ts';
import { atlasPapers } from './atlas.ts';
import { algorithmsOf, ownAlgorithm } from './atlasSources.ts';
import { entryOfPaper, otherEntries } from './entries.ts';
import { armWords, storedResultSchema } from './storedResult.ts';

test('an experiment and an algorithm name the paper’s arXiv number', () => {
  let named = 0;
  for (const { paper, arxiv } of atlasPapers) {
    const path = `cli/claims/papers/paper${paper}.ts`;
    const numbers = [
      ...(existsSync(path) ? [/arXiv (\d{4}\.\d{5})/.exec(readFileSync(path, 'utf8'))?.[1]] : []),
      ...[ownAlgorithm(paper)?.id].flatMap((id) => (id === undefined ? [] : [algorithmById(id).citation])),
    ];
    for (const number of numbers) expect([paper, arxiv]).toEqual([paper, number]);
    named += Number(numbers.length > 0);
  }
  expect(named).toBeGreaterThanOrEqual(10);
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
    const usual = presetConfig(result.preset).algorithm;
    const used = new Set(
      result.arms.flatMap((arm) => {
        const words = armWords(result, arm);
        const stages = words.get('stages');
        const own = words.get('algorithm') ?? usual;
        return stages === null ? [own] : readStageWords(stages).map(({ algorithm = own }) => String(algorithm));
      }),
    );
    expect([id, ...algorithmsOf(id, paper).toSorted()]).toEqual([id, ...[...used].toSorted()]);
  }
});
