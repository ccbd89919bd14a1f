/** @file Casting to 16 bits and back rounds plain numbers as ONNX Runtime does. */
import { expect, test } from 'vitest';
import { cast, input } from '../graph/index.ts';
import { compile } from '../onnx/compile.ts';
import { loadGraph } from '../onnx/graphRun.ts';
import { createNodeRuntime } from '../runtime/node.ts';
import { evaluate } from './evaluate.ts';

// Ties to even (2049, 2051), the largest number and beyond, subnormal numbers, and numbers below all of them.
const numbers = [0, 1, -1.5, 0.1, 1 / 3, 2047.4, 2049, 2051, 65504, 65519, 65520, -1e6, 6.1e-5, 3e-6, 8.9e-8, 1e-9];

test('plain numbers are rounded to half precision as by the runtime', async () => {
  const x = input('x', [numbers.length]);
  const y = cast(cast(x, 'half'), 'float');
  const runtime = await createNodeRuntime();
  const kept = await loadGraph(runtime, compile('kept', { half: cast(x, 'half') }));
  const bits = (await kept.run({ x: numbers })).half as number[];
  const back = bits.map((b) => {
    const [sign, exponent, fraction] = [b >> 15 ? -1 : 1, (b >> 10) & 31, b & 1023];
    if (exponent === 31) return sign * Infinity;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  });
  const [plain] = evaluate([y], { x: Float64Array.from(numbers, Math.fround) });
  expect(Array.from(plain as ArrayLike<number>)).toEqual(back);
  await runtime.dispose();
});
