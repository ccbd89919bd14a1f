/** @file A peer as an engine of the benchmark: its model behind the interface of `engines/engine.ts`. */
import { GrpoSteps, stateOf } from './grpo.mjs';

/**
 * @typedef {import('../work/read.mjs').Work} Work
 * @typedef {{ids: Int32Array, rows: number, length: number, old: Float32Array, advantages: Float32Array,
 *   weights: Float32Array}} Batch ids [rows, length], the others [rows, length - 1]
 * @typedef {{learningRate: number, maxGradNorm: number}} Rates
 * @typedef {{prompts: Int32Array, rows: number, promptLength: number, steps: number, uniforms: Float32Array | null,
 *   endIds: number[], padId: number}} Ask no uniforms: greedy
 * @typedef {{parameters: Float32Array, firstMoment: Float32Array, secondMoment: Float32Array}} State
 * @typedef {object} Model
 * @property {(state: State, updates: number) => void} load
 * @property {(batch: Batch) => Promise<number>} gradient the loss; the gradient is kept for `update`
 * @property {() => Promise<Float32Array>} readGradient
 * @property {(rates: Rates) => Promise<void>} update
 * @property {() => Promise<Float32Array>} parameters
 * @property {(ask: Ask) => Promise<{ids: Int32Array, logs: Float32Array}>} sample both [rows, steps]; padded after an
 *   end token
 * @property {(ids: Int32Array, rows: number, length: number) => Promise<void>} score log-probabilities of the base
 */

/** @param {Work} work @returns {Batch} */
function trainBatch({ train, arrays }) {
  const of = (/** @type {string} */ name) => /** @type {any} */ (arrays[`train.${name}`].data);
  const [ids, old] = [of('tokenIds'), of('oldLogProbs')];
  return { ids, rows: train.rows, length: train.length, old, advantages: of('advantages'), weights: of('weights') };
}

/** @param {Work} work @param {boolean} sampled @returns {Ask} */
function decodeAsk({ train: { rows, steps }, arrays, config }, sampled) {
  const prompts = Int32Array.from({ length: rows }, (_, row) => row % config.vocabSize);
  const uniforms = /** @type {Float32Array} */ (arrays['decode.uniforms'].data);
  return { prompts, rows, promptLength: 1, steps, uniforms: sampled ? uniforms : null, endIds: [], padId: 0 };
}

/** @param {Work} work @param {Model} model @param {GrpoSteps} steps @param {() => void} begin */
async function answersOf(work, model, steps, begin) {
  begin();
  const loss = await model.gradient(trainBatch(work));
  const gradient = [...(await model.readGradient())];
  await model.update(work.train.rates);
  const updated = [...(await model.parameters())];
  begin();
  const greedy = [...(await model.sample(decodeAsk(work, false))).ids];
  const sampled = [...(await model.sample(decodeAsk(work, true))).ids];
  steps.rewind();
  const { ids, rewards } = await steps.run({});
  const step = { tokens: [...ids], rewards, parameters: [...(await model.parameters())] };
  return { loss, gradient, updated, greedy, sampled, step };
}

/**
 * The engine of a model.
 * @param {Work} work
 * @param {Model} model
 * @param {{versions: string, threads?: number}} about
 */
export function engineOf(work, model, about) {
  const steps = new GrpoSteps(work, model);
  const begin = () => model.load(stateOf(work, 'state'), work.updates);
  /** @type {Record<string, () => Promise<unknown>>} */
  const once = {
    train: () => model.gradient(trainBatch(work)),
    async trainUpdate() {
      await model.gradient(trainBatch(work));
      await model.update(work.train.rates);
    },
    sample: () => model.sample(decodeAsk(work, true)),
    greedy: () => model.sample(decodeAsk(work, false)),
  };
  return {
    facts: async () => ({ ...about, kinds: [...Object.keys(once), 'step'] }),
    answers: () => answersOf(work, model, steps, begin),
    /** @param {string} kind @param {number} repetitions */
    async time(kind, repetitions) {
      const milliseconds = [];
      /** @type {Record<string, number>} */
      const parts = {};
      if (kind === 'step') steps.rewind();
      else begin();
      for (let i = 0; i < repetitions; i++) {
        if (kind === 'step' && steps.isLast) steps.rewind();
        const start = performance.now();
        await (kind === 'step' ? steps.run(parts) : once[kind]());
        const decoding = kind === 'sample' || kind === 'greedy';
        milliseconds.push((performance.now() - start) / (decoding ? work.train.steps : 1));
      }
      return kind === 'step' ? { milliseconds, parts } : { milliseconds };
    },
  };
}
