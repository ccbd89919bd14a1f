/**
 * @file Import from ONNX: every operator round trip gives the same numbers, and errors name their cause.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../lib/assert.ts';
import { random } from '../../lib/random.ts';
import { grad } from '../autodiff/grad.ts';
import * as g from '../graph/index.ts';
import { largestError, runGraph } from './graphRun.ts';
import type { OperatorSample } from '../../../testing/engine/operatorSample.ts';
import { operatorSamples } from '../../../testing/engine/operatorSamples.ts';
import { createNodeRuntime } from '../runtime/node.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Precision } from './builder.ts';
import { compile } from './compile.ts';
import { onnx } from './generated/onnx.js';
import { importModel } from '../../../testing/onnx/import.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

const opsOf = (outputs: Readonly<Record<string, g.Value>>): string[] =>
  g.topologicalOrder(Object.values(outputs)).map(({ op }) => op);

/** Outputs of the graph and of its round trip on the same feeds. */
async function roundTrip(outputs: Record<string, g.Value>, feeds: Record<string, number[]>, precision: Precision) {
  const graph = compile('trip', outputs, precision);
  const imported = importModel(graph.bytes);
  expect(imported.name).toBe('trip');
  expect(imported.precision).toBe(graph.inputs.length > 0 ? precision : imported.precision);
  const again = compile('trip', imported.outputs, precision);
  expect(again.inputs).toEqual(graph.inputs);
  expect(again.outputs).toEqual(graph.outputs);
  return { imported, before: await runGraph(runtime, graph, feeds), after: await runGraph(runtime, again, feeds) };
}

describe('round trip through ONNX', () => {
  const precisions = (sample: OperatorSample): Precision[] => (sample.float32 ? ['float32'] : ['float32', 'float64']);

  test.each(Object.keys(operatorSamples) as g.Op[])('%s gives the same numbers', async (op) => {
    for (const sample of operatorSamples[op]) {
      const stream = random('import', op);
      const points = sample.shapes.map(
        (shape, i) => sample.at?.[i] ?? Array.from({ length: g.sizeOf(shape) }, () => 0.3 + stream.uniform()),
      );
      const feeds = Object.fromEntries(points.map((p, i) => [`x${i}`, [...p]]));
      const y = sample.build(...sample.shapes.map((shape, i) => g.input(`x${i}`, shape)));
      for (const precision of precisions(sample)) {
        const { imported, before, after } = await roundTrip({ y }, feeds, precision);
        expect(largestError(after.y, before.y ?? [])).toBe(0);
        // stopGradient makes no ONNX node; in float64 three operators are written as several nodes.
        if (op !== 'stopGradient' && precision === 'float32') expect(opsOf(imported.outputs)).toContain(op);
      }
    }
  });

  test('an imported graph can be differentiated, with the gradient of the original', async () => {
    const x = g.input('x', [2, 4]);
    const build = (v: g.Value) =>
      g.reduceSum(
        g.log(
          g.softmax(
            g.silu(
              g.matmul(
                v,
                g.constant(
                  Array.from({ length: 12 }, (_, i) => Math.sin(i)),
                  [4, 3],
                ),
              ),
            ),
          ),
        ),
      );
    const { inputs, outputs } = importModel(compile('loss', { loss: build(x) }).bytes);
    const [original] = grad(build(x), [x]) as [g.Value];
    const [returned] = grad(outputs.loss as g.Value, [inputs.x as g.Value]) as [g.Value];
    const feeds = { x: [0.1, -0.7, 1.2, 0.4, -1, 0.5, 0.25, 2] };
    const expected = await runGraph(runtime, compile('a', { d: original }, 'float64'), feeds);
    expect(
      largestError((await runGraph(runtime, compile('b', { d: returned }, 'float64'), feeds)).d, expected.d ?? []),
    ).toBeLessThan(1e-6);
  });

  test('an import keeps scopes, shared constants, and an input that is also an output', () => {
    const x = g.input('x', [2]);
    const y = g.scope('layers.0', () => g.scope('mlp', () => g.neg(g.exp(x))));
    const { outputs } = importModel(compile('named', { y: g.mul(g.mul(y, y), 3), x2: x }).bytes);
    const scopes = g.topologicalOrder([outputs.y as g.Value]).map(({ op, scope }) => [op, scope]);
    expect(scopes).toContainEqual(['exp', 'layers.0/mlp']);
    expect(scopes).toContainEqual(['neg', 'layers.0/mlp']);
    expect(outputs.x2?.node.op).toBe('input');
  });
});

