/** @file The plain rules against the samples of every operator, the derivatives against finite differences. */
import { describe, expect, test } from 'vitest';
import { derivatives } from '../../../testing/engine/finiteDifference.ts';
import { operatorSamples } from '../../../testing/engine/operatorSamples.ts';
import type { OperatorSample } from '../../../testing/engine/operatorSample.ts';
import { random } from '../../lib/random.ts';
import { grad } from '../autodiff/grad.ts';
import { add, erf, input, mul, reduceSum, sizeOf } from '../graph/index.ts';
import { evaluate } from './evaluate.ts';

const nameOf = (i: number): string => `x${i}`;

/** The sample's inputs, drawn from its range or as it states them. */
function dataOf({ shapes, range: [low, high] = [-1, 1], at }: OperatorSample): number[][] {
  const stream = random('plain', 1);
  return shapes.map((shape, i) => [
    ...(at?.[i] ?? Array.from({ length: sizeOf(shape) }, () => low + (high - low) * stream.uniform())),
  ]);
}

const feedsOf = (data: readonly (readonly number[])[]) =>
  Object.fromEntries(data.map((numbers, i) => [nameOf(i), numbers]));

const samples = Object.entries(operatorSamples).flatMap(([op, all]) =>
  all.map((sample, i) => [`${op} ${i}`, sample] as const),
);

describe.each(samples)('%s', (_, sample) => {
  const inputs = sample.shapes.map((shape, i) => input(nameOf(i), shape));
  const built = sample.build(...inputs);
  const data = dataOf(sample);

  test('gives the numbers of plain loops', () => {
    const expected = sample.expected(...data.map((numbers, i) => ({ shape: sample.shapes[i]!, data: numbers })));
    const [found] = evaluate([built], feedsOf(data));
    expect(found).toHaveLength(expected.length);
    expected.forEach((x, i) => expect(Math.abs(found![i]! - x)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(x))));
  });

  if (sample.gradient !== 'none')
    test('has the gradient of finite differences, or the one stated', async () => {
      const gradients = evaluate(grad(reduceSum(built), inputs), feedsOf(data));
      for (const [i, gradient] of gradients.entries()) {
        const sumAt = async (point: readonly number[]) =>
          evaluate([reduceSum(built)], feedsOf(data.map((numbers, k) => (k === i ? point : numbers))))[0]![0]!;
        const entries = [...gradient!.keys()].slice(0, 6);
        const stated = Array.isArray(sample.gradient) ? sample.gradient[i] : undefined;
        const expected = stated?.slice(0, 6) ?? (await derivatives(sumAt, data[i]!, entries));
        const found = entries.map((entry) => gradient![entry]!);
        expect(found.every((x, k) => Math.abs(x - expected[k]!) <= 1e-6 * Math.max(1, Math.abs(expected[k]!)))).toBe(
          true,
        );
      }
    });
});

test('only values that depend on an unfed input are unknown', () => {
  const [x, unknown] = [input('x', [2]), input('unknown', [2])];
  const product = mul(x, unknown);
  expect(evaluate([add(x, 1), product, grad(reduceSum(product), [unknown])[0]!], { x: [1, 2] })).toEqual([
    Float64Array.of(2, 3),
    null,
    Float64Array.of(1, 2),
  ]);
});

test('erf is right where its series would not be', () => {
  const x = input('x', [4]);
  const [found] = evaluate([erf(x)], { x: [2.9, 3.1, -4, 30] });
  // Abramowitz and Stegun, table 7.1, and Python's math.erf.
  [0.9999589021219005, 0.9999883513426328, -0.9999999845827421, 1].forEach((value, i) =>
    expect(found![i]).toBeCloseTo(value, 12),
  );
});
