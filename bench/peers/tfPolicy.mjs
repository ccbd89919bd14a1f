/** @file The policy in TensorFlow.js over a set of operators: whole sequences, and steps with a cache. */
/* global tf */

/**
 * @typedef {any} Tensor
 * @typedef {Record<string, Tensor>} Factors
 * @typedef {{keys: Tensor, values: Tensor}[]} Cache by layer
 */

export class TfPolicy {
  /**
   * @param {import('../work/read.mjs').Work} work
   * @param {typeof import('./tfOps.mjs').plain} ops
   */
  constructor({ config, adapter, arrays }, ops) {
    this.config = config;
    this.adapter = adapter;
    this.ops = ops;
    this.size = config.dim / config.heads;
    /** @type {Record<string, {weight: Tensor, transposed: Tensor | null}>} */
    this.weights = {};
    for (const [name, { shape, data }] of Object.entries(arrays)) {
      if (!name.startsWith('weight.')) continue;
      const weight = tf.tensor(data, shape);
      this.weights[name.slice(7)] = { weight, transposed: shape.length === 2 ? tf.transpose(weight) : null };
    }
    /** @type {Record<string, {cos: Tensor, sin: Tensor}>} */
    this.rotary = {};
  }

  /** The factors by name, of the flat adapter. @param {Tensor} flat */
  factorsOf(flat) {
    return Object.fromEntries(
      this.adapter.segments.map((/** @type {any} */ { name, offset, shape }) => [
        name,
        tf.reshape(tf.slice(flat, [offset], [shape[0] * shape[1]]), shape),
      ]),
    );
  }

  /** @param {string} name @param {Tensor} x @param {Factors | null} factors */
  linear(name, x, factors) {
    const { ops } = this;
    const y = ops.frozen(x, this.weights[name]);
    if (!factors) return y;
    const low = ops.product(ops.product(x, factors[`${name}.a`]), factors[`${name}.b`]);
    return tf.add(y, tf.mul(low, this.adapter.scale));
  }

  /** @param {string} name @param {Tensor} x */
  norm(name, x) {
    return this.ops.norm(x, this.weights[name].weight, this.config.normEps);
  }

  /**
   * Cosines and sines [length, hd]. Kept: gradients by hand read them after the forward pass has released its own.
   * @param {number} start @param {number} length
   */
  tables(start, length) {
    const { size, config } = this;
    const angle = (/** @type {number} */ i) =>
      (start + Math.floor(i / size)) * config.ropeTheta ** ((-2 * (i % (size / 2))) / size);
    const table = (/** @type {(x: number) => number} */ f) =>
      tf.keep(
        tf.tensor2d(
          Float32Array.from({ length: length * size }, (_, i) => f(angle(i))),
          [length, size],
        ),
      );
    return (this.rotary[`${start} ${length}`] ??= { cos: table(Math.cos), sin: table(Math.sin) });
  }

  /**
   * The attended values of a layer [rows * length, d]; a cache is continued.
   * @param {number} i @param {Tensor} normed @param {number} rows @param {Factors | null} factors
   * @param {Cache | null} cache
   */
  attention(i, normed, rows, factors, cache) {
    const { config, size, ops } = this;
    const length = normed.shape[0] / rows;
    const past = cache?.[i];
    const tables = this.tables(past?.keys.shape[2] ?? 0, length);
    const heads = (/** @type {string} */ name) => {
      const x = this.linear(`layers.${i}.${name}`, normed, factors);
      return tf.transpose(tf.reshape(x, [rows, length, config.heads, size]), [0, 2, 1, 3]);
    };
    const q = ops.rotate(heads('q'), tables);
    let [keys, values] = [ops.rotate(heads('k'), tables), heads('v')];
    if (past) [keys, values] = [tf.concat([past.keys, keys], 2), tf.concat([past.values, values], 2)];
    if (cache) cache[i] = { keys, values };
    const scores = tf.mul(ops.scores(q, keys), 1 / Math.sqrt(size));
    const seen = length > 1 ? tf.add(scores, causal(length)) : scores;
    const attended = ops.product(tf.softmax(seen), values);
    return tf.reshape(tf.transpose(attended, [0, 2, 1, 3]), [rows * length, config.dim]);
  }

  /** Logits [rows, length, V] of ids [rows, length]. @param {Tensor} ids @param {Factors | null} factors @param {Cache | null} cache */
  forward(ids, factors, cache = null) {
    const { config, ops } = this;
    const [rows, length] = ids.shape;
    let x = tf.gather(this.weights.embedding.weight, tf.reshape(ids, [-1]));
    for (let i = 0; i < config.layers; i++) {
      const layer = `layers.${i}`;
      const attended = this.attention(i, this.norm(`${layer}.attention_norm`, x), rows, factors, cache);
      x = tf.add(x, this.linear(`${layer}.o`, attended, factors));
      const normed = this.norm(`${layer}.mlp_norm`, x);
      const gate = ops.silu(this.linear(`${layer}.gate`, normed, factors));
      const gated = tf.mul(gate, this.linear(`${layer}.up`, normed, factors));
      x = tf.add(x, this.linear(`${layer}.down`, gated, factors));
    }
    const logits = ops.frozen(this.norm('norm', x), this.weights.head);
    return tf.reshape(logits, [rows, length, config.vocabSize]);
  }

  /** log p of each token after the first, [rows, length - 1]. @param {Tensor} ids @param {Factors | null} factors */
  logProbs(ids, factors) {
    const [rows, length] = ids.shape;
    const next = tf.oneHot(tf.slice(ids, [0, 1], [rows, length - 1]), this.config.vocabSize);
    const logits = this.forward(tf.slice(ids, [0, 0], [rows, length - 1]), factors);
    return tf.sum(tf.mul(tf.logSoftmax(logits), tf.cast(next, 'float32')), -1);
  }

  /** A token per row of logits [rows, V] and its log-probability; greedy without uniform numbers. @param {Tensor} logits @param {Tensor | null} uniform */
  draw(logits, uniform) {
    const { vocabSize } = this.config;
    if (!uniform) return { ids: tf.argMax(logits, -1), logs: null };
    const log = tf.logSoftmax(logits);
    // An axis from the end, cumsum(-1), overwrites other tensors on this backend.
    const sums = tf.cumsum(tf.exp(log), 1);
    const target = tf.mul(tf.slice(sums, [0, vocabSize - 1], [-1, 1]), tf.reshape(uniform, [-1, 1]));
    const count = tf.sum(tf.cast(tf.lessEqual(sums, target), 'float32'), 1);
    const ids = tf.cast(tf.minimum(count, vocabSize - 1), 'int32');
    return { ids, logs: tf.sum(tf.mul(log, tf.cast(tf.oneHot(ids, vocabSize), 'float32')), 1) };
  }
}

/** Additive mask [length, length] that hides later positions. @param {number} length */
const causal = (length) =>
  tf.tensor2d(
    Float32Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? -1e9 : 0)),
    [length, length],
  );
