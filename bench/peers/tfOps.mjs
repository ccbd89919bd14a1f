/**
 * @file The operators of the policy in TensorFlow.js, in two forms: as written by a user, with the library's own
 * gradients, and with gradients by hand. The WASM backend multiplies transposed operands many times slower, and its
 * own gradients are made of such products.
 */
/* global tf */

/** The library's operators and gradients. */
export const plain = {
  frozen: (/** @type {any} */ x, /** @type {any} */ { weight }) => tf.matMul(x, weight),
  product: (/** @type {any} */ a, /** @type {any} */ b) => tf.matMul(a, b),
  scores: (/** @type {any} */ q, /** @type {any} */ k) => tf.matMul(q, k, false, true),
  silu: (/** @type {any} */ x) => tf.mul(x, tf.sigmoid(x)),
  norm: (/** @type {any} */ x, /** @type {any} */ weight, /** @type {number} */ epsilon) =>
    tf.mul(tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon))), weight),
  rotate: (/** @type {any} */ x, /** @type {any} */ tables) => turned(x, tables),
};

/** [-second half, first half] of the last axis, or its transpose. */
function half(/** @type {any} */ x, transposed = false) {
  const size = x.shape[3] / 2;
  const [rows, heads, length] = x.shape;
  const first = tf.slice(x, [0, 0, 0, 0], [rows, heads, length, size]);
  const second = tf.slice(x, [0, 0, 0, size], [rows, heads, length, size]);
  return tf.concat(transposed ? [second, tf.neg(first)] : [tf.neg(second), first], 3);
}

const turned = (/** @type {any} */ x, /** @type {any} */ { cos, sin }) => tf.add(tf.mul(x, cos), tf.mul(half(x), sin));

const product = (/** @type {any} */ a, /** @type {any} */ b) =>
  tf.customGrad((/** @type {any} */ x, /** @type {any} */ y, /** @type {any} */ save) => {
    save([x, y]);
    return {
      value: tf.matMul(x, y),
      gradFunc: (/** @type {any} */ dy, /** @type {any} */ [l, r]) => [
        tf.matMul(dy, swapped(r)),
        tf.matMul(swapped(l), dy),
      ],
    };
  })(a, b);

/** The last two axes exchanged. @param {any} x */
function swapped(x) {
  const rank = x.shape.length;
  const axes = Array.from({ length: rank }, (_, i) => i);
  [axes[rank - 1], axes[rank - 2]] = [rank - 2, rank - 1];
  return tf.transpose(x, axes);
}

/** Gradients by hand, without a transposed operand. */
export const tuned = {
  frozen: (/** @type {any} */ x, /** @type {any} */ { weight, transposed }) =>
    tf.customGrad((/** @type {any} */ input) => ({
      value: tf.matMul(input, weight),
      gradFunc: (/** @type {any} */ dy) => [tf.matMul(dy, transposed)],
    }))(x),
  product,
  scores: (/** @type {any} */ q, /** @type {any} */ k) =>
    tf.customGrad((/** @type {any} */ x, /** @type {any} */ y, /** @type {any} */ save) => {
      save([x, y]);
      return {
        value: tf.matMul(x, swapped(y)),
        gradFunc: (/** @type {any} */ dy, /** @type {any} */ [l, r]) => [tf.matMul(dy, r), tf.matMul(swapped(dy), l)],
      };
    })(q, k),
  silu: (/** @type {any} */ x) =>
    tf.customGrad((/** @type {any} */ input, /** @type {any} */ save) => {
      const gate = tf.sigmoid(input);
      save([input, gate]);
      return {
        value: tf.mul(input, gate),
        gradFunc: (/** @type {any} */ dy, /** @type {any} */ [saved, s]) => [
          tf.mul(dy, tf.mul(s, tf.add(1, tf.mul(saved, tf.sub(1, s))))),
        ],
      };
    })(x),
  norm: (/** @type {any} */ x, /** @type {any} */ weight, /** @type {number} */ epsilon) =>
    tf.customGrad((/** @type {any} */ input, /** @type {any} */ save) => {
      const scale = tf.rsqrt(tf.add(tf.mean(tf.square(input), -1, true), epsilon));
      const unit = tf.mul(input, scale);
      save([unit, scale]);
      return {
        value: tf.mul(unit, weight),
        gradFunc: (/** @type {any} */ dy, /** @type {any} */ [u, s]) => {
          const scaled = tf.mul(dy, weight);
          return [tf.mul(s, tf.sub(scaled, tf.mul(u, tf.mean(tf.mul(scaled, u), -1, true))))];
        },
      };
    })(x),
  rotate: (/** @type {any} */ x, /** @type {any} */ tables) =>
    tf.customGrad((/** @type {any} */ input) => ({
      value: turned(input, tables),
      gradFunc: (/** @type {any} */ dy) => [tf.add(tf.mul(dy, tables.cos), half(tf.mul(dy, tables.sin), true))],
    }))(x),
};
