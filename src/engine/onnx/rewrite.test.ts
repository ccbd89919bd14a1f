/** @file Which ONNX nodes a graph becomes, and that they compute the numbers of the graph. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../lib/random.ts';
import { grad } from '../autodiff/grad.ts';
import * as g from '../graph/index.ts';
import { evaluate } from '../plain/evaluate.ts';
import { createNodeRuntime } from '../runtime/node.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type CompiledGraph, compile } from './compile.ts';
import { onnx } from './generated/onnx.js';
import { largestError, runGraph } from './graphRun.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

const typesOf = ({ bytes }: CompiledGraph): string[] =>
  (onnx.ModelProto.decode(bytes).graph?.node ?? []).map(({ op_type }) => op_type ?? '').sort();

const numbers = (name: string, shape: g.Shape): number[] => {
  const stream = random('rewrite', name);
  return Array.from({ length: g.sizeOf(shape) }, () => stream.normal());
};

/** The node types of a graph of these inputs, after its numbers were compared with the plain rules in both precisions. */
async function nodesOf(
  shapes: readonly g.Shape[],
  build: (...inputs: g.Value[]) => Record<string, g.Value>,
): Promise<string[]> {
  const outputs = build(...shapes.map((shape, i) => g.input(`x${i}`, shape)));
  const feeds = Object.fromEntries(shapes.map((shape, i) => [`x${i}`, numbers(`x${i}`, shape)]));
  const expected = evaluate(Object.values(outputs), feeds);
  for (const [precision, tolerance] of [
    ['float64', 1e-12],
    ['float32', 1e-5],
  ] as const) {
    const actual = await runGraph(runtime, compile('rewritten', outputs, precision), feeds);
    Object.keys(outputs).forEach((name, i) =>
      expect(largestError(actual[name], expected[i] as Float64Array), `${name} in ${precision}`).toBeLessThan(
        tolerance,
      ),
    );
  }
  return typesOf(compile('rewritten', outputs));
}

describe('matrix products', () => {
  test('take in transposes, a factor and a sum', async () => {
    const build = (a: g.Value, b: g.Value, c: g.Value) => ({
      y: g.add(c, g.mul(g.matmul(g.transpose(a), g.transpose(b)), 2)),
    });
    expect(
      await nodesOf(
        [
          [3, 2],
          [4, 3],
          [2, 4],
        ],
        build,
      ),
    ).toEqual(['Gemm']);
  });

  test('add to one another in sums of several terms', async () => {
    const build = (a: g.Value, b: g.Value, c: g.Value) => ({
      y: g.add(g.add(g.matmul(a, b), g.matmul(b, a)), g.exp(c)),
    });
    expect(
      await nodesOf(
        [
          [3, 3],
          [3, 3],
          [3, 3],
        ],
        build,
      ),
    ).toEqual(['Exp', 'Gemm', 'Gemm']);
  });

  test('are computed transposed where their transpose is read, unless that has few columns', async () => {
    const build = (a: g.Value, b: g.Value) => ({ y: g.transpose(g.matmul(a, b)) });
    expect(
      await nodesOf(
        [
          [2, 3],
          [3, 4],
        ],
        build,
      ),
    ).toEqual(['MatMul', 'Transpose']);
    expect(
      await nodesOf(
        [
          [4, 3],
          [3, 2],
        ],
        build,
      ),
    ).toEqual(['Gemm']);
  });

  test('stay apart from a sum if something else reads them', async () => {
    const build = (a: g.Value, b: g.Value) => {
      const product = g.matmul(a, b);
      return { product, y: g.add(b, product) };
    };
    expect(
      await nodesOf(
        [
          [2, 2],
          [2, 3],
        ],
        build,
      ),
    ).toEqual(['Add', 'MatMul']);
  });
});

