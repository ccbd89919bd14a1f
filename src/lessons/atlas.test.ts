/** @file The atlas has every paper once and in order, with a claim, a stage and known needs. */
import { expect, test } from 'vitest';
import { z } from '../lib/zod.ts';
import { atlasPapers, capabilities, disagreeing } from './atlas.ts';
import papers from './atlas/papers.json' with { type: 'json' };
import { isBuilt } from './parts.ts';

test('94 papers, numbered in order, each in one of six stages', () => {
  expect(atlasPapers.map(({ paper }) => paper)).toEqual(Array.from({ length: 94 }, (_, i) => i + 1));
  const stages = [1, 2, 3, 4, 5, 6].map((stage) => atlasPapers.filter((paper) => paper.stage === stage).length);
  expect(stages).toEqual([7, 19, 15, 23, 24, 6]);
});

test('titles are unique, claims are single sentences, needs are known and unique', () => {
  expect(new Set(atlasPapers.map(({ title }) => title)).size).toBe(94);
  expect(new Set(atlasPapers.map(({ claim }) => claim)).size).toBe(94);
  for (const { claim, needs } of atlasPapers) {
    expect(claim).toMatch(/^[A-Z].{30,180}[^.]\.$/);
    expect(new Set(needs).size).toBe(needs.length);
    for (const need of needs) expect(capabilities).toHaveProperty(need);
  }
});

test('every capability is needed by some paper', () => {
  const needed = new Set(atlasPapers.flatMap(({ needs }) => needs));
  expect([...needed].sort()).toEqual(Object.keys(capabilities).sort());
});

test('the file of papers has the fields of a paper and no others', () => {
  const text = z.string().min(1);
  const paper = z.strictObject({
    paper: z.number().int(),
    stage: z.number().int(),
    title: text,
    authors: z.string().regex(/ et al\.$/),
    year: z.number().int().min(2020).max(2026),
    arxiv: z
      .string()
      .regex(/^\d{4}\.\d{5}$/)
      .optional(),
    claim: text,
    needs: z.array(text),
    planned: z.strictObject({ arms: text, rule: text }).optional(),
  });
  expect(z.array(paper).safeParse(papers).error).toBeUndefined();
});

test('authors and year everywhere, distinct arXiv numbers of that year wherever a number is known', () => {
  const numbers = atlasPapers.flatMap(({ arxiv, year }) => (arxiv === undefined ? [] : [{ arxiv, year }]));
  expect(new Set(numbers.map(({ arxiv }) => arxiv)).size).toBe(numbers.length);
  for (const { arxiv, year } of numbers) expect([arxiv, 2000 + Number(arxiv.slice(0, 2))]).toEqual([arxiv, year]);
  expect(atlasPapers.filter(({ arxiv }) => arxiv === undefined).map(({ paper }) => paper)).toEqual([77]);
});

test('a part counts as built if the program’s lists name all of it', () => {
  expect(isBuilt(['task sums', 'algorithm chord'])).toBe(true);
  expect(isBuilt(['task sums', 'task fol'])).toBe(false);
  expect(isBuilt([])).toBe(false);
  const missing = (paper: number) =>
    atlasPapers.find((row) => row.paper === paper)?.needs.filter((need) => !capabilities[need].built) ?? [];
  expect([33, 36, 40, 71, 79].map(missing)).toEqual([[], ['STAGES'], ['COSINE', 'UNDO'], ['STAGES'], ['T10']]);
  expect(['MU', 'TOKENWEIGHT', 'BETAT', 'ENTROPYT', 'SEGMENT'].every((code) => capabilities[code as 'MU'].built)).toBe(
    true,
  );
});

test('papers that disagree name each other with their positions', () => {
  expect(disagreeing(2)).toEqual([{ says: 'without the KL penalty RL forgets more than SFT', papers: [8] }]);
  expect(disagreeing(8).flatMap(({ papers: others }) => others)).toEqual([2]);
  expect(disagreeing(80)).toEqual([]);
});
