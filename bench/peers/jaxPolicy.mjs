/** @file The policy in jax-js: functions of arrays that take ownership of their arguments, to be compiled by `jit`. */
import { nn, numpy as np } from '@jax-js/jax';

/**
 * @typedef {any} Array an array of jax-js; passing it on gives it away, `.ref` keeps it
 * @typedef {Record<string, Array>} Factors
 * @typedef {{cos: Array, sin: Array}} Rotary
 */

/** Additive mask [length, length] that hides later positions. @param {number} length */
export const causal = (length) =>
  np
    .array(Float32Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? -1e9 : 0)))
    .reshape([length, length]);

export class JaxPolicy {
  /** @param {import('../work/read.mjs').Work} work */
  constructor({ config, adapter, arrays }) {
    this.config = config;
    this.adapter = adapter;
    this.size = config.dim / config.heads;
    /** @type {Record<string, Array>} */
    this.weights = {};
    for (const [name, { shape, data }] of Object.entries(arrays))
      if (name.startsWith('weight.')) this.weights[name.slice(7)] = np.array(data).reshape(shape);
    this.vocabulary = np.array(Float32Array.from({ length: config.vocabSize }, (_, i) => i));
  }

  /** One-hot rows of token ids, which are floats: comparisons of integers are slow here. @param {Array} ids */
  oneHot(ids) {
    return np.equal(ids.reshape([...ids.shape, 1]), this.vocabulary.ref).astype(np.float32);
  }

  /** @param {string} name @param {Array} x @param {Factors | null} factors */
  linear(name, x, factors) {
    const weight = this.weights[name].ref;
    if (!factors) return np.matmul(x, weight);
    const y = np.matmul(x.ref, weight);
    const low = np.matmul(np.matmul(x, factors[`${name}.a`]), factors[`${name}.b`]);
    return y.add(low.mul(this.adapter.scale));
  }

  /** @param {string} name @param {Array} x */
  norm(name, x) {
    const mean = np.square(x.ref).mean(-1, { keepdims: true });
    return x.div(np.sqrt(mean.add(this.config.normEps))).mul(this.weights[name].ref);
  }

  /** Heads [rows, H, length, hd] turned by their positions. @param {Array} x @param {Rotary} rotary */
  rotate(x, { cos, sin }) {
    const first = x.ref.slice([], [], [], [0, this.size / 2]);
    const second = x.ref.slice([], [], [], [this.size / 2]);
    return x.mul(cos.ref).add(np.concatenate([second.neg(), first], 3).mul(sin.ref));
  }

  /** @param {string} layer @param {Array} x @param {Factors | null} factors */
  feedForward(layer, x, factors) {
    const normed = this.norm(`${layer}.mlp_norm`, x.ref);
    const gate = nn.silu(this.linear(`${layer}.gate`, normed.ref, factors));
    const gated = gate.mul(this.linear(`${layer}.up`, normed, factors));
    return x.add(this.linear(`${layer}.down`, gated, factors));
  }

  /** @param {Array} x */
  head(x) {
    return np.matmul(this.norm('norm', x), this.weights.head.ref);
  }

  /**
   * Runs the layers over x [rows * length, d]; `attend` gives the attended values [rows, H, length, hd] for rotated
   * queries and keys of one layer.
   * @param {Array} x @param {number} rows @param {Factors | null} factors @param {Rotary} rotary
   * @param {(i: number, q: Array, k: Array, v: Array) => Array} attend
   */
  layers(x, rows, factors, rotary, attend) {
    const { config, size } = this;
    const length = x.shape[0] / rows;
    for (let i = 0; i < config.layers; i++) {
      const layer = `layers.${i}`;
      const normed = this.norm(`${layer}.attention_norm`, x.ref);
      const heads = (/** @type {string} */ name) =>
        this.linear(`${layer}.${name}`, normed.ref, factors)
          .reshape([rows, length, config.heads, size])
          .transpose([0, 2, 1, 3]);
      const [q, k, v] = [this.rotate(heads('q'), rotary), this.rotate(heads('k'), rotary), heads('v')];
      normed.dispose();
      const joined = attend(i, q, k, v)
        .transpose([0, 2, 1, 3])
        .reshape([rows * length, config.dim]);
      x = this.feedForward(layer, x.add(this.linear(`${layer}.o`, joined, factors)), factors);
    }
    rotary.cos.dispose();
    rotary.sin.dispose();
    return x;
  }

  /** @param {Array} q @param {Array} k @param {Array} v @param {Array} mask */
  attention(q, k, v, mask) {
    const scores = np.matmul(q, k.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(this.size));
    return np.matmul(nn.softmax(scores.add(mask), -1), v);
  }

  /** Cosines and sines [length, hd] of positions from `start` on. @param {number} start @param {number} length */
  rotary(start, length) {
    const { config, size } = this;
    const angle = (/** @type {number} */ i) =>
      (start + Math.floor(i / size)) * config.ropeTheta ** ((-2 * (i % (size / 2))) / size);
    const table = (/** @type {(x: number) => number} */ f) =>
      np.array(Float32Array.from({ length: length * size }, (_, i) => f(angle(i)))).reshape([length, size]);
    return { cos: table(Math.cos), sin: table(Math.sin) };
  }

  /** Embeddings [rows * length, d] of ids, floats [rows, length] or [rows]. @param {Array} ids */
  embedded(ids) {
    const count = ids.shape[0] * (ids.shape[1] ?? 1);
    return np.matmul(this.oneHot(ids).reshape([count, this.config.vocabSize]), this.weights.embedding.ref);
  }

  /** log p of each token after the first of ids, floats [rows, length]. @param {Factors | null} factors @param {Array} ids */
  logProbs(factors, ids) {
    const [rows, length] = ids.shape;
    const next = this.oneHot(ids.ref.slice([], [1]));
    const x = this.embedded(ids.slice([], [0, length - 1]));
    const mask = causal(length - 1);
    const attend = (/** @type {number} */ _, /** @type {Array} */ q, /** @type {Array} */ k, /** @type {Array} */ v) =>
      this.attention(q, k, v, mask.ref);
    const hidden = this.layers(x, rows, factors, this.rotary(0, length - 1), attend);
    const logits = this.head(hidden).reshape([rows, length - 1, this.config.vocabSize]);
    return nn.logSoftmax(logits, -1).mul(next).sum(-1);
  }
}
