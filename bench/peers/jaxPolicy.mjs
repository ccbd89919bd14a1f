/** @file The policy in jax-js: functions of arrays that take ownership of their arguments, to be compiled by `jit`. */
import { nn, numpy as np } from '@jax-js/jax';

/**
 * @typedef {any} Array an array of jax-js; passing it on gives it away, `.ref` keeps it
 * @typedef {Record<string, Array>} Factors
 */

/** @param {import('../work/read.mjs').Work} work */
export function jaxPolicy(work) {
  const { config, adapter, arrays } = work;
  const size = config.dim / config.heads;
  /** @type {Record<string, Array>} */
  const weights = {};
  for (const [name, { shape, data }] of Object.entries(arrays))
    if (name.startsWith('weight.')) weights[name.slice(7)] = np.array(data).reshape(shape);
  const numbers = (/** @type {number} */ count) => Float32Array.from({ length: count }, (_, i) => i);
  const vocabulary = np.array(numbers(config.vocabSize));

  /** One-hot rows of token ids, which are floats: comparisons of integers are slow here. @param {Array} ids */
  const oneHot = (ids) => np.equal(ids.reshape([...ids.shape, 1]), vocabulary.ref).astype(np.float32);

  const linear = (/** @type {string} */ name, /** @type {Array} */ x, /** @type {Factors | null} */ factors) => {
    if (!factors) return np.matmul(x, weights[name].ref);
    const y = np.matmul(x.ref, weights[name].ref);
    const low = np.matmul(np.matmul(x, factors[`${name}.a`]), factors[`${name}.b`]);
    return y.add(low.mul(adapter.scale));
  };

  const norm = (/** @type {string} */ name, /** @type {Array} */ x) => {
    const mean = np.square(x.ref).mean(-1, { keepdims: true });
    return x.div(np.sqrt(mean.add(config.normEps))).mul(weights[name].ref);
  };

  const rotate = (/** @type {Array} */ x, /** @type {Array} */ cos, /** @type {Array} */ sin) => {
    const first = x.ref.slice([], [], [], [0, size / 2]);
    const second = x.ref.slice([], [], [], [size / 2]);
    return x.mul(cos).add(np.concatenate([second.neg(), first], 3).mul(sin));
  };

  const feedForward = (/** @type {string} */ layer, /** @type {Array} */ x, /** @type {Factors | null} */ factors) => {
    const normed = norm(`${layer}.mlp_norm`, x.ref);
    const gated = nn.silu(linear(`${layer}.gate`, normed.ref, factors)).mul(linear(`${layer}.up`, normed, factors));
    return x.add(linear(`${layer}.down`, gated, factors));
  };

  const head = (/** @type {Array} */ x) => np.matmul(norm('norm', x), weights.head.ref);

  /**
   * Runs the layers over x [rows * length, d]; `attend` gives the values of heads [rows, H, length, hd] for rotated
   * queries and keys of one layer.
   * @param {Array} x
   * @param {number} rows
   * @param {Factors | null} factors
   * @param {{cos: Array, sin: Array}} rotary
   * @param {(i: number, q: Array, k: Array, v: Array) => Array} attend
   */
  function layers(x, rows, factors, { cos, sin }, attend) {
    const length = x.shape[0] / rows;
    for (let i = 0; i < config.layers; i++) {
      const layer = `layers.${i}`;
      const normed = norm(`${layer}.attention_norm`, x.ref);
      const heads = (/** @type {string} */ name) =>
        linear(`${layer}.${name}`, normed.ref, factors)
          .reshape([rows, length, config.heads, size])
          .transpose([0, 2, 1, 3]);
      const q = rotate(heads('q'), cos.ref, sin.ref);
      const k = rotate(heads('k'), cos.ref, sin.ref);
      const attended = attend(i, q, k, heads('v'));
      normed.dispose();
      const joined = attended.transpose([0, 2, 1, 3]).reshape([rows * length, config.dim]);
      x = feedForward(layer, x.add(linear(`${layer}.o`, joined, factors)), factors);
    }
    cos.dispose();
    sin.dispose();
    return x;
  }

  const attention = (
    /** @type {Array} */ q,
    /** @type {Array} */ k,
    /** @type {Array} */ v,
    /** @type {Array} */ mask,
  ) => {
    const scores = np
      .matmul(q, k.transpose([0, 1, 3, 2]))
      .mul(1 / Math.sqrt(size))
      .add(mask);
    return np.matmul(nn.softmax(scores, -1), v);
  };

  /** Cosines and sines [length, hd] of positions from `start` on. */
  function rotary(/** @type {number} */ start, /** @type {number} */ length) {
    const angle = (/** @type {number} */ i) =>
      (start + Math.floor(i / size)) * config.ropeTheta ** ((-2 * (i % (size / 2))) / size);
    const table = (/** @type {(x: number) => number} */ f) =>
      np.array(Float32Array.from({ length: length * size }, (_, i) => f(angle(i)))).reshape([length, size]);
    return { cos: table(Math.cos), sin: table(Math.sin) };
  }

  const causal = (/** @type {number} */ length) =>
    np
      .array(Float32Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? -1e9 : 0)))
      .reshape([length, length]);

  /** Embeddings [rows * length, d] of ids, floats [rows, length]. */
  const embedded = (/** @type {Array} */ ids) => {
    const count = ids.shape[0] * (ids.shape[1] ?? 1);
    return np.matmul(oneHot(ids).reshape([count, config.vocabSize]), weights.embedding.ref);
  };

  /** log p of each token after the first of ids, floats [rows, length]. */
  function logProbs(/** @type {Factors | null} */ factors, /** @type {Array} */ ids) {
    const [rows, length] = ids.shape;
    const next = oneHot(ids.ref.slice([], [1]));
    const x = embedded(ids.slice([], [0, length - 1]));
    const mask = causal(length - 1);
    const hidden = layers(x, rows, factors, rotary(0, length - 1), (_, q, k, v) => attention(q, k, v, mask.ref));
    const logits = head(hidden).reshape([rows, length - 1, config.vocabSize]);
    return nn.logSoftmax(logits, -1).mul(next).sum(-1);
  }

  return { config, size, linear, layers, attention, rotary, causal, embedded, head, oneHot, logProbs, numbers };
}
