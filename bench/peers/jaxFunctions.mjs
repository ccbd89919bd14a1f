/** @file The compiled functions of jax-js: gradient, update, prefill, decoding step and draw. */
import { jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { causal } from './jaxPolicy.mjs';

/**
 * @typedef {import('./jaxPolicy.mjs').Array} Array
 * @typedef {import('./jaxPolicy.mjs').Factors} Factors
 * @typedef {import('./jaxPolicy.mjs').JaxPolicy} Policy
 * @typedef {{keys: Array[], values: Array[]}} Cache [rows, H, capacity, hd] of each layer
 */

/** GRPO's clipped loss, summed with weights per token, and its gradient. @param {Policy} policy @param {number} clip */
export const gradientOf = (policy, clip) =>
  jit(
    valueAndGrad(
      (
        /** @type {Factors} */ factors,
        /** @type {Array} */ ids,
        /** @type {Array} */ old,
        /** @type {Array} */ advantages,
        /** @type {Array} */ weights,
      ) => {
        const ratio = np.exp(policy.logProbs(factors, ids).sub(old));
        const clipped = np.clip(ratio.ref, 1 - clip, 1 + clip).mul(advantages.ref);
        return np.minimum(ratio.mul(advantages), clipped).mul(weights).sum().neg();
      },
    ),
  );

/**
 * One update of AdamW with clipping by the global norm; rates: learning rate, norm, two corrections.
 * @param {{beta1: number, beta2: number, epsilon: number}} options
 */
export const adamOf = ({ beta1, beta2, epsilon }) =>
  jit(
    (
      /** @type {{p: Factors, m: Factors, v: Factors}} */ { p, m, v },
      /** @type {Factors} */ g,
      /** @type {Array[]} */ [learningRate, maxNorm, first, second],
    ) => {
      const names = Object.keys(p);
      const total = names.map((name) => np.square(g[name].ref).sum()).reduce((sum, square) => sum.add(square));
      const factor = np.minimum(maxNorm.div(np.sqrt(total).add(1e-6)), 1);
      /** @type {{p: Factors, m: Factors, v: Factors}} */
      const next = { p: {}, m: {}, v: {} };
      for (const name of names) {
        const gradient = g[name].mul(factor.ref);
        const mean = m[name].mul(beta1).add(gradient.ref.mul(1 - beta1));
        const spread = v[name].mul(beta2).add(np.square(gradient).mul(1 - beta2));
        const direction = mean.ref.div(first.ref).div(np.sqrt(spread.ref.div(second.ref)).add(epsilon));
        next.p[name] = p[name].sub(direction.mul(learningRate.ref));
        next.m[name] = mean;
        next.v[name] = spread;
      }
      for (const left of [factor, learningRate, first, second]) left.dispose();
      return next;
    },
  );

/** Prompts of one length: logits of the next token, and their cache. @param {Policy} policy */
export const prefillOf = (policy) =>
  jit(
    (/** @type {Factors} */ factors, /** @type {Array} */ ids, /** @type {number} */ capacity) => {
      const [rows, length] = ids.shape;
      const padded = (/** @type {Array} */ x) => {
        const none = /** @type {[number, number]} */ ([0, 0]);
        return np.pad(x, [none, none, [0, capacity - length], none]);
      };
      /** @type {Cache} */
      const cache = { keys: [], values: [] };
      const mask = causal(length);
      const hidden = policy.layers(policy.embedded(ids), rows, factors, policy.rotary(0, length), (_, q, k, v) => {
        cache.keys.push(padded(k.ref));
        cache.values.push(padded(v.ref));
        return policy.attention(q, k, v, mask.ref);
      });
      const last = hidden.reshape([rows, length, policy.config.dim]).slice([], length - 1, []);
      return { logits: policy.head(last), cache };
    },
    { staticArgnums: [2] },
  );

/** One token a row, at one position: logits of the next, and the cache with it. @param {Policy} policy */
export const stepOf = (policy) =>
  jit(
    (
      /** @type {Factors} */ factors,
      /** @type {Cache} */ cache,
      /** @type {Array} */ ids,
      /** @type {{slot: Array, hidden: Array, cos: Array, sin: Array}} */ { slot, hidden, cos, sin },
    ) => {
      const own = slot.reshape([-1, 1]);
      const rest = own.ref.mul(-1).add(1);
      /** @type {Cache} */
      const next = { keys: [], values: [] };
      const x = policy.layers(policy.embedded(ids), ids.shape[0], factors, { cos, sin }, (i, q, k, v) => {
        next.keys.push(cache.keys[i].mul(rest.ref).add(k.mul(own.ref)));
        next.values.push(cache.values[i].mul(rest.ref).add(v.mul(own.ref)));
        return policy.attention(q, next.keys[i].ref, next.values[i].ref, hidden.ref);
      });
      for (const left of [own, rest, hidden]) left.dispose();
      return { logits: policy.head(x), cache: next };
    },
  );

/** A token per row of logits [rows, V], as floats, and its log-probability. @param {Policy} policy */
export const drawOf = (policy) =>
  jit((/** @type {Array} */ logits, /** @type {Array} */ uniform) => {
    const { vocabSize } = policy.config;
    const log = nn.logSoftmax(logits, -1);
    const sums = np.cumsum(np.exp(log.ref), 1);
    const target = sums.ref.slice([], [vocabSize - 1, vocabSize]).mul(uniform.reshape([uniform.shape[0], 1]));
    const below = np.lessEqual(sums, target).astype(np.float32).sum(-1);
    const ids = np.minimum(below, vocabSize - 1);
    return { ids: ids.ref, logs: log.mul(policy.oneHot(ids)).sum(-1) };
  });

/** The likeliest token of each row, as floats. */
export const best = jit((/** @type {Array} */ logits) => np.argmax(logits, -1).astype(np.float32));
