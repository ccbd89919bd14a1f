/** @file The forms in which an adapted linear layer is computed: one formula, and the nodes that suit the runtime. */
import { describe, expect, test } from 'vitest';
import { random } from '../lib/random.ts';
import { tinyConfig } from '../../testing/tinyPolicy.ts';
import { grad } from '../engine/autodiff/grad.ts';
import { add, constant, input, matmul, mul, reduceSum, type Value } from '../engine/graph/index.ts';
import { onnx } from '../engine/onnx/generated/onnx.js';
import { compile } from '../engine/onnx/compile.ts';
import { evaluate } from '../engine/plain/evaluate.ts';
import { adapterLayout, withAdapter } from './lora.ts';
import { fedParameters, frozenParameters, type Parameters } from './parameters.ts';
import { quantizeLinear, type Weight } from './quantize.ts';

const [inDim, outDim, rank] = [32, 8, 2];
const name = 'layers.0.q';
const draw = (label: string, count: number) => {
  const stream = random('lora', label);
  return Float32Array.from({ length: count }, () => stream.normal());
};
const weight = draw('weight', inDim * outDim);
const dense = new Map<string, Weight>([[name, { kind: 'dense', shape: [inDim, outDim], data: weight }]]);
const blocks = new Map<string, Weight>([[name, quantizeLinear(weight, [inDim, outDim], 8)]]);
const layout = adapterLayout(tinyConfig, { rank, alpha: 6, targets: ['q'] });

/** The layer with its gradients, and the same by the formula x W + (alpha / rank) x A B. */
function layerOf(base: Parameters, rows: number) {
  const [x, a, b] = [input('x', [rows, inDim]), input('a', [inDim, rank]), input('b', [rank, outDim])];
  const matrices = new Map([
    [`${name}.a`, a],
    [`${name}.b`, b],
  ]);
  const y = withAdapter(base, { layout, matrices }).linear(name, x);
  const formula = add(matmul(x, base.dense(name)), mul(matmul(matmul(x, a), b), 3));
  const weights = constant(draw('loss', rows * outDim), [rows, outDim]);
  const derived = (v: Value) => [v, ...grad(reduceSum(mul(v, weights)), [x, a, b])];
  return { actual: derived(y), expected: derived(formula), y };
}

const feeds = (rows: number) => ({
  x: draw('x', rows * inDim),
  a: draw('a', inDim * rank),
  b: draw('b', rank * outDim),
  [`weight.${name}`]: weight,
});

const productsOf = (y: Value): number =>
  (onnx.ModelProto.decode(compile('layer', { y }).bytes).graph?.node ?? []).filter(({ op_type }) =>
    ['Gemm', 'MatMul', 'MatMulNBits'].includes(op_type ?? ''),
  ).length;

describe('an adapted layer', () => {
  test.each([
    { form: 'dense weights: products with A and B', base: frozenParameters(dense), rows: 7, products: 3 },
    { form: 'blocks: products with A and B', base: frozenParameters(blocks, 0), rows: 7, products: 3 },
    { form: 'fed weights: one product with the merged weight', base: fedParameters(dense), rows: 7, products: 2 },
  ])('$form', ({ base, rows, products }) => {
    const { actual, expected, y } = layerOf(base, rows);
    const [found, wanted] = [evaluate(actual, feeds(rows)), evaluate(expected, feeds(rows))];
    found.forEach((data, i) =>
      data?.forEach((value, j) => expect(value, `value ${j} of ${i}`).toBeCloseTo(wanted[i]?.[j] as number, 9)),
    );
    expect(found.map((data) => data?.length)).toEqual([rows * outDim, rows * inDim, inDim * rank, rank * outDim]);
    expect(productsOf(y)).toBe(products);
  });
});
