/** @file Weights as graph inputs against the same weights as constants. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { input } from '../engine/graph/index.ts';
import { type CompiledGraph, compile } from '../engine/onnx/compile.ts';
import { createNodeRuntime } from '../engine/runtime/node.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import { createWasmRuntime } from '../engine/runtime/wasm.ts';
import { bindWeights } from './boundWeights.ts';
import { blockWeights, randomTokens, randomWeights, tinyBlocks } from '../../testing/tinyPolicy.ts';
import { fedParameters, frozenParameters, type Parameters } from './parameters.ts';
import { score } from '../../testing/wholeRows.ts';

const config = { ...tinyBlocks, tiedHead: true };
const [rows, length] = [2, 6];
const tokenIds = Int32Array.from(randomTokens(config, 3, rows, length));

/** Scores, and one dequantized weight, as in the backward pass and the merge. */
function graphOf(parameters: Parameters): CompiledGraph {
  const { logProbs } = score(config, parameters, input('tokenIds', [rows, length], 'int'), input('temperature', []));
  return compile('score', { logProbs, dense: parameters.dense('layers.1.down') });
}

async function outputsOf(runtime: Runtime, graph: CompiledGraph): Promise<Record<string, number[]>> {
  const program = await runtime.compile(graph.bytes, graph);
  expect(program.inputs).toEqual(['tokenIds', 'temperature']);
  const outputs = await program.run({
    tokenIds: { dtype: 'int32', shape: [rows, length], data: tokenIds },
    temperature: { dtype: 'float32', shape: [], data: Float32Array.of(0.7) },
  });
  return Object.fromEntries(
    await Promise.all(
      Object.entries(outputs).map(async ([name, tensor]) => [name, Array.from(await tensor.read(), Number)] as const),
    ),
  );
}

describe.each([
  { name: 'Node', make: () => createNodeRuntime() },
  { name: 'WASM', make: () => createWasmRuntime() },
])('bound weights on $name', ({ make }) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await make();
  });
  afterAll(() => runtime.dispose());

  test.each([
    ['dense', randomWeights(config, 1), 0],
    ['4-bit', blockWeights(config, 1, 4), 0],
    ['8-bit', blockWeights(config, 1, 8), 0],
    ['unpacked 4-bit', blockWeights(config, 1, 4), Infinity],
  ] as const)('%s weights give the same numbers as constants', async (_, weights, most) => {
    const expected = await outputsOf(runtime, graphOf(frozenParameters(weights, most)));
    const actual = await outputsOf(bindWeights(runtime, weights, most), graphOf(fedParameters(weights, most)));
    expect(actual.dense).toEqual(expected.dense);
    const distances = actual.logProbs?.map((lp, i) => Math.abs(lp - (expected.logProbs?.[i] as number))) ?? [NaN];
    expect(Math.max(...distances)).toBeLessThan(1e-5);
  });

  test('a second program uploads no weights, and no model contains them', async () => {
    const weights = blockWeights(config, 1, 4);
    const before = runtime.statistics.bytesUploaded;
    const bound = bindWeights(runtime, weights, 0);
    const stored = runtime.statistics.bytesUploaded - before;
    const [fed, constants] = [graphOf(fedParameters(weights, 0)), graphOf(frozenParameters(weights, 0))];
    expect(stored).toBeGreaterThan(10_000);
    expect(constants.bytes.length - fed.bytes.length).toBeGreaterThan(0.8 * stored);
    await outputsOf(bound, fed);
    await outputsOf(bound, fed);
    const perRun = tokenIds.byteLength + 4;
    expect(runtime.statistics.bytesUploaded - before).toBe(stored + 2 * perRun);
  });
});
