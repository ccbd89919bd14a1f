/** @file The profile's arithmetic: traces, operations, plain products, positions and shares, for given numbers. */
import { describe, expect, test } from 'vitest';
import { onnx } from '../../../src/engine/onnx/generated/onnx.js';
import { undisturbed } from '../clock.ts';
import type { Collected } from './collect.ts';
import { groupsBy, settled, settledKernels } from './groups.ts';
import { flopOf, kindOf, type Product, productKey, productOf } from './kinds.ts';
import { plainModel } from './plain.ts';
import { neededPositions } from './positions.ts';
import { scriptTimes } from './script.ts';
import { summarize } from './summary.ts';
import { profileText } from './table.ts';
import { type Kernel, parseTrace } from './trace.ts';
import { watchedRuntime } from './watch.ts';

const kernel = (op: string, inputs: number[][], output: number[], microseconds = 1, node = 'x_1:X'): Kernel => ({
  node,
  op,
  microseconds,
  inputs,
  outputs: [output],
});
const never = () => false;
const product = (of: Kernel, isConstant: (node: string) => boolean = never): Product =>
  productOf(of, isConstant) as Product;

describe('a trace', () => {
  const node = (name: string, dur: number) => ({
    cat: 'Node',
    name: `${name}_kernel_time`,
    dur,
    args: {
      op_name: 'Add',
      input_type_shape: [{ float: [2, 3] }, { float: [] }],
      output_type_shape: [{ float: [2, 3] }],
    },
  });
  const session = (name: string, dur: number) => ({ cat: 'Session', name, dur, args: {} });

  test('groups its kernels by run, and leaves out the making of the session', () => {
    const events = [
      session('session_initialization', 99),
      node('a:Add', 5),
      session('SequentialExecutor::Execute', 7),
      session('model_run', 8),
      node('a:Add', 4),
      node('b:Add', 3),
      session('model_run', 9),
    ];
    expect(parseTrace(JSON.stringify(events))).toEqual([
      { microseconds: 8, kernels: [kernel('Add', [[2, 3], []], [2, 3], 5, 'a:Add')] },
      {
        microseconds: 9,
        kernels: [kernel('Add', [[2, 3], []], [2, 3], 4, 'a:Add'), kernel('Add', [[2, 3], []], [2, 3], 3, 'b:Add')],
      },
    ]);
  });

  test('of another form is an error that says where', () => {
    expect(() => parseTrace('[{"cat": "Node"}]')).toThrow(/trace: .* at 0\.name/);
    expect(() => parseTrace('')).toThrow(/no JSON/);
  });
});

describe('operations of a product', () => {
  test('are two for each term, counted once per matrix of a batch', () => {
    const matmul = product(
      kernel(
        'MatMul',
        [
          [8, 5],
          [5, 3],
        ],
        [8, 3],
      ),
    );
    expect(matmul).toEqual({ a: [8, 5], b: [5, 3], constant: false });
    expect(flopOf(matmul)).toBe(2 * 8 * 5 * 3);
    expect(
      flopOf(
        product(
          kernel(
            'MatMul',
            [
              [4, 2, 8, 5],
              [4, 2, 5, 3],
            ],
            [4, 2, 8, 3],
          ),
        ),
      ),
    ).toBe(8 * 2 * 8 * 5 * 3);
    expect(
      flopOf(
        product(
          kernel(
            'MatMul',
            [
              [4, 8, 5],
              [5, 3],
            ],
            [4, 8, 3],
          ),
        ),
      ),
    ).toBe(4 * 2 * 8 * 5 * 3);
  });

  test('do not depend on operands that a kernel reads transposed', () => {
    const transposed = product(
      kernel(
        'FusedMatMul',
        [
          [736, 128],
          [736, 8],
        ],
        [128, 8],
      ),
    );
    expect(transposed).toEqual({ a: [128, 736], b: [736, 8], constant: false });
    expect(flopOf(transposed)).toBe(2 * 128 * 736 * 8);
  });

  test('of packed weights take the inner length from the left operand', () => {
    const packed = kernel(
      'MatMulNBits',
      [
        [32, 23, 128],
        [384, 4, 16],
        [384, 4],
      ],
      [32, 23, 384],
    );
    expect(product(packed)).toEqual({ a: [32, 23, 128], b: [128, 384], constant: true });
    expect(flopOf(product(packed))).toBe(2 * 32 * 23 * 128 * 384);
    expect(kindOf(packed, product(packed))).toBe('quantized weights');
  });

  test('a constant that the runtime repacked is missing from the inputs, or is known by its name', () => {
    const repacked = kernel('MatMul', [[8, 5]], [8, 3]);
    expect(kindOf(repacked, product(repacked))).toBe('constant weights');
    const fed = kernel(
      'Gemm',
      [
        [8, 5],
        [3, 5],
      ],
      [8, 3],
      1,
      'known:MatMul',
    );
    expect(kindOf(fed, product(fed))).toBe('fed factors');
    expect(product(fed, (node) => node === 'known:MatMul')).toEqual({ a: [8, 5], b: [5, 3], constant: true });
  });

  test.each([
    ['Add', 'elementwise'],
    ['ReduceLogSumExp', 'reductions, softmax'],
    ['SimplifiedLayerNormalization', 'norms'],
    ['Transpose', 'transposes'],
    ['DequantizeLinear', 'dequantization'],
    ['GatherBlockQuantized', 'dequantization'],
    ['Slice', 'copies, lookups'],
    ['GroupQueryAttention', 'fused attention'],
  ] as const)('%s has none and is of the kind %s', (op, kind) => {
    const other = kernel(op, [[2, 2]], [2, 2]);
    expect(productOf(other, never)).toBeNull();
    expect(kindOf(other, null)).toBe(kind);
  });
});

