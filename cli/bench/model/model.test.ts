import { describe, expect, test } from 'vitest';
import { dequantizeLinear, type QuantizedWeight } from '../../../src/policy/quantize.ts';
import { gigaflopsOf, measureModel, modelText } from './measure.ts';
import { modelShapes, randomModel } from './shapes.ts';

const tiny = {
  ...modelShapes['smollm2-135m'],
  vocabSize: 2000,
  dim: 64,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  hiddenDim: 96,
};

test('operations of a gradient are those counted by hand', () => {
  const linear = 2 * 2 * (64 * 64 + 64 * 32 + 64 * 32 + 64 * 64 + 3 * 64 * 96);
  const down = 2 * 2 * 64 * 96;
  const low = 2 * 2 * 8 * (128 + 96 + 96 + 128 + 3 * 160);
  const { needed, done } = gigaflopsOf(tiny, 10);
  expect(1e9 * needed).toBeCloseTo(10 * (2 * linear + 3 * low + 3 * 2 * 64 * 2000), 3);
  expect(1e9 * (done - needed)).toBeCloseTo(10 * (linear - down + low), 3);
});

describe('random weights', () => {
  const weights = randomModel(tiny, 1).weights;
  const numbers = (name: string) => dequantizeLinear(weights.get(name) as QuantizedWeight);

  test('have mean 0 and deviation 1 / sqrt(inputs)', () => {
    const up = numbers('layers.1.up');
    const mean = up.reduce((sum, x) => sum + x, 0) / up.length;
    const deviation = Math.sqrt(up.reduce((sum, x) => sum + x * x, 0) / up.length);
    expect(Math.abs(mean)).toBeLessThan(0.1 * deviation);
    expect(deviation).toBeCloseTo(1 / 8, 2);
  });

  test('follow from seed and name', () => {
    expect(randomModel(tiny, 1).weights).toEqual(weights);
    expect(numbers('layers.0.up')).not.toEqual(numbers('layers.1.up'));
    expect(randomModel(tiny, 2).weights.get('layers.0.up')).not.toEqual(weights.get('layers.0.up'));
  });
});

test('a measurement has times, memory and a ratio to a plain product', async () => {
  const measured = await measureModel(tiny, 'node');
  expect(measured.positions).toBe(256);
  expect(measured.weights).toBe(2000 * 64 + 2 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 96 + 2 * 64) + 64);
  for (const number of [...Object.values(measured.seconds), ...Object.values(measured.ratio), measured.peakBytes])
    expect(number).toBeGreaterThan(0);
  expect(measured.ratio.needed).toBeGreaterThan(measured.ratio.done);
  expect(modelText('tiny', measured)).toContain(
    'tiny: 0.2 M random weights in 4 bits, the embedding in 8, 256 positions',
  );
});
