/** @file The policy in TensorFlow.js on its WASM backend, with plain or tuned gradients. */
/* global tf */
import { plain, tuned } from './tfOps.mjs';

/** @typedef {import('../work/read.mjs').Work} Work */

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

/** Cosines and sines [positions, head size] as flat arrays. @param {Work['config']} config */
function rotaryTables(config) {
  const size = config.dim / config.heads;
  const angle = (/** @type {number} */ i) =>
    Math.floor(i / size) * config.ropeTheta ** ((-2 * (i % (size / 2))) / size);
  const table = (/** @type {(x: number) => number} */ f) =>
    tf.tensor2d(
      Float32Array.from({ length: config.maxSequence * size }, (_, i) => f(angle(i))),
      [config.maxSequence, size],
    );
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

/** @param {Work} work @param {'plain' | 'tuned'} gradients @returns {import('./peer.mjs').Model} */
export function tensorFlowModel(work, gradients) {
  const { config, adapter, train, optimizer, arrays } = work;
  const ops = gradients === 'tuned' ? tuned : plain;
  const size = config.dim / config.heads;
  const rotary = rotaryTables(config);
  /** @type {Record<string, any>} */
  const weights = {};
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    if (!name.startsWith('weight.')) continue;
    const weight = tf.tensor(data, shape);
    weights[name.slice(7)] = { weight, transposed: shape.length === 2 ? tf.transpose(weight) : null };
  }
  /** @type {any} */
  let state = null;
  /** @type {any} */
  let gradient = null;

  /** The factors by name, of the flat adapter. */
  const factorsOf = (/** @type {any} */ flat) =>
    Object.fromEntries(
      adapter.segments.map((/** @type {any} */ { name, offset, shape }) => [
        name,
        tf.reshape(tf.slice(flat, [offset], [shape[0] * shape[1]]), shape),
      ]),
    );

  const linear = (/** @type {string} */ name, /** @type {any} */ x, /** @type {any} */ factors) => {
    const y = ops.frozen(x, weights[name]);
    if (!factors) return y;
    const low = ops.product(ops.product(x, factors[`${name}.a`]), factors[`${name}.b`]);
    return tf.add(y, tf.mul(low, adapter.scale));
  };

  /** @type {Record<string, any>} Kept: gradients by hand read them after the forward pass has released its own. */
  const kept = {};
  const tablesAt = (/** @type {number} */ start, /** @type {number} */ length) => {
    const at = (/** @type {any} */ table) => tf.keep(tf.slice(table, [start, 0], [length, size]));
    return (kept[`${start} ${length}`] ??= { cos: at(rotary.cos), sin: at(rotary.sin) });
  };

  /** Logits [rows * length, V]; `cache` holds keys and values by layer and is continued. */
  function forward(/** @type {any} */ ids, /** @type {any} */ factors, /** @type {any[] | null} */ cache = null) {
    const [rows, length] = ids.shape;
    const start = cache?.[0]?.keys.shape[2] ?? 0;
    const tables = tablesAt(start, length);
    const mask = length > 1 ? causalMask(length) : null;
    const heads = (/** @type {any} */ x) =>
      tf.transpose(tf.reshape(x, [rows, length, config.heads, size]), [0, 2, 1, 3]);
    let x = tf.gather(weights.embedding.weight, tf.reshape(ids, [-1]));
    for (let i = 0; i < config.layers; i++) {
      const layer = `layers.${i}`;
      const normed = ops.norm(x, weights[`${layer}.attention_norm`].weight, config.normEps);
      const q = ops.rotate(heads(linear(`${layer}.q`, normed, factors)), tables);
      let keys = ops.rotate(heads(linear(`${layer}.k`, normed, factors)), tables);
      let values = heads(linear(`${layer}.v`, normed, factors));
      if (cache) {
        if (cache[i]) [keys, values] = [tf.concat([cache[i].keys, keys], 2), tf.concat([cache[i].values, values], 2)];
        cache[i] = { keys, values };
      }
      const scores = tf.mul(ops.scores(q, keys), 1 / Math.sqrt(size));
      const attended = ops.product(tf.softmax(mask ? tf.add(scores, mask) : scores), values);
      const joined = tf.reshape(tf.transpose(attended, [0, 2, 1, 3]), [rows * length, config.dim]);
      x = tf.add(x, linear(`${layer}.o`, joined, factors));
      const second = ops.norm(x, weights[`${layer}.mlp_norm`].weight, config.normEps);
      const gated = tf.mul(ops.silu(linear(`${layer}.gate`, second, factors)), linear(`${layer}.up`, second, factors));
      x = tf.add(x, linear(`${layer}.down`, gated, factors));
    }
    return ops.frozen(ops.norm(x, weights.norm.weight, config.normEps), weights.head);
  }

  const causalMask = (/** @type {number} */ length) =>
    tf.tensor2d(
      Float32Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? -1e9 : 0)),
      [length, length],
    );

  /** log p of each token after the first, [rows, length - 1]. */
  function logProbs(
    /** @type {Int32Array} */ ids,
    /** @type {number} */ rows,
    /** @type {number} */ length,
    /** @type {any} */ factors,
  ) {
    const all = tf.tensor2d(ids, [rows, length], 'int32');
    const read = tf.slice(all, [0, 0], [rows, length - 1]);
    const next = tf.oneHot(tf.slice(all, [0, 1], [rows, length - 1]), config.vocabSize);
    const logits = tf.reshape(forward(read, factors), [rows, length - 1, config.vocabSize]);
    return tf.sum(tf.mul(tf.logSoftmax(logits), tf.cast(next, 'float32')), -1);
  }

  /** GRPO's clipped loss, summed with weights per token. */
  function lossOf(/** @type {any} */ flat, /** @type {import('./peer.mjs').Batch} */ { ids, rows, length, ...batch }) {
    const perToken = (/** @type {Float32Array} */ data) => tf.tensor2d(data, [rows, length - 1]);
    const [old, advantages, tokenWeights] = [batch.old, batch.advantages, batch.weights].map(perToken);
    const ratio = tf.exp(tf.sub(logProbs(ids, rows, length, factorsOf(flat)), old));
    const clipped = tf.clipByValue(ratio, 1 - train.clip, 1 + train.clip);
    const gain = tf.minimum(tf.mul(ratio, advantages), tf.mul(clipped, advantages));
    return tf.neg(tf.sum(tf.mul(gain, tokenWeights)));
  }

  /** A token per row and its log-probability; greedy without uniform numbers. */
  function draw(/** @type {any} */ logits, /** @type {any} */ uniform) {
    if (!uniform) return { ids: tf.argMax(logits, -1), logs: null };
    const log = tf.logSoftmax(logits);
    // An axis from the end, cumsum(-1), overwrites other tensors on this backend.
    const sums = tf.cumsum(tf.exp(log), 1);
    const target = tf.mul(tf.slice(sums, [0, config.vocabSize - 1], [-1, 1]), tf.reshape(uniform, [-1, 1]));
    const count = tf.sum(tf.cast(tf.lessEqual(sums, target), 'float32'), 1);
    const ids = tf.cast(tf.minimum(count, config.vocabSize - 1), 'int32');
    const own = tf.cast(tf.oneHot(ids, config.vocabSize), 'float32');
    return { ids, logs: tf.sum(tf.mul(log, own), 1) };
  }

  const replace = (/** @type {any} */ old, /** @type {any} */ next) => {
    tf.dispose(old);
    return next;
  };

  return {
    load({ parameters, firstMoment, secondMoment }, updates) {
      const vector = (/** @type {Float32Array} */ data) => tf.tensor1d(data.slice());
      const next = { flat: vector(parameters), m: vector(firstMoment), v: vector(secondMoment) };
      state = replace(state && [state.flat, state.m, state.v], { ...next, updates });
    },
    async gradient(batch) {
      const { value, grad } = tf.tidy(() => {
        const found = tf.valueAndGrad((/** @type {any} */ flat) => lossOf(flat, batch))(state.flat);
        return { value: found.value, grad: found.grad };
      });
      gradient = replace(gradient, grad);
      const [loss] = await value.data();
      value.dispose();
      return loss;
    },
    readGradient: async () => gradient.dataSync(),
    async update({ learningRate, maxGradNorm }) {
      const { beta1, beta2, epsilon } = optimizer;
      const t = state.updates + 1;
      const next = tf.tidy(() => {
        const norm = tf.sqrt(tf.sum(tf.square(gradient)));
        const g = tf.mul(gradient, tf.minimum(1, tf.div(maxGradNorm, tf.add(norm, 1e-6))));
        const m = tf.add(tf.mul(state.m, beta1), tf.mul(g, 1 - beta1));
        const v = tf.add(tf.mul(state.v, beta2), tf.mul(tf.square(g), 1 - beta2));
        const spread = tf.add(tf.sqrt(tf.div(v, 1 - beta2 ** t)), epsilon);
        return { m, v, flat: tf.sub(state.flat, tf.mul(tf.div(tf.div(m, 1 - beta1 ** t), spread), learningRate)) };
      });
      state = replace([state.flat, state.m, state.v], { ...next, updates: t });
      await next.flat.data();
    },
    parameters: async () => state.flat.dataSync(),
    async score(ids, rows, length) {
      await tf.tidy(() => logProbs(ids, rows, length, null)).data();
    },
    async sample({ prompts, rows, promptLength, steps, uniforms, endIds, padId }) {
      const out = { ids: new Int32Array(rows * steps).fill(padId), logs: new Float32Array(rows * steps) };
      const running = new Set(Array.from({ length: rows }, (_, row) => row));
      tf.engine().startScope();
      const factors = factorsOf(state.flat);
      /** @type {any[]} */
      const cache = Array.from({ length: config.layers });
      let ids = tf.tensor2d(prompts, [rows, promptLength], 'int32');
      for (let t = 0; t < steps && running.size > 0; t++) {
        const length = ids.shape[1];
        const logits = tf.reshape(forward(ids, factors, cache), [rows, length, config.vocabSize]);
        const last = tf.reshape(tf.slice(logits, [0, length - 1, 0], [rows, 1, config.vocabSize]), [
          rows,
          config.vocabSize,
        ]);
        const uniform = uniforms && tf.tensor1d(Float32Array.from({ length: rows }, (_, r) => uniforms[r * steps + t]));
        const drawn = draw(last, uniform);
        const [tokens, logs] = [drawn.ids.dataSync(), drawn.logs?.dataSync()];
        for (const row of running) {
          out.ids[row * steps + t] = tokens[row];
          out.logs[row * steps + t] = logs?.[row] ?? 0;
          if (endIds.includes(tokens[row])) running.delete(row);
        }
        ids = tf.reshape(drawn.ids, [rows, 1]);
      }
      tf.engine().endScope();
      return out;
    },
  };
}