test('products with equal shapes differ in their key if one has constant weights', () => {
  const [a, b] = [
    [8, 5],
    [5, 3],
  ];
  expect(new Set([true, false].map((constant) => productKey({ a, b, constant } as Product))).size).toBe(2);
});

describe('the plain model', () => {
  const products: Product[] = [
    { a: [8, 5], b: [5, 3], constant: true },
    { a: [4, 2, 3], b: [4, 3, 2], constant: false },
    { a: [8, 5], b: [5, 3], constant: true },
  ];

  const traced = 'on %s multiplies every product once, also equal ones, and a traced run has a time for each';
  test.each(['node', 'wasm'] as const)(traced, async (backend) => {
    const watch = await watchedRuntime(backend, { traced: true, plain: true });
    const model = plainModel('x', products);
    const program = await watch.runtime.compile(model.graph.bytes, model.graph);
    const { sums } = await program.run(model.feeds);
    expect(new Set(Array.from((await sums?.read()) ?? [], Number)).size).toBe(3);
    const [[run] = []] = watch.traces();
    await watch.runtime.dispose();
    const times = model.microseconds(run ?? { microseconds: 0, kernels: [] });
    expect([...times].map(([key, calls]) => [key, calls.length])).toEqual([
      [productKey(products[0] as Product), 2],
      [productKey(products[1] as Product), 1],
    ]);
  });
});

test('a watched session has the name of its graph, its runs, and knows which operands are constant', async () => {
  const watch = await watchedRuntime('node');
  const model = plainModel('y', [
    { a: [2, 3], b: [3, 2], constant: true },
    { a: [2, 3], b: [3, 2], constant: false },
  ]);
  const program = await watch.runtime.compile(model.graph.bytes, model.graph);
  await program.run(model.feeds);
  await watch.runtime.dispose();
  const [session] = watch.sessions;
  expect(session).toMatchObject({ name: 'plain.y', nodes: model.graph.nodeCount, bytes: model.graph.bytes.length });
  expect(session?.runs.map(({ positions }) => positions)).toEqual([0]);
  const products = (onnx.ModelProto.decode(model.graph.bytes).graph?.node ?? []).filter(
    ({ op_type }) => op_type === 'MatMul',
  );
  expect(products.map(({ name }) => session?.isConstant(name ?? ''))).toEqual([true, false]);
});

test('positions: shared prefixes count once, and the last token is read by nobody', () => {
  const prompt = [1, 5, 6];
  const rows = [
    { prompt, completion: [7, 8, 2] },
    { prompt, completion: [7, 2] },
    { prompt: [1, 5], completion: [6, 7, 2] },
  ];
  expect(neededPositions(rows)).toEqual({
    // Prompts without their last token: 1 5, 1 5 and 1.
    prefill: { rows: 5, distinct: 2 },
    // Contexts: 156, 1567, 15678, and 15 of the last row.
    decode: { rows: 8, distinct: 4 },
    learn: { rows: 5 + 4 + 4, distinct: 5 },
  });
});

test('JavaScript: own time by file and package; native code and WebAssembly are left out', () => {
  const root = new URL('../../../', import.meta.url).href;
  const frames: [string, string][] = [
    ['run', ''],
    ['(garbage collector)', ''],
    ['f', `${root}src/policy/a.ts`],
    ['g', `${root}src/policy/a.ts`],
    ['h', `${root}node_modules/@scope/name/b.js`],
    ['w', 'wasm://wasm/1'],
  ];
  const nodes = frames.map(([functionName, url], i) => ({
    id: i + 1,
    callFrame: { functionName, url, scriptId: '', lineNumber: 0, columnNumber: 0 },
  }));
  const samples = [1, 2, 3, 4, 5, 6];
  const timeDeltas = [9000, 1000, 2000, 4000, 500, 8000];
  expect(scriptTimes({ nodes, samples, timeDeltas, startTime: 0, endTime: 1 }, 2)).toEqual([
    { name: 'src/policy/a.ts', milliseconds: 3 },
    { name: 'garbage collector', milliseconds: 0.5 },
    { name: '@scope/name', milliseconds: 0.25 },
  ]);
});

test('undisturbed is the mean of the fastest quarter', () => {
  expect(undisturbed([9, 1, 2, 8, 7, 6, 5, 4])).toBe(1.5);
  expect(undisturbed([3])).toBe(3);
});