describe('importModel refuses', () => {
  const compiled = compile('small', {
    y: g.softmax(g.add(g.reduceSum(g.input('x', [2, 3]), { axes: 1, keepDims: true }), g.constant([1, 2, 3], [3]))),
  });
  const changed = (change: (model: onnx.ModelProto) => void): Uint8Array => {
    const model = onnx.ModelProto.decode(compiled.bytes);
    change(model);
    return onnx.ModelProto.encode(model).finish();
  };
  const graphOf = (model: onnx.ModelProto): onnx.IGraphProto => present(model.graph, 'graph');
  const nodeOf = (model: onnx.ModelProto, type: string): onnx.INodeProto =>
    present(
      graphOf(model).node?.find((n) => n.op_type === type),
      type,
    );
  const floats = (model: onnx.ModelProto): onnx.ITensorProto =>
    present(
      graphOf(model).initializer?.find((i) => i.data_type === 1),
      'initializer',
    );
  const output = (model: onnx.ModelProto): onnx.IValueInfoProto => present(graphOf(model).output?.[0], 'output');
  const typeOf = (info: onnx.IValueInfoProto | undefined): onnx.TypeProto.ITensor =>
    present(info?.type?.tensor_type, 'type');
  const firstSize = (info: onnx.IValueInfoProto | undefined, size: onnx.TensorShapeProto.IDimension): void => {
    present(typeOf(info).shape?.dim, 'shape')[0] = size;
  };
  const setInput = (node: onnx.INodeProto, index: number, name: string): void => {
    present(node.input, 'input')[index] = name;
  };

  test('truncated bytes, at every length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: compiled.bytes.length - 1 }), (end) => {
        expect(() => importModel(compiled.bytes.slice(0, end))).toThrow(g.GraphError);
      }),
    );
    expect(() => importModel(compiled.bytes.slice(0, 100))).toThrow('truncated');
    expect(() => importModel(compiled.bytes)).not.toThrow();
  });

  test.each<[string, (model: onnx.ModelProto) => void, string]>([
    [
      'an unknown operator',
      (m) => {
        nodeOf(m, 'Softmax').op_type = 'LogSoftmax';
      },
      'LogSoftmax "y:Softmax": this operator has no counterpart',
    ],
    [
      'an operator of an unknown domain',
      (m) => {
        nodeOf(m, 'Softmax').domain = 'elsewhere';
      },
      'this operator of elsewhere has no counterpart',
    ],
    [
      'an input that nothing defines',
      (m) => {
        setInput(nodeOf(m, 'Add'), 0, 'gone');
      },
      'input gone is defined by nothing before it',
    ],
    [
      'a missing input',
      (m) => {
        nodeOf(m, 'Add').input = ['x'];
      },
      'has 1 inputs, 2 are needed',
    ],
    [
      'an empty input',
      (m) => {
        setInput(nodeOf(m, 'Add'), 1, '');
      },
      'input 1 is missing',
    ],
    [
      'a missing attribute',
      (m) => {
        nodeOf(m, 'Softmax').attribute = [];
      },
      'Softmax "y:Softmax": attribute axis is missing',
    ],
    [
      'an attribute of another kind',
      (m) => {
        nodeOf(m, 'Softmax').attribute = [{ name: 'axis', type: 1, f: 1 }];
      },
      'attribute axis is not an integer',
    ],
    [
      'an attribute out of range',
      (m) => {
        nodeOf(m, 'Softmax').attribute = [{ name: 'axis', type: 2, i: 7 }];
      },
      'softmax(float[2,3]): no axis 7',
    ],
    [
      'a flag that is neither 0 nor 1',
      (m) => {
        nodeOf(m, 'ReduceSum').attribute = [{ name: 'keepdims', type: 2, i: 2 }];
      },
      'attribute keepdims is 2, 0 or 1 is needed',
    ],
    [
      'an attribute that is not known',
      (m) => {
        nodeOf(m, 'Add').attribute = [{ name: 'axis', type: 2, i: 0 }];
      },
      'attribute axis is not known',
    ],
    [
      'axes that are no initializer',
      (m) => {
        setInput(nodeOf(m, 'ReduceSum'), 1, 'x');
      },
      'input 1 must be an initializer',
    ],
    [
      'another version of the operators',
      (m) => {
        present(m.opset_import?.[0], 'version').version = 17;
      },
      'version 17 of ai.onnx, only 21 can be read',
    ],
    [
      'a missing version',
      (m) => {
        m.opset_import = [];
      },
      'no version of ai.onnx is stated',
    ],
    [
      'no graph',
      (m) => {
        m.graph = null;
      },
      'truncated',
    ],
    [
      'a constant with too few bytes',
      (m) => {
        floats(m).raw_data = new Uint8Array(4);
      },
      '4 bytes do not fill [3]',
    ],
    [
      'an element type that is not known',
      (m) => {
        typeOf(graphOf(m).input?.[0]).elem_type = 10;
      },
      'x: element type 10',
    ],
    [
      'a size that is not known',
      (m) => {
        firstSize(graphOf(m).input?.[0], { dim_param: 'batch' });
      },
      'x: only sizes known beforehand',
    ],
    [
      'an output of another shape',
      (m) => {
        firstSize(output(m), { dim_value: 5 });
      },
      'the output y is float[2,3], stated as float[5,3]',
    ],
    [
      'an output that is not computed',
      (m) => {
        output(m).name = 'z';
      },
      'the output z is computed by no node',
    ],
    [
      'a name defined twice',
      (m) => {
        nodeOf(m, 'Add').output = ['x'];
      },
      'x is defined twice',
    ],
    [
      'mixed precision',
      (m) => {
        Object.assign(floats(m), { data_type: 11, raw_data: new Uint8Array(24) });
      },
      'float32 and float64 are mixed',
    ],
  ])('%s', (_name, change, message) => {
    expect(() => importModel(changed(change))).toThrow(g.GraphError);
    expect(() => importModel(changed(change))).toThrow(message);
  });

  test('blocks with individual zero points', () => {
    const [sample] = operatorSamples.dequantize as [OperatorSample];
    const model = onnx.ModelProto.decode(compile('q', { y: sample.build(g.input('x', [2, 3])) }).bytes);
    const node = nodeOf(model, 'DequantizeLinear');
    const zeros = present(
      graphOf(model).initializer?.find(({ name }) => name === node.input?.[2]),
      'zero points',
    );
    present(zeros.raw_data, 'bytes')[0] = 0x87;
    expect(() => importModel(onnx.ModelProto.encode(model).finish())).toThrow('only symmetric blocks can be read');
  });
});
