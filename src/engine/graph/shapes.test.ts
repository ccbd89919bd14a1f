/**
 * @file Shape and type rules of every family of operators: bad inputs are refused, with operator, shapes and scope in
 * the message.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as g from './index.ts';

const f = (...shape: number[]) => g.input('f', shape);
const int = (...shape: number[]) => g.input('i', shape, 'int');
const bool = (...shape: number[]) => g.input('b', shape, 'bool');
const bytes = (...shape: number[]) => g.input('u', shape, 'uint8');
const quantized: g.QuantizedAttributes = { bits: 4, blockSize: 32, inDim: 64, outDim: 3 };
const attention: g.AttentionAttributes = { heads: 4, kvHeads: 2, capacity: 8, interleaved: false };

interface Attention {
  qkv?: g.Value;
  keys?: g.Value;
  values?: g.Value;
  position?: g.Value;
  cosines?: g.Value;
  sines?: g.Value;
  heads?: number;
}
/** Valid arguments, except for the ones given. Heads of size 4, batch 2. */
const attend = ({
  qkv = f(2, 1, 32),
  keys = f(2, 2, 8, 4),
  values = f(2, 2, 8, 4),
  position = int(2),
  cosines = f(8, 2),
  sines = f(8, 2),
  heads = 4,
}: Attention = {}) => g.groupQueryAttention(qkv, keys, values, position, { cosines, sines }, { ...attention, heads });

const refusals: readonly [message: string, build: () => unknown][] = [
  ['exp(int[2]): needs float', () => g.exp(int(2))],
  ['floor(bool[2]): needs float', () => g.floor(bool(2))],
  ['add(float[2,3], float[2]): sizes 3 and 2 of axis 1 do not broadcast', () => g.add(f(2, 3), f(2))],
  ['mul(float[2], int[2]): types differ', () => g.mul(f(2), int(2))],
  ['max(bool[2], bool[2]): needs numbers', () => g.max(bool(2), bool(2))],
  ['less(float[4], float[3]): sizes 4 and 3 of axis 0 do not broadcast', () => g.less(f(4), f(3))],
  ['equal(bool[2], bool[2]): needs numbers', () => g.equal(bool(2), bool(2))],
  ['and(float[2], bool[2]): needs bool', () => g.and(f(2), bool(2))],
  ['not(int[2]): needs bool', () => g.not(int(2))],
  ['where(float[2], float[2], float[]): the condition must be bool', () => g.where(f(2), f(2), 0)],
  ['where(bool[2], float[3], float[3]): sizes 2 and 3 of axis 0 do not broadcast', () => g.where(bool(2), f(3), f(3))],
  ['where(float[2], int[2]): types differ', () => g.where(bool(2), f(2), int(2))],
  ['reduceSum(int[2]): needs float', () => g.reduceSum(int(2))],
  ['reduceMax(float[2,3]): no axis 2', () => g.reduceMax(f(2, 3), { axes: 2 })],
  ['reduceMean(float[2,3]): an axis is named twice in [1,1]', () => g.reduceMean(f(2, 3), { axes: [1, -1] })],
  ['softmax(float[2,3]): no axis -3', () => g.softmax(f(2, 3), -3)],
  ['softmax(int[2]): needs float', () => g.softmax(int(2))],
  ['cumSum(float[2]): no axis 0.5', () => g.cumSum(f(2), 0.5)],
  ['reshape(float[2,3]): cannot become [4,-1]', () => g.reshape(f(2, 3), [4, -1])],
  ['reshape(float[2,3]): cannot become [-1,-1]', () => g.reshape(f(2, 3), [-1, -1])],
  ['reshape(float[2,3]): cannot become [-2,-3]', () => g.reshape(f(2, 3), [-2, -3])],
  ['transpose(float[2,3]): [0,0] is not an order of its axes', () => g.transpose(f(2, 3), [0, 0])],
  ['transpose(float[3]): [0,-1] is not an order of its axes', () => g.transpose(f(3))],
  ['expand(float[2,3]): cannot become [3]', () => g.expand(f(2, 3), [3])],
  ['expand(float[2,3]): cannot become [2,4]', () => g.expand(f(2, 3), [2, 4])],
  ['concat(): needs at least one value', () => g.concat([], 0)],
  ['concat(float[2,3], float[2,4]): types or sizes beside axis 0 differ', () => g.concat([f(2, 3), f(2, 4)], 0)],
  ['concat(float[2], int[2]): types or sizes beside axis 0 differ', () => g.concat([f(2), int(2)], 0)],
  ['slice(float[2,3]): 1..4 is outside axis 1', () => g.slice(f(2, 3), 1, 1, 4)],
  ['slice(float[2,3]): 2..2 is outside axis 1', () => g.slice(f(2, 3), 1, 2, 2)],
  ['slice(float[2,3]): 0.5..2 is outside axis 1', () => g.slice(f(2, 3), 1, 0.5, 2)],
  ['pad(float[2]): -1 and 0 are not sizes', () => g.pad(f(2), 0, -1, 0)],
  ['gather(float[4,2], float[3]): needs a table and int indices', () => g.gather(f(4, 2), f(3))],
  ['matmul(float[2,3], float[4,2]): inner sizes differ', () => g.matmul(f(2, 3), f(4, 2))],
  ['matmul(float[3], float[3,2]): inner sizes differ', () => g.matmul(f(3), f(3, 2))],
  ['matmul(float[2,2,3], int[2,3,2]): needs float', () => g.matmul(f(2, 2, 3), int(2, 3, 2))],
  [
    'matmul(float[2,2,3], float[4,3,2]): sizes 2 and 4 of axis 0 do not broadcast',
    () => g.matmul(f(2, 2, 3), f(4, 3, 2)),
  ],
  [
    'matmulNBits(float[2,32], uint8[3,2,16], float[3,2]): the last axis must be 64',
    () => g.matmulNBits(f(2, 32), bytes(3, 2, 16), f(3, 2), quantized),
  ],
  ['packed blocks must be [3,2,16]', () => g.matmulNBits(f(2, 64), bytes(3, 2, 32), f(3, 2), quantized)],
  ['scales must be [3,2]', () => g.dequantize(bytes(3, 2, 16), f(6), quantized)],
  ['packed blocks must be uint8 and scales float', () => g.dequantize(f(3, 2, 16), f(3, 2), quantized)],
  [
    '60 is not a multiple of the block size 32',
    () => g.dequantize(bytes(3, 2, 16), f(3, 2), { ...quantized, inDim: 60 }),
  ],
  ['rmsNorm(float[2,4], float[3]): the weight must match the last axis', () => g.rmsNorm(f(2, 4), f(3), 1e-5)],
  ['rmsNorm(int[2,4], float[4]): needs float', () => g.rmsNorm(int(2, 4), f(4), 1e-5)],
  ['skipRmsNorm(float[2,4], float[4], float[4]): x and skip differ', () => g.skipRmsNorm(f(2, 4), f(4), f(4), 1e-5)],
  [
    'skipRmsNorm(float[2,4], float[2,4], float[2]): the weight must match the last axis',
    () => g.skipRmsNorm(f(2, 4), f(2, 4), f(2), 1e-5),
  ],
  ['siluGate(float[2,4], float[4]): x and gate differ', () => g.siluGate(f(2, 4), f(4))],
  ['argMax(int[2,3]): needs float with an axis', () => g.argMax(int(2, 3))],
  ['gatherElements(float[2,3], int[3,1]): needs float, and int', () => g.gatherElements(f(2, 3), int(3, 1))],
  ['takes one new token per row', () => attend({ qkv: f(2, 2, 32) })],
  ['the cache does not match heads', () => attend({ keys: f(2, 4, 8, 4) })],
  ['the cache does not match heads', () => attend({ values: f(2, 2, 7, 4) })],
  ['position must be int[2]', () => attend({ position: int(3) })],
  ['position must be int[2]', () => attend({ position: f(2) })],
  ['cosines and sines must be [8,2]', () => attend({ sines: f(8, 4) })],
  ['5 heads do not share 2 evenly', () => attend({ heads: 5 })],
  ['constant: 3 numbers do not fill [2]', () => g.constant([1, 2, 3], [2])],
  ['input x: [2,0] is not a shape', () => g.input('x', [2, 0])],
];

