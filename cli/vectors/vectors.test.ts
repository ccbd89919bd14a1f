/** @file Published numbers through the compiled graphs, as `npm run vectors` compares them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNodeRuntime } from '../../src/engine/runtime/node.ts';
import type { Runtime } from '../../src/engine/runtime/runtime.ts';
import { edgeVectors, handVectors, klComparisons, klVectors, numberComparisons } from './published.ts';
import { trinityInput, trinityVectors } from './trinity.ts';
import { compareVectors, errorOf, TOLERANCE } from './vector.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

test("trinityInput marks the same expert rows as Trinity's test", () => {
  expect(trinityInput().expert).toEqual([0, 0, 1, 1, 1]);
});

test.each([...trinityVectors(), ...klVectors(), ...handVectors(), ...edgeVectors()])('$name', async (vector) => {
  const [comparison] = await compareVectors(runtime, [vector]);
  expect(comparison && errorOf(comparison)).toBeLessThan(TOLERANCE);
});

test.each(numberComparisons())('$name', (comparison) => {
  expect(errorOf(comparison)).toBeLessThan(TOLERANCE);
});

test('the mean of each KL estimator equals the published one', async () => {
  const comparisons = await klComparisons(runtime);
  expect(comparisons).toHaveLength(3);
  for (const comparison of comparisons) expect(errorOf(comparison)).toBeLessThan(TOLERANCE);
});

test('errorOf detects a number that is off, or NaN', () => {
  expect(errorOf({ name: '', source: '', theirs: 1, ours: 1.001 })).toBeGreaterThan(TOLERANCE);
  expect(errorOf({ name: '', source: '', theirs: 1, ours: NaN })).toBe(Infinity);
});
