/** @file Samples of matrix products, block-quantized weights, norms and the fused attention. For tests. */
import { attentionSample, attentionShapes } from './attentionSample.ts';
import * as g from '../../src/engine/graph/index.ts';
import type { OperatorSample } from './operatorSample.ts';
import { at, dequantized, pairs, type Plain, sum, tabulate } from './plainLoops.ts';

/** Blocks of a weight [64, 3]: two blocks per column, every code, scales of both signs. */
const quantized = (bits: 4 | 8) => {
  const packed = Uint8Array.from({ length: (3 * 64 * bits) / 8 }, (_, i) => (i * 37 + 11) % 256);
  const scales = [0.1, -0.2, 0.3, 0.05, -0.15, 0.02].map((s) => (bits === 4 ? s : s / 16));
  const attributes: g.QuantizedAttributes = { bits, blockSize: 32, inDim: 64, outDim: 3 };
  const values = (): [g.Value, g.Value, g.QuantizedAttributes] => [
    g.constant(packed, [3, 2, (32 * bits) / 8], 'uint8'),
    g.constant(scales, [3, 2]),
    attributes,
  ];
  return { values, dense: { shape: [3, 64], data: dequantized(packed, scales, bits, 32, 64) } satisfies Plain };
};

const quantizedSamples = (bits: 4 | 8): OperatorSample => {
  const { values, dense } = quantized(bits);
  return {
    shapes: [[2, 64]],
    build: (x) => g.matmulNBits(x, ...values()),
    expected: (x) =>
      tabulate([2, 3], ([i, n]) =>
        sum(Array.from({ length: 64 }, (_, k) => at(x, [i as number, k]) * at(dense, [n as number, k]))),
      ),
  };
};

const dequantizeSamples = (bits: 4 | 8): OperatorSample[] => {
  const { values, dense } = quantized(bits);
  const rows = (x: Plain) =>
    tabulate([2, 64], ([i, k]) =>
      sum(Array.from({ length: 3 }, (_, n) => at(x, [i as number, n]) * at(dense, [n, k as number]))),
    );
  return [
    { shapes: [[2, 3]], build: (x) => g.matmul(x, g.dequantize(...values())), expected: rows },
    {
      shapes: [[1]],
      build: (x) => g.add(g.dequantize(...values()), x),
      expected: (x) => dense.data.map((w) => w + at(x, [0])),
    },
    {
      shapes: [[1]],
      build: (x) => g.add(g.dequantize(...values(), g.constant([2, 0, 2, 1], [4], 'int')), x),
      expected: (x) => [2, 0, 2, 1].flatMap((n) => dense.data.slice(64 * n, 64 * (n + 1)).map((w) => w + at(x, [0]))),
    },
  ];
};

const product =
  (shape: g.Shape) =>
  (a: Plain, b: Plain): number[] =>
    tabulate(shape, (index) => {
      const [lead, i, j] = [index.slice(0, -2), index.at(-2) as number, index.at(-1) as number];
      return sum(
        Array.from({ length: a.shape.at(-1) as number }, (_, k) => at(a, [...lead, i, k]) * at(b, [...lead, k, j])),
      );
    });

const rms = (line: readonly number[], epsilon: number): number =>
  Math.sqrt(sum(line.map((x) => x * x)) / line.length + epsilon);
const normed = (x: Plain, weight: Plain, epsilon: number): number[] => {
  const width = weight.shape[0] as number;
  return x.data.map((v, i) => {
    const start = Math.floor(i / width) * width;
    return (v / rms(x.data.slice(start, start + width), epsilon)) * (weight.data[i % width] as number);
  });
};

/** The sum over every index of all letters of a product of two tensors. */
function contracted(equation: string, a: Plain, b: Plain): number[] {
  const [left, right, out] = equation.split(/,|->/) as [string, string, string];
  const letters = [...new Set(left + right)];
  const sizes = letters.map(
    (letter) => (left.includes(letter) ? a.shape[left.indexOf(letter)] : b.shape[right.indexOf(letter)]) as number,
  );
  const summed = letters.filter((letter) => !out.includes(letter));
  const sizesOf = (axes: readonly string[]) => axes.map((letter) => sizes[letters.indexOf(letter)] as number);
  return tabulate(sizesOf([...out]), (kept) =>
    sum(
      tabulate(sizesOf(summed), (inner) => {
        const place = (axes: string) =>
          [...axes].map((l) => (out.includes(l) ? kept[out.indexOf(l)] : inner[summed.indexOf(l)]) as number);
        return at(a, place(left)) * at(b, place(right));
      }),
    ),
  );
}

const einsumSample = (equation: string, a: g.Shape, b: g.Shape): OperatorSample => ({
  shapes: [a, b],
  build: (x, y) => g.einsum(equation, x, y),
  expected: (x, y) => contracted(equation, x, y),
});

