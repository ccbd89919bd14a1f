/** @file Matrix products on several sessions at once: how much a second worker can gain on this machine at most. */
import { createNodeRuntime } from '../../../src/engine/runtime/node.ts';
import { defaultRecipe } from '../../../src/rl/pretraining/defaultRecipe.ts';
import { plainModel } from '../profile/plain.ts';

/** Rows over all sessions, and products of each shape. */
const ROWS = 4096;
const REPEATED = 4;

export interface ProductsAlone {
  /** Resolves when every session has multiplied its share of the rows. */
  run(): Promise<void>;
  dispose(): Promise<void>;
}

/** The shapes of a layer's weights, on as many sessions of one thread as there are workers. */
export async function productsAlone(workers: number): Promise<ProductsAlone> {
  const { dim, hiddenDim } = defaultRecipe.policy;
  const weights = [
    [dim, dim],
    [dim, hiddenDim],
    [hiddenDim, dim],
  ] as const;
  const products = Array.from({ length: REPEATED }, () =>
    weights.map((b) => ({ a: [ROWS / workers, b[0]], b, constant: true })),
  ).flat();
  const { graph, feeds } = plainModel('alone', products);
  const runtimes = await Promise.all(Array.from({ length: workers }, () => createNodeRuntime({ threads: 1 })));
  const programs = await Promise.all(runtimes.map((runtime) => runtime.compile(graph.bytes, graph)));
  return {
    async run() {
      const outputs = await Promise.all(programs.map((program) => program.run(feeds)));
      for (const { sums } of outputs) sums?.dispose();
    },
    async dispose() {
      for (const runtime of runtimes) await runtime.dispose();
    },
  };
}
