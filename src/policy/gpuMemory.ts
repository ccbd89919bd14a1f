/** @file Device memory that a sampler keeps from step to step. */
import type { CompiledGraph } from '../engine/onnx/compile.ts';
import type { DeviceTensor, Feeds, Runtime, TensorSpec } from '../engine/runtime/runtime.ts';
import { present } from '../lib/assert.ts';
import type { GpuDecodeGraphs } from './gpuDecode.ts';
import { mergedPrefix, type Tensors } from './gpuMerge.ts';
import { type SamplerShape, widthOf } from './sampler.ts';

export interface SamplerMemory {
  /** Dense weights of the base, to which an adapter is added. */
  readonly base: Tensors;
  /** Merged weights of the decoding step; the prefill needs only some of them, and the merge writes some directly. */
  readonly weights: Tensors;
  readonly prefillWeights: Tensors;
  readonly writtenWeights: Tensors;
  readonly caches: Tensors;
  /** Inputs of a step and its probability. */
  readonly heads: Readonly<Record<'tokenId' | 'position' | 'threshold' | 'temperature' | 'probability', DeviceTensor>>;
  /** For each step int64 tokens [B] and float32 probabilities [B], as 32-bit words. */
  readonly history: DeviceTensor;
}

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Zeros of each spec's shape on the device, by name. */
function zeros(runtime: Runtime, specs: readonly TensorSpec[]): Record<string, DeviceTensor> {
  return Object.fromEntries(
    specs.map(({ name, dtype, shape }) => {
      const data = dtype === 'int32' ? new Int32Array(count(shape)) : new Float32Array(count(shape));
      return [name, runtime.upload({ dtype, shape, data })];
    }),
  );
}

/** The outputs of a graph that runs only once. */
async function outputsOf(runtime: Runtime, graph: CompiledGraph | null, feeds: Feeds = {}): Promise<Tensors> {
  if (!graph) return {};
  const program = await runtime.compile(graph.bytes, graph);
  const outputs = await program.run(feeds);
  await program.dispose();
  return outputs;
}

/** Memory for the rows of a sampler; a history of as many steps as a row has tokens. */
export async function samplerMemory(
  runtime: Runtime,
  graphs: GpuDecodeGraphs,
  shape: SamplerShape,
): Promise<SamplerMemory> {
  const inputs = new Map(graphs.decode.inputs.map((spec) => [spec.name, spec]));
  const spec = (name: string) => present(inputs.get(name), `decode input ${name}`);
  const weights = zeros(
    runtime,
    graphs.decode.inputs.filter(({ name }) => name.startsWith(mergedPrefix)),
  );
  const among = (specs: readonly TensorSpec[] = []): Tensors =>
    Object.fromEntries(Object.entries(weights).filter(([name]) => specs.some((known) => known.name === name)));
  const zero = { dtype: 'float32', shape: [1], data: new Float32Array(1) } as const;
  const { tokenId, probability, ...caches } = await outputsOf(runtime, graphs.memory, { zero });
  const fed = zeros(runtime, [spec('position'), spec('threshold'), spec('temperature')]);
  const words = { name: 'history', dtype: 'int32', shape: [widthOf(shape), 3, shape.rows] } as const;
  return {
    base: await outputsOf(runtime, graphs.dense),
    weights,
    prefillWeights: among(graphs.prefill?.inputs),
    writtenWeights: among(graphs.merge.outputs),
    caches,
    heads: { tokenId, probability, ...fed } as SamplerMemory['heads'],
    history: zeros(runtime, [words]).history as DeviceTensor,
  };
}

/** What each row drew in each step. */
export interface DrawHistory {
  token(row: number, step: number): number;
  probability(row: number, step: number): number;
}

/** Reads the words of the history. */
export function drawHistory(words: Int32Array, rows: number): DrawHistory {
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  return {
    // The lower word of an int64: token ids are not negative.
    token: (row, step) => words[3 * rows * step + 2 * row] as number,
    probability: (row, step) => floats[3 * rows * step + 2 * rows + row] as number,
  };
}
