/** @file transformers.js as an engine: `generate` over the same policy; it cannot train. */
import { AutoModelForCausalLM, env, Tensor } from '@huggingface/transformers';

const THREADS = 2;

/** @param {import('../work/read.mjs').Work} work */
export async function transformersEngine(work) {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = new URL('../work/', location.href).href;
  // Its own runtime, from this site: the default is a content delivery network.
  const runtime = new URL('transformers/', location.href).href;
  const wasm = /** @type {any} */ (env.backends.onnx.wasm);
  wasm.wasmPaths = { mjs: `${runtime}${RUNTIME}.mjs`, wasm: `${runtime}${RUNTIME}.wasm` };
  wasm.numThreads = THREADS;
  if (!globalThis.crossOriginIsolated) throw new Error('threads need a page that is isolated');
  const model = await AutoModelForCausalLM.from_pretrained('policy', { dtype: 'fp32', device: 'wasm' });
  const { rows, steps } = work.train;
  const ids = BigInt64Array.from({ length: rows }, (_, row) => BigInt(row % work.config.vocabSize));
  const ones = new BigInt64Array(rows).fill(1n);

  const generate = async (/** @type {boolean} */ sampled) => {
    const found = await model.generate({
      inputs: new Tensor('int64', ids, [rows, 1]),
      attention_mask: new Tensor('int64', ones, [rows, 1]),
      max_new_tokens: steps,
      do_sample: sampled,
      ...(sampled ? { temperature: 1, top_k: 0 } : {}),
    });
    const all = Array.from(/** @type {BigInt64Array} */ (/** @type {any} */ (found).data), Number);
    if (all.length !== rows * (steps + 1)) throw new Error('a row ended before the last step');
    return all.filter((_, i) => i % (steps + 1) > 0);
  };

  return {
    facts: async () => ({
      versions: `transformers.js ${env.version}, ONNX Runtime ${wasm.versions?.web ?? env.backends.onnx.versions?.web}`,
      threads: THREADS,
      kinds: ['sample', 'greedy'],
    }),
    answers: async () => ({ greedy: await generate(false) }),
    /** @param {string} kind @param {number} repetitions */
    async time(kind, repetitions) {
      const milliseconds = [];
      for (let i = 0; i < repetitions; i++) {
        const start = performance.now();
        await generate(kind === 'sample');
        milliseconds.push((performance.now() - start) / steps);
      }
      return { milliseconds };
    },
  };
}

/** The build that the library chooses by itself in Chromium. */
const RUNTIME = 'ort-wasm-simd-threaded.asyncify';