describe('products of named axes as matrix products', () => {
  const nodes = (equation: string, a: g.Shape, b: g.Shape) =>
    nodesOf([a, b], (x, y) => ({ y: g.einsum(equation, x, y, 'matmul') }));

  test('move only the axes that stand in another order', async () => {
    expect(await nodes('bgqk,bgkd->bgqd', [2, 2, 3, 4], [2, 2, 4, 5])).toEqual(['FusedMatMul']);
    expect(await nodes('bgqk,bgqd->bgkd', [2, 2, 3, 4], [2, 2, 3, 5])).toEqual(['FusedMatMul']);
    expect(await nodes('bqgd,bkgd->bgqk', [2, 3, 2, 5], [2, 4, 2, 5])).toEqual([
      'FusedMatMul',
      'Transpose',
      'Transpose',
    ]);
    expect(await nodes('bgqk,bkgd->bqgd', [2, 2, 3, 4], [2, 4, 2, 5])).toEqual([
      'FusedMatMul',
      'Transpose',
      'Transpose',
    ]);
  });

  test('join axes that form one side of a matrix', async () => {
    const grouped = await nodes('bqgrd,bkgd->bgrqk', [2, 3, 2, 2, 5], [2, 4, 2, 5]);
    expect(grouped.filter((type) => type === 'FusedMatMul')).toHaveLength(1);
    const back = await nodes('bgrqk,bqgrd->bkgd', [2, 2, 2, 3, 4], [2, 3, 2, 2, 5]);
    expect(back.filter((type) => type === 'FusedMatMul')).toHaveLength(1);
  });

  test('move an operand of two products once', async () => {
    const build = (a: g.Value, b: g.Value) => ({
      y: g.einsum('bqgd,bkgd->bgqk', a, b, 'matmul'),
      z: g.einsum('bkgd,bqgd->bgkq', b, a, 'matmul'),
    });
    const types = await nodesOf(
      [
        [2, 3, 2, 5],
        [2, 4, 2, 5],
      ],
      build,
    );
    expect(types).toEqual(['FusedMatMul', 'FusedMatMul', 'Transpose', 'Transpose']);
  });
});

describe('nodes that disappear', () => {
  const [pair] = [[[2, 3]]] as const;

  test('equal nodes are one, also with constants of equal numbers', async () => {
    const build = (x: g.Value) => ({
      y: g.mul(g.exp(g.add(x, g.constant([1, 2, 3], [3]))), g.exp(g.add(x, g.constant([1, 2, 3], [3])))),
    });
    expect(await nodesOf(pair, build)).toEqual(['Add', 'Exp', 'Mul']);
  });

  test('two inputs of one name stay an error', () => {
    expect(() => compile('twice', { y: g.add(g.input('x', [2]), g.input('x', [2])) })).toThrow(
      'two inputs are named x',
    );
  });

  test('operators on constants are folded', async () => {
    const build = (x: g.Value) => ({ y: g.mul(x, g.exp(g.neg(g.constant([1, 2, 3], [3])))) });
    expect(await nodesOf(pair, build)).toEqual(['Mul']);
  });

  test('a transpose and a reshape that are undone, a factor of 1 and an expansion before a product disappear', async () => {
    const build = (x: g.Value) => ({
      transposed: g.exp(g.transpose(g.transpose(x))),
      reshaped: g.neg(g.reshape(g.reshape(x, [6]), [3, 2])),
      product: g.mul(g.constant([1], [1]), g.mul(g.expand(g.reduceSum(x, { axes: 1, keepDims: true }), [2, 3]), x)),
    });
    expect(await nodesOf(pair, build)).toEqual(['Exp', 'Mul', 'Neg', 'ReduceSum', 'Reshape']);
  });

  test('silu and its derivative share the exponential; x sigmoid(x) alone is silu', async () => {
    const both = (x: g.Value) => {
      const y = g.silu(x);
      return { y, d: grad(g.reduceSum(y), [x])[0] as g.Value };
    };
    const nodes = await nodesOf(pair, both);
    expect(nodes.filter((type) => /Sigmoid|Gelu/.test(type))).toEqual(['Sigmoid']);
    expect(await nodesOf(pair, (x) => ({ y: g.mul(x, g.sigmoid(x)) }))).toEqual(['QuickGelu']);
  });
});

describe('slices', () => {
  const cut = (sizes: readonly number[]) => (x: g.Value) => {
    let start = 0;
    const parts = sizes.map((size) => g.slice(x, 0, start, (start += size)));
    return Object.fromEntries(parts.map((part, i) => [`part${i}`, g.neg(part)]));
  };
  const without = (nodes: readonly string[]) => nodes.filter((type) => type !== 'Neg');

  test('that cut a value into parts are one Split, of seven parts at most', async () => {
    expect(without(await nodesOf([[6]], cut([1, 3, 2])))).toEqual(['Split']);
    // Eight parts: two groups, one of which is a single part.
    expect(without(await nodesOf([[8]], cut(Array<number>(8).fill(1))))).toEqual(['Split', 'Split']);
    expect(without(await nodesOf([[50]], cut(Array<number>(50).fill(1))))).toHaveLength(1 + 1 + 7);
  });

  test('that leave a gap stay slices', async () => {
    expect(without(await nodesOf([[7]], cut([1, 3, 2])))).toEqual(['Slice', 'Slice', 'Slice']);
  });

  test('have joined gradients, without padding', async () => {
    const build = (x: g.Value) => {
      const [a, b] = [g.slice(x, 1, 0, 1), g.slice(x, 1, 1, 3)];
      return { d: grad(g.add(g.reduceSum(g.exp(a)), g.reduceSum(g.square(b))), [x])[0] as g.Value };
    };
    const nodes = await nodesOf([[2, 3]], build);
    expect(nodes).toContain('Concat');
    expect(nodes).not.toContain('Pad');
  });
});