describe('runs of different sizes', () => {
  const ofRows = (rows: number, microseconds: number) => ({
    microseconds: 0,
    kernels: [
      kernel('MatMul', [[rows, 5]], [rows, 1000], microseconds + 1),
      kernel('Add', [[rows, 3], [3]], [rows, 3], 3),
    ],
  });
  const kernels = settledKernels([ofRows(2, 10), ofRows(4, 20), ofRows(2, 30)], never, 1);

  test('are settled apart: the fastest run of a size counts for its other runs, and for no other size', () => {
    expect(settled([10, 20, 30, 8], ['a', 'b', 'a', 'b'])).toEqual([10, 8, 10, 8]);
    expect(kernels.filter(({ op }) => op === 'MatMul').map(({ microseconds }) => microseconds)).toEqual([10, 20, 10]);
  });

  test('make one group of an operator, with the means over the runs; a size that differs is n', () => {
    const plain = new Map([
      ['2x5 5x1000 c', 3],
      ['4x5 5x1000 c', 6],
    ]);
    const [product, other] = groupsBy(kernels, ({ label }) => label, plain, 3);
    expect(product).toMatchObject({ name: 'MatMul [n,5] x constant [5,1000]', calls: 1 });
    expect(product?.milliseconds).toBeCloseTo(0.04 / 3, 12);
    expect(product?.plainMilliseconds).toBeCloseTo(0.004, 12);
    expect(product?.gflop).toBeCloseTo((2 * 8 * 5 * 1000) / 3 / 1e9, 15);
    expect(other).toMatchObject({ name: 'Add [n,3] [3] -> [n,3]', calls: 1, plainMilliseconds: null, gflop: 0 });
  });
});

describe('the summary', () => {
  const multiply = kernel(
    'MatMul',
    [
      [1000, 1000],
      [1000, 1000],
    ],
    [1000, 1000],
    20_002,
    'm:MatMul',
  );
  const silu = kernel('Sigmoid', [[10]], [10], 5002, 's:Sigmoid');
  const traced = { run: { microseconds: 30_000, kernels: [multiply, silu] }, milliseconds: 31 };
  const model = { graph: {}, feeds: {}, microseconds: () => new Map([['1000x1000 1000x1000', [10_002]]]) };
  const empty = kernel('Reshape', [[]], [1], 2);
  const collected = {
    sessions: [{ name: 'gradient', nodes: 3, bytes: 100, runs: [], isConstant: never }],
    runs: [
      [
        { wall: 99, processor: 40, positions: 60 },
        { wall: 99, processor: 40, positions: 60 },
      ],
    ],
    traced: [[traced, traced]],
    plain: [[{ model, runs: [{ microseconds: 1, kernels: [empty] }] }]],
    steps: [{ wall: 200, processor: 100 }],
    copying: 5,
    rows: [[{ prompt: [1, 2], completion: [3, 4] }]],
    script: [{ name: 'src/policy/a.ts', milliseconds: 3 }],
  } as unknown as Collected;
  const profile = summarize('node', collected);
  const [graph] = profile.graphs;

  test('splits a run into kernels, transfers and the session’s own time, each less the profiler’s', () => {
    expect(profile.profilerMicroseconds).toBe(2);
    expect(graph).toMatchObject({
      milliseconds: 40,
      kernelMilliseconds: 25,
      transferMilliseconds: 1,
      overheadMilliseconds: 14,
      plainMilliseconds: 10,
      gflop: 2,
      kernels: 2,
      runsPerStep: 2,
      positionsPerStep: 120,
      needed: { rows: 3, distinct: 3 },
    });
    expect(graph?.kinds.map(({ name, milliseconds }) => [name, milliseconds])).toEqual([
      ['fed factors', 20],
      ['elementwise', 5],
    ]);
  });

  test('leaves the rest of a step to JavaScript', () => {
    expect(profile).toMatchObject({
      stepMilliseconds: 100,
      wallMilliseconds: 200,
      copyMilliseconds: 5,
      scriptMilliseconds: 15,
    });
  });

  test('adds the parts of a step over all graphs and runs', () => {
    expect(profile.step).toEqual([
      { name: 'fed factors', milliseconds: 40 },
      { name: 'elementwise', milliseconds: 10 },
      { name: 'in and out of the session', milliseconds: 2 },
      { name: 'session', milliseconds: 28 },
      { name: 'copies outside runs', milliseconds: 5 },
      { name: 'other JavaScript', milliseconds: 15 },
    ]);
  });

  test('is printed with the ratio of a graph to its plain products, and the speed of each kind', () => {
    const lines = profileText(profile)
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/));
    expect(lines.find(([name]) => name === 'gradient')).toEqual([
      'gradient',
      '2',
      '40',
      '80.0 %',
      '2',
      '50',
      '200',
      '10',
      '4.00',
      '2.5 %',
      '35.0 %',
      '3',
      '2',
      '0.1',
    ]);
    expect(lines.findLast(([name]) => name === 'fed factors')).toEqual([
      'fed factors',
      '1',
      '20',
      '50.0 %',
      '2',
      '100',
      '200',
      '2.00',
    ]);
  });
});
