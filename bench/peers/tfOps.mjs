/**
 * @file The operators of the policy in TensorFlow.js, in two forms: with the library's own gradients, and with
 * gradients by hand. The WASM backend multiplies transposed operands many times slower, and its own gradients are made
 * of such products.
 */
/* global tf */

/** @typedef {any} Tensor @typedef {{cos: Tensor, sin: Tensor}} Tables */

/** [-second half, first half] of the last axis; transposed, [second half, -first half]. @param {Tensor} x */
function half(x, transposed = false) {
  const [rows, heads, length, size] = x.shape;
  const part = [rows, heads, length, size / 2];
  const [first, second] = [tf.slice(x, [0, 0, 0, 0], part), tf.slice(x, [0, 0, 0, size / 2], part)];
  return tf.concat(transposed ? [second, tf.neg(first)] : [tf.neg(second), first], 3);
}

/** @param {Tensor} x @param {Tables} tables */
const turned = (x, { cos, sin }) => tf.add(tf.mul(x, cos), tf.mul(half(x), sin));

/** The last two axes exchanged. @param {Tensor} x */
function swapped(x) {
  const rank = x.shape.length;
  const axes = Array.from({ length: rank }, (_, i) => i);
  [axes[rank - 1], axes[rank - 2]] = [rank - 2, rank - 1];
  return tf.transpose(x, axes);
}

/** The library's operators and gradients. */
export const plain = {
  /** x times a frozen weight. @param {Tensor} x @param {{weight: Tensor, transposed: Tensor | null}} frozen */
  frozen: (x, { weight }) => tf.matMul(x, weight),
  /** @param {Tensor} a @param {Tensor} b */
  product: (a, b) => tf.matMul(a, b),
  /** @param {Tensor} q @param {Tensor} k */
  scores: (q, k) => tf.matMul(q, k, false, true),
  /** @param {Tensor} x */
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
  /** @param {Tensor} x @param {Tensor} weight @param {number} epsilon */
  norm: (x, weight, epsilon) => {
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
    return tf.mul(tf.mul(x, scale), weight);
  },
  rotate: turned,
};

/** A function of one tensor with its gradient by hand. @param {Tensor} x @param {(x: Tensor, save: any) => any} f */
const custom = (x, f) => tf.customGrad(f)(x);

/** A function of two tensors with its gradients by hand. @param {Tensor} a @param {Tensor} b @param {any} f */
const customOfTwo = (a, b, f) => tf.customGrad(f)(a, b);

/** Gradients by hand, without a transposed operand. @type {typeof plain} */
export const tuned = {
  frozen: (x, { weight, transposed }) =>
    custom(x, (input) => ({
      value: tf.matMul(input, weight),
      gradFunc: (/** @type {Tensor} */ dy) => [tf.matMul(dy, transposed)],
    })),
  product: (a, b) =>
    customOfTwo(a, b, (/** @type {Tensor} */ x, /** @type {Tensor} */ y, /** @type {any} */ save) => {
      save([x, y]);
      const gradFunc = (/** @type {Tensor} */ dy, /** @type {Tensor[]} */ [l, r]) => [
        tf.matMul(dy, swapped(r)),
        tf.matMul(swapped(l), dy),
      ];
      return { value: tf.matMul(x, y), gradFunc };
    }),
  scores: (q, k) =>
    customOfTwo(q, k, (/** @type {Tensor} */ x, /** @type {Tensor} */ y, /** @type {any} */ save) => {
      save([x, y]);
      const gradFunc = (/** @type {Tensor} */ dy, /** @type {Tensor[]} */ [l, r]) => [
        tf.matMul(dy, r),
        tf.matMul(swapped(dy), l),
      ];
      return { value: tf.matMul(x, swapped(y)), gradFunc };
    }),
  silu: (x) =>
    custom(x, (input, save) => {
      const gate = tf.sigmoid(input);
      save([input, gate]);
      const gradFunc = (/** @type {Tensor} */ dy, /** @type {Tensor[]} */ [saved, s]) => [
        tf.mul(dy, tf.mul(s, tf.add(1, tf.mul(saved, tf.sub(1, s))))),
      ];
      return { value: tf.mul(input, gate), gradFunc };
    }),
  norm: (x, weight, epsilon) =>
    custom(x, (input, save) => {
      const scale = tf.rsqrt(tf.add(tf.mean(tf.square(input), -1, true), epsilon));
      const unit = tf.mul(input, scale);
      save([unit, scale]);
      const gradFunc = (/** @type {Tensor} */ dy, /** @type {Tensor[]} */ [u, s]) => {
        const scaled = tf.mul(dy, weight);
        return [tf.mul(s, tf.sub(scaled, tf.mul(u, tf.mean(tf.mul(scaled, u), -1, true))))];
      };
      return { value: tf.mul(unit, weight), gradFunc };
    }),
  rotate: (x, tables) =>
    custom(x, (input) => ({
      value: turned(input, tables),
      gradFunc: (/** @type {Tensor} */ dy) => [tf.add(tf.mul(dy, tables.cos), half(tf.mul(dy, tables.sin), true))],
    })),
};