/**
 * Two heads of size 8 in `shape` [B, T, 16], turned by angles of position / (pair + 1), times 0.5: to the given
 * positions of all rows, or to consecutive ones from the only one given.
 */
function rotarySample(shape: readonly [number, number, number], given: readonly number[], interleaved: boolean) {
  const [half, factor] = [4, 0.5];
  const [batch, length] = shape;
  const positionOf = (row: number, t: number): number =>
    given.length === 1 ? (given[0] as number) + t : (given[row * length + t] as number);
  const angle = (position: number, pair: number): number => position / (pair + 1);
  const table = (f: (angle: number) => number): g.Value =>
    g.constant(
      tabulate([4, half], ([position, pair]) => factor * f(angle(position as number, pair as number))),
      [4, half],
    );
  const positions = g.constant(given, given.length === 1 ? [1] : [batch, length], 'int');
  const turned = (x: Plain) =>
    tabulate(shape, (index) => {
      const [row, t, element] = index as [number, number, number];
      const e = element % (2 * half);
      const pair = interleaved ? e >> 1 : e % half;
      const [first, second] = interleaved ? [2 * pair, 2 * pair + 1] : [pair, pair + half];
      const turn = angle(positionOf(row, t), pair);
      const [p, q] = [first, second].map((i) => at(x, [row, t, element - e + i])) as [number, number];
      return factor * (e === first ? p * Math.cos(turn) - q * Math.sin(turn) : p * Math.sin(turn) + q * Math.cos(turn));
    });
  return {
    shapes: [shape],
    build: (x: g.Value) => g.rotary(x, positions, { cosines: table(Math.cos), sines: table(Math.sin) }, interleaved),
    expected: turned,
  };
}

export const linearSamples = {
  einsum: [
    einsumSample('ij,jk->ki', [2, 3], [3, 4]),
    einsumSample('bqhd,bkhd->bhqk', [2, 3, 2, 4], [2, 2, 2, 4]),
    einsumSample('bgrqk,bkgd->bqgrd', [2, 2, 3, 2, 2], [2, 2, 2, 3]),
  ],
  rotary: [
    rotarySample([3, 1, 16], [0, 2, 1], false),
    rotarySample([2, 2, 16], [0, 3, 2, 1], true),
    rotarySample([2, 3, 16], [1], false),
    rotarySample([2, 3, 16], [0], true),
  ],
  matmul: [
    {
      shapes: [
        [2, 3],
        [3, 4],
      ],
      build: g.matmul,
      expected: product([2, 4]),
    },
    {
      shapes: [
        [2, 2, 3],
        [2, 3, 2],
      ],
      build: g.matmul,
      expected: product([2, 2, 2]),
    },
    {
      shapes: [
        [2, 2, 3],
        [3, 2],
      ],
      build: g.matmul,
      expected: product([2, 2, 2]),
    },
    {
      shapes: [
        [2, 1, 2, 3],
        [2, 3, 2],
      ],
      build: g.matmul,
      expected: product([2, 2, 2, 2]),
    },
  ],
  matmulNBits: [quantizedSamples(4), quantizedSamples(8)],
  dequantize: [...dequantizeSamples(4), ...dequantizeSamples(8)],
  rmsNorm: [
    { shapes: [[2, 2, 4], [4]], build: (x, w) => g.rmsNorm(x, w, 1e-5), expected: (x, w) => normed(x, w, 1e-5) },
    { shapes: [[2, 4], [4]], build: (x, w) => g.rmsNorm(x, w, 0.5), expected: (x, w) => normed(x, w, 0.5) },
  ],
  skipRmsNorm: [
    {
      shapes: [[2, 2, 4], [2, 2, 4], [4]],
      build: (x, skip, w) => {
        const { normed: scaled, sum: total } = g.skipRmsNorm(x, skip, w, 1e-3);
        return g.concat([scaled, total], 0);
      },
      expected: (x, skip, w) => {
        const total = pairs(x.shape, (a, b) => a + b)(x, skip);
        return [...normed({ shape: x.shape, data: total }, w, 1e-3), ...total];
      },
      float32: true,
      gradient: 'none',
    },
  ],
  siluGate: [
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      build: g.siluGate,
      expected: (x, gate) => pairs(x.shape, (a, b) => (a * b) / (1 + Math.exp(-b)))(x, gate),
      gradient: 'none',
    },
    {
      shapes: [
        [1, 4],
        [1, 4],
      ],
      build: g.siluGate,
      expected: () => [-3e5, 0, 2 * (1 / (1 + Math.exp(-1))), 0],
      at: [
        [-1e4, 7, 2, 1e-3],
        [30, -200, 1, 0],
      ],
      float32: true,
      gradient: 'none',
    },
  ],
  groupQueryAttention: [true, false].map((interleaved) => ({
    shapes: attentionShapes,
    ...attentionSample(interleaved),
    float32: true,
    gradient: 'none' as const,
  })),
} satisfies Partial<Record<g.Op, readonly OperatorSample[]>>;
