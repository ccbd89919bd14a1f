/** @file A model of the hub whose vocabulary is large enough for layers, with its chat template, and its trainer. */
import { createNodeRuntime } from '../src/engine/runtime/node.ts';
import { present } from '../src/lib/assert.ts';
import { importHubModel } from '../src/policy/hub/model.ts';
import { blobSource } from '../src/policy/hub/source.ts';
import { loadHubLibraries } from '../src/policy/hub/tokenizer.ts';
import { createLayerLearner } from '../src/rl/learner/layers/layerLearner.ts';
import { largeDecoderOf } from '../src/rl/learner/layers/large.ts';
import { LocalTrainer } from '../src/rl/run/localTrainer.ts';
import { QuickJsSandbox } from '../src/rl/sandbox/sandbox.ts';
import { blobs, hubFolder, LARGE_VOCABULARY } from './hubFolder.ts';
import { largeTokenizerFiles } from './hubTokenizer.ts';

export const largeFolder = hubFolder('qwen3', {
  vocabSize: LARGE_VOCABULARY,
  tokenizer: largeTokenizerFiles(LARGE_VOCABULARY),
});

const imported = async () => {
  await loadHubLibraries();
  return importHubModel(blobSource('large', blobs(largeFolder.files)), { isChat: true });
};
export const largeModel = await imported();

/** A trainer on Node that learns the model in layers. */
export function largeTrainer(): LocalTrainer {
  return new LocalTrainer({
    loadPolicy: async () => largeModel.bytes,
    async createLearner(spec, seed) {
      const decoder = present(largeDecoderOf(spec), 'a policy that needs layers');
      return { learner: await createLayerLearner(await createNodeRuntime(), spec, seed, decoder) };
    },
    now: () => performance.now(),
    createSandbox: () => new QuickJsSandbox(),
  });
}
