/** @file Others' numbers through the compiled graphs, as `npm run vectors` compares them. */
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

test("the expert's rows are those of the test that is compared with", () => {
  expect(trinityInput().expert).toEqual([0, 0, 1, 1, 1]);
});

test.each([...trinityVectors(), ...klVectors(), ...handVectors(), ...edgeVectors()])('$name', async (vector) => {
  const [comparison] = await compareVectors(runtime, [vector]);
  expect(comparison && errorOf(comparison)).toBeLessThan(TOLERANCE);
});

test.each(numberComparisons())('$name', (comparison) => {
  expect(errorOf(comparison)).toBeLessThan(TOLERANCE);
});

test('the means of the estimators of the divergence', async () => {
  const comparisons = await klComparisons(runtime);
  expect(comparisons).toHaveLength(3);
  for (const comparison of comparisons) expect(errorOf(comparison)).toBeLessThan(TOLERANCE);
});

test('a number that is off, or none, is seen', () => {
  expect(errorOf({ name: '', source: '', theirs: 1, ours: 1.001 })).toBeGreaterThan(TOLERANCE);
  expect(errorOf({ name: '', source: '', theirs: 1, ours: NaN })).toBe(Infinity);
});
