/** @file Runs compiled graphs on plain numbers: named arrays in, named arrays out. For tests. */
import type { CompiledGraph } from './compile.ts';
import type { DataType, HostTensor, Runtime, TensorData } from '../runtime/runtime.ts';

/** A feed as plain numbers, in row-major order. */
export type Numbers = ArrayLike<number>;

const arrays: { readonly [D in Exclude<DataType, 'float16'>]: (numbers: Numbers) => TensorData } = {
  float32: (numbers) => Float32Array.from(numbers),
  float64: (numbers) => Float64Array.from(numbers),
  int32: (numbers) => Int32Array.from(numbers),
  int64: (numbers) => BigInt64Array.from(Array.from(numbers, BigInt)),
  uint8: (numbers) => Uint8Array.from(numbers),
  bool: (numbers) => Uint8Array.from(numbers),
};

export interface GraphRun {
  /** Runs once. Feeds that the graph lacks are ignored, so that one set serves several graphs. */
  run(feeds: Readonly<Record<string, Numbers>>): Promise<Record<string, number[]>>;
  dispose(): Promise<void>;
}

/** Loads a graph on a runtime; the caller disposes it. */
export async function loadGraph(runtime: Runtime, graph: CompiledGraph): Promise<GraphRun> {
  const program = await runtime.compile(graph.bytes, graph);
  return {
    async run(feeds) {
      const tensors = graph.inputs.map(({ name, dtype, shape }): [string, HostTensor] => {
        const numbers = feeds[name];
        if (!numbers) throw new Error(`${graph.name}: no numbers for ${name}`);
        if (dtype === 'float16') throw new Error(`${graph.name}: ${name} has no plain numbers`);
        return [name, { dtype, shape, data: arrays[dtype](numbers) }];
      });
      const outputs = await program.run(Object.fromEntries(tensors));
      const read: Record<string, number[]> = {};
      for (const [name, tensor] of Object.entries(outputs)) {
        read[name] = Array.from(await tensor.read(), Number);
        tensor.dispose();
      }
      return read;
    },
    dispose: () => program.dispose(),
  };
}

export async function runGraph(
  runtime: Runtime,
  graph: CompiledGraph,
  feeds: Readonly<Record<string, Numbers>>,
): Promise<Record<string, number[]>> {
  const loaded = await loadGraph(runtime, graph);
  try {
    return await loaded.run(feeds);
  } finally {
    await loaded.dispose();
  }
}

/** The largest difference, each relative to 1 + |expected|; infinite if lengths differ or a number is NaN. */
export function largestError(actual: Numbers | undefined, expected: Numbers): number {
  if (!actual || actual.length !== expected.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i] as number, expected[i] as number];
    const error = a === b ? 0 : Math.abs(a - b) / (1 + Math.abs(b));
    largest = Math.max(largest, Number.isNaN(error) ? Infinity : error);
  }
  return largest;
}
