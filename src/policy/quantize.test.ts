/** @file Layout, error bounds and refusals of the block quantization. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../lib/random.ts';
import { BLOCK_SIZE, dequantizeLinear, packedShape, quantizeLinear, quantizeRows, type Bits } from './quantize.ts';

/** A weight [inputs, outputs] with normal entries. */
function normalWeight(inputs: number, outputs: number): Float32Array {
  const source = random(7, 'quantize', inputs, outputs);
  return Float32Array.from({ length: inputs * outputs }, () => source.normal());
}

const squaredError = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0);

/** Plain rounding of one block at max / largest code; a grid search must not lose to it. */
function roundingError(block: Float32Array, bits: Bits): number {
  const largest = 2 ** (bits - 1) - 1;
  const scale = Math.fround(Math.max(...block.map(Math.abs)) / largest);
  return scale === 0
    ? 0
    : squaredError(
        block,
        Float32Array.from(block, (value) => Math.round(value / scale) * scale),
      );
}

describe('layout', () => {
  test('4 bits: column by column, two codes a byte, the lower input in the low nibble, zero is 8', () => {
    // Two columns of 32 inputs. Column 0 holds -8..7 twice, which 4 bits represent exactly; column 1 is zero.
    const weight = new Float32Array(BLOCK_SIZE * 2);
    for (let k = 0; k < BLOCK_SIZE; k++) weight[k * 2] = (k % 16) - 8;
    const quantized = quantizeLinear(weight, [BLOCK_SIZE, 2], 4);
    expect(packedShape([BLOCK_SIZE, 2], 4)).toEqual([2, 1, 16]);
    expect([...quantized.scales]).toEqual([1, 0]);
    const column0 = [0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe];
    expect([...quantized.packed]).toEqual([...column0, ...column0, ...Array<number>(16).fill(0x88)]);
  });

  test('8 bits: one code a byte, zero is 128', () => {
    const weight = Float32Array.from({ length: BLOCK_SIZE }, (_, k) =>
      k === 0 ? -128 : k === 1 ? 127 : k === 2 ? 5 : 0,
    );
    const quantized = quantizeLinear(weight, [BLOCK_SIZE, 1], 8);
    expect([...quantized.scales]).toEqual([1]);
    expect([...quantized.packed]).toEqual([0, 255, 133, ...Array<number>(29).fill(128)]);
  });

  test('blocks of one column are adjacent, and the scale index runs over them first', () => {
    // [64, 3]: all values of a block are column * 2 + block + 1.
    const weight = Float32Array.from({ length: 64 * 3 }, (_, i) => (i % 3) * 2 + Math.floor(i / 3 / 32) + 1);
    const quantized = quantizeLinear(weight, [64, 3], 4);
    const perBlock = Array.from(
      quantized.scales,
      (scale, index) => scale * (((quantized.packed[index * 16] as number) & 15) - 8),
    );
    perBlock.forEach((value, index) => expect(value).toBeCloseTo(index + 1, 5));
    expect(quantized.packed).toHaveLength(3 * 2 * 16);
  });
});

describe('error', () => {
  test.each<[Bits, number]>([
    [4, 0.0085],
    [8, 0.00004],
  ])('%i bits: mean squared error of a normal weight stays under %f', (bits, bound) => {
    const weight = normalWeight(128, 48);
    const restored = dequantizeLinear(quantizeLinear(weight, [128, 48], bits));
    const error = squaredError(weight, restored) / weight.length;
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(bound);
  });

  const values = fc.array(fc.float({ noNaN: true, min: -1000, max: 1000 }), {
    minLength: BLOCK_SIZE,
    maxLength: BLOCK_SIZE,
  });
  test.each<Bits>([4, 8])('%i bits: no block is worse than plain rounding', (bits) => {
    fc.assert(
      fc.property(values, (numbers) => {
        const block = Float32Array.from(numbers);
        const restored = dequantizeLinear(quantizeLinear(block, [BLOCK_SIZE, 1], bits));
        // Both restored blocks are rounded to float32, each number by at most half a unit in the last place of the
        // largest.
        const rounding = Math.sqrt(BLOCK_SIZE) * Math.max(...block.map(Math.abs)) * 2 ** -23;
        expect(Math.sqrt(squaredError(block, restored))).toBeLessThanOrEqual(
          Math.sqrt(roundingError(block, bits)) + rounding,
        );
      }),
      { numRuns: 300 },
    );
  });

  test.each<Bits>([4, 8])('%i bits: quantizing a second time changes nothing', (bits) => {
    const once = dequantizeLinear(quantizeLinear(normalWeight(64, 8), [64, 8], bits));
    const twice = dequantizeLinear(quantizeLinear(once, [64, 8], bits));
    expect(squaredError(once, twice) / once.length).toBeLessThan(1e-9);
  });

  test('quantized columns of a larger matrix equal the columns quantized alone', () => {
    const weight = normalWeight(64, 5);
    const whole = dequantizeLinear(quantizeLinear(weight, [64, 5], 4));
    for (let column = 0; column < 5; column++) {
      const alone = Float32Array.from({ length: 64 }, (_, k) => weight[k * 5 + column] as number);
      const expected = dequantizeLinear(quantizeLinear(alone, [64, 1], 4));
      expect([...expected]).toEqual(Array.from({ length: 64 }, (_, k) => whole[k * 5 + column]));
    }
  });
});

describe('in one pass', () => {
  const rows = normalWeight(96, 128);

  test.each<[Bits, number]>([
    [4, 0.012],
    [8, 0.00005],
  ])('%i bits: mean squared error of a normal weight stays under %f', (bits, bound) => {
    const columns = dequantizeLinear(quantizeRows(rows, [128, 96], bits));
    const restored = Float32Array.from(rows, (_, i) => columns[(i % 128) * 96 + Math.floor(i / 128)] as number);
    const error = squaredError(rows, restored) / rows.length;
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(bound);
  });

  test('zeros, a single value and the largest magnitude are exact', () => {
    const block = new Float32Array(3 * BLOCK_SIZE);
    block[40] = 0.3;
    block.fill(-2, 64, 80);
    const restored = dequantizeLinear(quantizeRows(block, [BLOCK_SIZE, 3], 4));
    expect(Array.from(restored, (x) => x + 0)).toEqual(
      Array.from(block, (_, i) => block[(i % 3) * BLOCK_SIZE + Math.floor(i / 3)] as number),
    );
  });
});

describe('refusals', () => {
  test('inputs that do not fill blocks', () => {
    expect(() => quantizeLinear(new Float32Array(40), [40, 1], 4, 'layers.0.down')).toThrow(
      /layers\.0\.down: 40 inputs are not a multiple of the block size 32/,
    );
  });
  test('data that does not fill the shape', () => {
    expect(() => quantizeLinear(new Float32Array(33), [32, 1], 4, 'head')).toThrow(
      /head: 33 values do not fill the shape \[32, 1\]/,
    );
  });
  test('values that are not finite', () => {
    const weight = new Float32Array(64);
    weight[40] = Number.NaN;
    expect(() => quantizeLinear(weight, [64, 1], 8, 'head')).toThrow(
      /head: values of column 0, rows 32 to 63 are not all finite/,
    );
  });
});
