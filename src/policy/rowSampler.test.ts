/**
 * @file Forks and forced tokens over a kept cache, against a fresh pass over the whole rows: on both samplers, on Node
 * and on WASM.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { input } from '../engine/graph/index.ts';
import { runGraph } from '../engine/onnx/graphRun.ts';
import { compile } from '../engine/onnx/compile.ts';
import { createNodeRuntime } from '../engine/runtime/node.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import { createWasmRuntime } from '../engine/runtime/wasm.ts';
import { random } from '../lib/random.ts';
import type { PolicyConfig } from './config.ts';
import { createCpuSampler } from './cpuSampler.ts';
import { randomAdapter, randomWeights, tinyConfig } from '../../testing/tinyPolicy.ts';
import { GpuSampler } from './gpuSampler.ts';
import { loraTargets } from './loraConfig.ts';
import { fedSet, loraSet } from './parameterSet.ts';
import { frozenParameters } from './parameters.ts';
import { type DrawRequest, type Sampler, type Trajectories, widthOf } from './sampler.ts';
import { score } from '../../testing/wholeRows.ts';

/** Head size 16, as the fused attention needs. */
const config: PolicyConfig = { ...tinyConfig, dim: 64 };
const shape = { rows: 8, promptLength: 3, completionLength: 9 };
const width = widthOf(shape);
const special = { padId: 0, endIds: [3] };
const temperature = 0.8;
const set = loraSet(config, { rank: 2, alpha: 4, targets: [...loraTargets] });
const adapter = randomAdapter(set.size, 5, 0.1);
const base = () => frozenParameters(randomWeights(config, 1));

const uniformsOf = (name: string, count: number): Float32Array => {
  const stream = random(name, 'uniforms');
  return Float32Array.from({ length: count }, () => stream.uniform());
};
/** A draw of up to `most` tokens in these rows. */
const drawOf = (name: string, rows: readonly number[], most: number, until: readonly number[] = []): DrawRequest => ({
  rows,
  most,
  uniforms: uniformsOf(name, rows.length * most),
  temperature,
  until,
});
const rowOf = <T extends Int32Array | Uint8Array | Float32Array>(array: T, row: number, length = width): number[] =>
  Array.from(array.subarray(row * width, row * width + length));

