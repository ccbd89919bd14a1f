import { expect, test } from 'vitest';
import { tokensUpTo } from '../../../testing/forests.ts';
import { loraSlots } from '../../../testing/slots.ts';
import { tinyCheckpoint } from '../../../testing/tinyRun.ts';
import { random } from '../../lib/random.ts';
import { openSpec } from './feeds.ts';
import { columnsOf, type LearnerSpec } from './learner.ts';
import { microBatches } from './microBatches.ts';

const specOf = (algorithm: string): LearnerSpec => ({
  checkpoint: tinyCheckpoint(),
  slots: loraSlots({ rank: 1, alpha: 1, targets: ['q'] as const }, algorithm),
  shardSize: 4,
  promptLength: 4,
  completionLength: 9,
});
const columns = columnsOf(specOf('grpo'));

/** Rows of random tokens after the prompt of their group of eight; the completions of one row are masked out. */
function batchOf(rows: number, excluded: number) {
  const stream = random('micro-batches', rows);
  const prompts = Array.from({ length: rows / 8 }, () => [0, 1, 2, 3].map(() => stream.integer(3, 40)));
  const tokenIds = Int32Array.from({ length: rows * (columns + 1) }, (_, i) => {
    const [row, place] = [Math.floor(i / (columns + 1)), i % (columns + 1)];
    return prompts[Math.floor(row / 8)]![place] ?? stream.integer(3, 40);
  });
  const mask = Float32Array.from({ length: rows * columns }, (_, i) =>
    Number(i % columns >= 3 && Math.floor(i / columns) !== excluded),
  );
  return { rows, tokenIds, temperature: 1, arrays: { mask } };
}

test('every scored token stands in one micro-batch after its row’s own tokens; a row without one is left out', () => {
  const batch = batchOf(48, 5);
  const parts = microBatches(openSpec(specOf('grpo')), batch);
  expect(parts.flatMap(({ rows }) => rows)).toEqual([...Array(48).keys()].filter((row) => row !== 5));
  for (const { rows, columns: scored, trajectory } of parts)
    rows.forEach((row, i) => {
      expect(scored[i]).toEqual(Array.from({ length: columns - 3 }, (_, c) => c + 3));
      for (const column of scored[i]!) {
        const own = batch.tokenIds.subarray(row * (columns + 1), row * (columns + 1) + column + 2);
        expect(tokensUpTo(trajectory, i * columns + column)).toEqual([...own]);
      }
    });
});

test.each([8, 16, 48])('%i rows are divided into two or more micro-batches of about the same size', (count) => {
  const parts = microBatches(openSpec(specOf('grpo')), batchOf(count, -1));
  const sizes = parts.map(({ trajectory }) => trajectory.tokenIds!.length);
  expect(parts.length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(128);
  // Each but the last may exceed its share by a tenth.
  expect(Math.min(...sizes)).toBeGreaterThan(0.6 * Math.max(...sizes));
});

test('few states stay one micro-batch, and the rows of a pair are never parted', () => {
  expect(microBatches(openSpec(specOf('grpo')), { ...batchOf(8, -1), rows: 2 })).toHaveLength(1);
  const parts = microBatches(openSpec(specOf('dpo')), batchOf(48, -1));
  expect(parts.length).toBeGreaterThan(2);
  for (const { rows } of parts) rows.forEach((row, i) => expect(row % 2).toBe(i % 2));
});