describe('shape and type rules', () => {
  test.each(refusals)('%s', (message, build) => {
    expect(build).toThrow(g.GraphError);
    expect(build).toThrow(message);
  });

  test('groupQueryAttention accepts a valid call', () => {
    expect(attend().attended.shape).toEqual([2, 1, 16]);
  });

  test('the message names the enclosing scopes from the outside in, and none after they are left', () => {
    const broken = () => g.matmul(f(2, 3), f(2, 3));
    expect(() => g.scope('layers.0', () => g.scope('attention', broken))).toThrow(
      'matmul(float[2,3], float[2,3]): inner sizes differ (in layers.0/attention)',
    );
    expect(broken).toThrow(/inner sizes differ$/);
  });
});

/** NumPy's rule as written: pad with ones in front, then each pair of sizes is equal or one of them is 1. */
function broadcast(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const longA = [...Array<number>(rank - a.length).fill(1), ...a];
  const longB = [...Array<number>(rank - b.length).fill(1), ...b];
  const sizes = longA.map((n, i) => (n === longB[i] || longB[i] === 1 ? n : n === 1 ? (longB[i] as number) : -1));
  return sizes.includes(-1) ? null : sizes;
}

describe('broadcasting', () => {
  const shape = fc.array(fc.constantFrom(1, 1, 2, 3), { maxLength: 4 });

  test("two shapes give the shape of NumPy's rule, or are refused", () => {
    let refused = 0;
    let accepted = 0;
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const expected = broadcast(a, b);
        const build = () => g.add(f(...a), f(...b));
        if (expected) {
          expect(build().shape).toEqual(expected);
          accepted++;
        } else {
          expect(build).toThrow('do not broadcast');
          refused++;
        }
      }),
      { numRuns: 300 },
    );
    expect(Math.min(refused, accepted)).toBeGreaterThan(20);
  });

  test('three shapes broadcast like two and then the third', () => {
    fc.assert(
      fc.property(shape, shape, shape, (a, b, c) => {
        const pair = broadcast(a, b);
        const expected = pair && broadcast(pair, c);
        const build = () => g.where(bool(...a), f(...b), f(...c));
        if (expected) expect(build().shape).toEqual(expected);
        else expect(build).toThrow('do not broadcast');
      }),
      { numRuns: 200 },
    );
  });
});
