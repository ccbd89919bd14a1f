/** @file TensorFlow.js on its WASM backend as a model of the benchmark, with plain or tuned gradients. */
/* global tf */
import { plain, tuned } from './tfOps.mjs';
import { TfPolicy } from './tfPolicy.mjs';

const THREADS = 2;

/** Starts the backend. Throws if the page does not get the threads that were asked for. */
export async function startTensorFlow() {
  tf.wasm.setWasmPaths('../peers/tensorflow/');
  tf.wasm.setThreadsCount(THREADS);
  await tf.setBackend('wasm');
  await tf.ready();
  const threads = tf.wasm.getThreadsCount();
  if (threads !== THREADS) throw new Error(`TensorFlow.js has ${threads} threads where ${THREADS} were asked for`);
  return { versions: `TensorFlow.js ${tf.version.tfjs}, WASM`, threads };
}

/** @typedef {import('./tfPolicy.mjs').Tensor} Tensor */

/** @implements {import('./peer.mjs').Model} */
export class TfModel {
  /** @param {import('../work/read.mjs').Work} work @param {string | null} gradients 'plain' or 'tuned' */
  constructor(work, gradients) {
    this.work = work;
    this.policy = new TfPolicy(work, gradients === 'tuned' ? tuned : plain);
    /** @type {{flat: Tensor, m: Tensor, v: Tensor} | null} */
    this.state = null;
    this.updates = 0;
    /** @type {Tensor} */
    this.found = null;
  }

  /** @param {import('./peer.mjs').State} state @param {number} updates */
  load({ parameters, firstMoment, secondMoment }, updates) {
    const vector = (/** @type {Float32Array} */ data) => tf.tensor1d(data.slice());
    this.become({ flat: vector(parameters), m: vector(firstMoment), v: vector(secondMoment) }, updates);
  }

  /** @param {{flat: Tensor, m: Tensor, v: Tensor}} next @param {number} updates */
  become(next, updates) {
    tf.dispose(this.state);
    this.state = next;
    this.updates = updates;
  }

  /** @param {import('./peer.mjs').Batch} batch */
  async gradient(batch) {
    const found = tf.tidy(() =>
      tf.valueAndGrad((/** @type {Tensor} */ flat) => this.loss(flat, batch))(this.state?.flat),
    );
    tf.dispose(this.found);
    this.found = found.grad;
    const [loss] = await found.value.data();
    found.value.dispose();
    return loss;
  }

  /** GRPO's clipped loss, summed with weights per token. @param {Tensor} flat @param {import('./peer.mjs').Batch} batch */
  loss(flat, { ids, rows, length, ...batch }) {
    const { clip } = this.work.train;
    const perToken = (/** @type {Float32Array} */ data) => tf.tensor2d(data, [rows, length - 1]);
    const [old, advantages, weights] = [batch.old, batch.advantages, batch.weights].map(perToken);
    const all = tf.tensor2d(ids, [rows, length], 'int32');
    const ratio = tf.exp(tf.sub(this.policy.logProbs(all, this.policy.factorsOf(flat)), old));
    const clipped = tf.clipByValue(ratio, 1 - clip, 1 + clip);
    const gain = tf.minimum(tf.mul(ratio, advantages), tf.mul(clipped, advantages));
    return tf.neg(tf.sum(tf.mul(gain, weights)));
  }

  /** AdamW with clipping by the global norm. @param {import('./peer.mjs').Rates} rates */
  async update({ learningRate, maxGradNorm }) {
    const { beta1, beta2, epsilon } = this.work.optimizer;
    const [t, state] = [this.updates + 1, /** @type {any} */ (this.state)];
    const next = tf.tidy(() => {
      const norm = tf.sqrt(tf.sum(tf.square(this.found)));
      const g = tf.mul(this.found, tf.minimum(1, tf.div(maxGradNorm, tf.add(norm, 1e-6))));
      const m = tf.add(tf.mul(state.m, beta1), tf.mul(g, 1 - beta1));
      const v = tf.add(tf.mul(state.v, beta2), tf.mul(tf.square(g), 1 - beta2));
      const spread = tf.add(tf.sqrt(tf.div(v, 1 - beta2 ** t)), epsilon);
      const direction = tf.div(tf.div(m, 1 - beta1 ** t), spread);
      return { m, v, flat: tf.sub(state.flat, tf.mul(direction, learningRate)) };
    });
    this.become(next, t);
    await next.flat.data();
  }

  async readGradient() {
    return this.found.dataSync();
  }

  async parameters() {
    return this.state?.flat.dataSync();
  }

  /** @param {Int32Array} ids @param {number} rows @param {number} length */
  async score(ids, rows, length) {
    const logs = tf.tidy(() => this.policy.logProbs(tf.tensor2d(ids, [rows, length], 'int32'), null));
    await logs.data();
    logs.dispose();
  }

  /** @param {import('./peer.mjs').Ask} ask */
  async sample(ask) {
    tf.engine().startScope();
    const drawn = this.drawAll(ask);
    tf.engine().endScope();
    return drawn;
  }

  /** @param {import('./peer.mjs').Ask} ask */
  drawAll({ prompts, rows, promptLength, steps, uniforms, endIds, padId }) {
    const { policy } = this;
    const { vocabSize, layers } = this.work.config;
    const out = { ids: new Int32Array(rows * steps).fill(padId), logs: new Float32Array(rows * steps) };
    const running = new Set(Array.from({ length: rows }, (_, row) => row));
    const factors = policy.factorsOf(this.state?.flat);
    /** @type {import('./tfPolicy.mjs').Cache} */
    const cache = Array.from({ length: layers });
    let ids = tf.tensor2d(prompts, [rows, promptLength], 'int32');
    for (let t = 0; t < steps && running.size > 0; t++) {
      const logits = policy.forward(ids, factors, cache);
      const last = tf.reshape(tf.slice(logits, [0, ids.shape[1] - 1, 0], [rows, 1, vocabSize]), [rows, vocabSize]);
      const uniform = uniforms && tf.tensor1d(Float32Array.from({ length: rows }, (_, r) => uniforms[r * steps + t]));
      const drawn = policy.draw(last, uniform);
      const [tokens, logs] = [drawn.ids.dataSync(), drawn.logs?.dataSync()];
      for (const row of running) {
        out.ids[row * steps + t] = tokens[row];
        out.logs[row * steps + t] = logs?.[row] ?? 0;
        if (endIds.includes(tokens[row])) running.delete(row);
      }
      ids = tf.reshape(drawn.ids, [rows, 1]);
    }
    return out;
  }
}
