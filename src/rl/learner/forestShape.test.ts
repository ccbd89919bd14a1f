import { expect, test } from 'vitest';
import { forestShape } from './forestShape.ts';

const spec = { checkpoint: new Uint8Array(), slots: {}, shardSize: 32, promptLength: 10 };

test.each([2, 5, 13, 23, 128, 300])('for completions of %i tokens a pair fits whole, and rows are pairs', (length) => {
  const { rows, columns, states } = forestShape({ ...spec, completionLength: length }, 2, false);
  expect(rows % 2).toBe(0);
  expect(states).toBeGreaterThanOrEqual(2 * columns);
  expect(columns).toBe(spec.promptLength + length - 1);
});

test('a micro-batch that a spec asks for has that many rows and states', () => {
  const microBatch = { rows: 100, states: 512 };
  expect(forestShape({ ...spec, completionLength: 13, microBatch }, 1, true)).toMatchObject({
    ...microBatch,
    isFixed: true,
  });
});