describe.each([
  { device: 'the CPU sampler on Node', gpu: false, make: () => createNodeRuntime() },
  { device: 'the CPU sampler on WASM', gpu: false, make: () => createWasmRuntime() },
  { device: 'the GPU sampler on Node', gpu: true, make: () => createNodeRuntime() },
  { device: 'the GPU sampler on WASM', gpu: true, make: () => createWasmRuntime() },
])('$device', ({ gpu, make }) => {
  let runtime: Runtime;
  let sampler: Sampler;
  beforeAll(async () => {
    runtime = await make();
    sampler = await (gpu ? GpuSampler.create : createCpuSampler)(runtime, config, base(), special, shape, set);
  });
  afterAll(async () => {
    await sampler.dispose();
    await runtime.dispose();
  });

  /** The largest distance of the policy's log-probabilities from those of a fresh pass, and how many there are. */
  async function againstFreshPass({ tokenIds, written, logProbs }: Trajectories) {
    const { parameters } = fedSet(set, base(), 'adapter');
    const scores = score(config, parameters, input('tokenIds', [shape.rows, width], 'int'), input('temperature', []));
    const fresh = await runGraph(runtime, compile('score', { logProbs: scores.logProbs }), {
      tokenIds,
      temperature: [temperature],
      adapter,
    });
    let [largest, tokens] = [0, 0];
    written.forEach((mark, at) => {
      if (mark === 0) return;
      const [row, position] = [Math.floor(at / width), at % width];
      const expected = fresh.logProbs?.[row * (width - 1) + position - 1] as number;
      largest = Math.max(largest, Math.abs((logProbs[at] as number) - expected));
      tokens++;
    });
    return { largest, tokens };
  }

  test('eight continuations from the middle of a trajectory have the log-probabilities of a fresh pass', async () => {
    await sampler.begin([[1, 5, 9]], adapter);
    await sampler.draw(drawOf('trunk', [0], 7));
    const trunk = rowOf(sampler.trajectories().tokenIds, 0);
    await sampler.fork(Array.from({ length: 8 }, () => ({ row: 0, at: 6 })));
    await sampler.draw(drawOf('branches', [0, 1, 2, 3, 4, 5, 6, 7], 5));
    const forked = sampler.trajectories();
    const { largest, tokens } = await againstFreshPass(forked);
    expect(tokens).toBe(8 * (3 + 5));
    expect(largest).toBeLessThan(1e-5);
    const rows = Array.from({ length: 8 }, (_, row) => rowOf(forked.tokenIds, row));
    expect(new Set(rows.map(String)).size).toBeGreaterThan(5);
    rows.forEach((row, i) => {
      expect(row.slice(0, 6)).toEqual(trunk.slice(0, 6));
      expect(rowOf(forked.written, i)).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    });
  });

  test('forced tokens are marked, and tokens drawn after them have the log-probabilities of a fresh pass', async () => {
    await sampler.begin([[1, 5, 9], [8], [7, 6]], adapter);
    await sampler.draw(drawOf('before', [0, 1, 2], 2));
    const before = sampler.trajectories();
    await sampler.extend([0, 2], [[4, 4, 2], [6]]);
    await sampler.draw(drawOf('after', [2, 0], 3));
    const after = sampler.trajectories();
    const { largest, tokens } = await againstFreshPass(after);
    expect(tokens).toBe(3 * 2 + 2 * 3);
    expect(largest).toBeLessThan(1e-5);
    expect(rowOf(after.written, 0)).toEqual([0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0]);
    expect(rowOf(after.written, 2)).toEqual([0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0]);
    expect(rowOf(after.tokenIds, 0).slice(5, 8)).toEqual([4, 4, 2]);
    expect([...after.lengths]).toEqual([11, 3, 8, 0, 0, 0, 0, 0]);
    // The row that rested continues as without a pause.
    expect(rowOf(after.tokenIds, 1)).toEqual(rowOf(before.tokenIds, 1));
    await sampler.draw(drawOf('rested', [1], 4));
    const rested = rowOf(sampler.trajectories().tokenIds, 1);
    const whole = drawOf('before', [0, 1, 2], 2).uniforms.subarray(2, 4);
    await sampler.begin([[8]], adapter);
    const uniforms = Float32Array.from([...whole, ...drawOf('rested', [1], 4).uniforms]);
    await sampler.draw({ rows: [0], most: 6, uniforms, temperature, until: [] });
    expect(rowOf(sampler.trajectories().tokenIds, 0)).toEqual(rested);
  });

  test('a row stops at any of the end tokens, and a full row rests while others draw', async () => {
    await sampler.begin([[1, 5, 9], [8]], adapter);
    await sampler.draw(drawOf('full', [0], 9));
    const full = sampler.trajectories();
    expect(full.lengths[0]).toBe(width);
    const ends = [rowOf(full.tokenIds, 0)[5] as number, special.endIds[0] as number];
    await sampler.draw(drawOf('others', [0, 1], 9));
    await sampler.fork([
      { row: 0, at: 8 },
      { row: 1, at: 1 },
    ]);
    await sampler.draw(drawOf('again', [0, 1], 4));
    expect((await againstFreshPass(sampler.trajectories())).largest).toBeLessThan(1e-5);
    await sampler.begin([[1, 5, 9], [8]], adapter);
    await sampler.draw({ ...drawOf('full', [0], 9), until: ends });
    const stopped = sampler.trajectories();
    const first = rowOf(full.tokenIds, 0).findIndex((token, at) => at >= 3 && ends.includes(token));
    expect(stopped.lengths[0]).toBe(first + 1);
    expect(rowOf(stopped.tokenIds, 0, first + 1)).toEqual(rowOf(full.tokenIds, 0, first + 1));
    expect(new Set(rowOf(stopped.tokenIds, 0).slice(first + 1))).toEqual(new Set([special.padId]));
  });

  test('rows, tokens and numbers that do not fit are refused', async () => {
    await sampler.begin([[1, 5, 9]], adapter);
    await expect(sampler.extend([1], [[4]])).rejects.toThrow('extend: row 1 was not begun');
    await expect(sampler.extend([0], [])).rejects.toThrow('extend: 1 lists of tokens are needed, not 0');
    await expect(sampler.extend([0], [Array<number>(10).fill(4)])).rejects.toThrow(
      'extend: row 0 has room for 9 tokens, not 10',
    );
    await expect(sampler.draw(drawOf('none', [2], 1))).rejects.toThrow('draw: row 2 was not begun');
    await expect(sampler.draw({ ...drawOf('few', [0], 2), most: 3 })).rejects.toThrow('uniforms: 3 are needed, not 2');
    await expect(sampler.fork([{ row: 0, at: 4 }])).rejects.toThrow('fork: row 0 has 3 tokens, not 4');
    await expect(sampler.fork([{ row: 5, at: 1 }])).rejects.toThrow('fork: row 5 was not begun');
  });
});
