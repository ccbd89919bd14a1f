/**
 * @file Runs an algorithm's objective on plain arrays: loss and its gradient with respect to the log-probabilities, in
 * float64.
 */
import { grad } from '../src/engine/autodiff/grad.ts';
import { input, type Value } from '../src/engine/graph/index.ts';
import { type GraphRun, loadGraph } from '../src/engine/onnx/graphRun.ts';
import { compile } from '../src/engine/onnx/compile.ts';
import type { Runtime } from '../src/engine/runtime/runtime.ts';
import type { Algorithm } from '../src/rl/objectives/algorithm.ts';
import { objectiveLoss, settingInput } from '../src/rl/learner/graphs.ts';

/** Per token, [B * T]. */
export interface ObjectiveBatch {
  readonly logProbs: readonly number[];
  readonly oldLogProbs: readonly number[];
  readonly refLogProbs: readonly number[];
  readonly entropy?: readonly number[];
  readonly advantages: readonly number[];
  readonly rewards?: readonly number[];
  readonly samplerLogProbs?: readonly number[];
  readonly mask: readonly number[];
}

export interface ObjectiveRun {
  /** Settings that are not given have their defaults. */
  at(batch: ObjectiveBatch, settings?: Readonly<Record<string, number>>): Promise<{ loss: number; gradient: number[] }>;
  dispose(): Promise<void>;
}

/** Weights of all tokens, [B * T], by the algorithm's aggregation, for completions of the lengths in the mask. */
function weightsOf(algorithm: Algorithm, mask: readonly number[], columns: number): number[] {
  const lengths = Array.from({ length: mask.length / columns }, (_, row) =>
    mask.slice(row * columns, (row + 1) * columns).reduce((a, b) => a + b, 0),
  );
  const weights = algorithm.tokenWeights(
    lengths.map((length) => ({ length, terminated: true })),
    columns,
  );
  return mask.map((m, i) => m * (weights[Math.floor(i / columns)] as number));
}

/** Compiles the objective for [rows, columns]; the caller disposes it. */
export async function loadObjective(
  runtime: Runtime,
  algorithm: Algorithm,
  rows: number,
  columns: number,
): Promise<ObjectiveRun> {
  const perToken = (name: string): Value => input(name, [rows, columns]);
  const distribution = (name: string): Value => input(name, [rows, columns, 1]);
  const logProbs = perToken('logProbs');
  const loss = objectiveLoss(algorithm, [rows, columns], {
    logProbs,
    refLogProbs: perToken('refLogProbs'),
    entropy: perToken('entropy'),
    values: perToken('values'),
    logDistribution: distribution('logDistribution'),
    refLogDistribution: distribution('refLogDistribution'),
  });
  const graph: GraphRun = await loadGraph(
    runtime,
    compile(algorithm.id, { loss, gradient: grad(loss, [logProbs])[0] as Value }, 'float64'),
  );
  return {
    async at(batch, settings = {}) {
      const values = algorithm.settings.map((setting): [string, number[]] => [
        settingInput(setting.id),
        [settings[setting.id] ?? setting.default],
      ]);
      const outputs = await graph.run({
        ...batch,
        weights: weightsOf(algorithm, batch.mask, columns),
        ...Object.fromEntries(values),
      });
      // Adding 0 turns -0 into 0.
      return { loss: outputs.loss?.[0] as number, gradient: (outputs.gradient ?? []).map((x) => x + 0) };
    },
    dispose: () => graph.dispose(),
  };
}
