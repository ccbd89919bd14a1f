/** @file A micro-batch of a large model on WASM, whose memory is measured from outside. */
import { openModel } from '../../cli/bench/model/measure.ts';
import { type ModelId, modelShapes } from '../../cli/bench/model/shapes.ts';
import { createWasmRuntime } from '../../src/engine/runtime/wasm.ts';

/** Score, gradient and update of 4 rows of 64 tokens with random weights; the norm of the gradient. */
export async function learnModel(model: ModelId): Promise<number> {
  const { learner, batch } = await openModel(await createWasmRuntime(), modelShapes[model]);
  await learner.score(batch);
  await learner.gradient(batch);
  const { gradNorm } = await learner.update({ learningRate: 1e-5, maxGradNorm: 1 });
  await learner.dispose();
  return gradNorm;
}
