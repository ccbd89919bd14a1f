/** @file The atlas has every paper once and in order, with a claim, a stage and known needs. */
import { expect, test } from 'vitest';
import { atlasPapers, capabilities } from './atlas.ts';

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
