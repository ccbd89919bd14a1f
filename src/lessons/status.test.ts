/** @file The status of a paper follows from its stored result and the built capabilities. */
import { expect, test } from 'vitest';
import { type AtlasPaper } from './atlas.ts';
import { statusOf, type StoredHead } from './status.ts';

const paper = (needs: AtlasPaper['needs']): AtlasPaper => ({
  paper: 80,
  title: 'T',
  authors: 'A et al.',
  year: 2022,
  stage: 1,
  claim: 'C',
  needs,
});
const stored: StoredHead = {
  paper: 80,
  verdict: 'shown',
  date: '2026-01-01',
  version: '0123456789ab',
  seeds: [1, 2, 3],
  command: 'npm run claims -- --paper 80',
};

test('a status comes from a stored result and counts in full only with three seeds and all capabilities', () => {
  expect(statusOf(paper(['KLREF']), null)).toMatchObject({ status: 'open', missing: [], date: null, command: null });
  expect(statusOf(paper(['KLREF']), stored)).toMatchObject({
    status: 'shown',
    date: '2026-01-01',
    version: '0123456789ab',
    seeds: [1, 2, 3],
  });
  expect(statusOf(paper(['KLREF']), { ...stored, verdict: 'not reproduced' }).status).toBe('not reproduced');
  expect(statusOf(paper(['KLREF']), { ...stored, seeds: [1, 2] }).status).toBe('partial: shown');
  expect(statusOf(paper(['KLREF', 'DIFF']), stored)).toMatchObject({ status: 'partial: shown', missing: ['DIFF'] });
  expect(statusOf(paper(['KLREF', 'DIFF']), { ...stored, verdict: 'not reproduced' })).toMatchObject({
    status: 'partial: not reproduced',
    missing: ['DIFF'],
  });
  const unmet = { ...stored, verdict: 'precondition not met' } as const;
  expect(statusOf(paper(['KLREF']), unmet).status).toBe('precondition not met');
  expect(statusOf(paper(['DIFF']), unmet).status).toBe('partial: precondition not met');
});
