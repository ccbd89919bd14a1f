/** @file jax-js on its WASM backend as a model of the benchmark: compiled gradient, update, prefill and decoding step. */
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { jaxPolicy } from './jaxPolicy.mjs';

/** @typedef {import('./jaxPolicy.mjs').Array} Array @typedef {import('./jaxPolicy.mjs').Factors} Factors */

/** Starts the WASM backend; it uses threads where the page is isolated. */
export async function startJax() {
  await init('wasm');
  defaultDevice('wasm');
  return { versions: `jax-js 0.1.25, WASM, page ${globalThis.crossOriginIsolated ? 'isolated' : 'not isolated'}` };
}

/** @param {ReturnType<typeof jaxPolicy>} policy @param {number} clip */
const lossOf =
  (policy, clip) =>
  /** GRPO's clipped loss, summed with weights per token. */
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
  };

/** @param {{beta1: number, beta2: number, epsilon: number}} options */
const adamOf =
  ({ beta1, beta2, epsilon }) =>
  /** One update of AdamW with clipping by the global norm; `rates` [4]: learning rate, norm, two corrections. */
  (
    /** @type {{p: Factors, m: Factors, v: Factors}} */ { p, m, v },
    /** @type {Factors} */ g,
    /** @type {Array[]} */ [learningRate, maxNorm, first, second],
  ) => {
    const names = Object.keys(p);
    const squares = names.map((name) => np.square(g[name].ref).sum());
    const total = squares.reduce((sum, square) => sum.add(square));
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
  };

/** A token per row of logits [rows, V] and its log-probability; ids are floats. */
function draw(
  /** @type {ReturnType<typeof jaxPolicy>} */ policy,
  /** @type {Array} */ logits,
  /** @type {Array} */ uniform,
) {
  const { vocabSize } = policy.config;
  const log = nn.logSoftmax(logits, -1);
  const sums = np.cumsum(np.exp(log.ref), 1);
  const target = sums.ref.slice([], [vocabSize - 1, vocabSize]).mul(uniform.reshape([uniform.shape[0], 1]));
  const below = np.lessEqual(sums, target).astype(np.float32).sum(-1);
  const ids = np.minimum(below, vocabSize - 1);
  return { ids: ids.ref, logs: log.mul(policy.oneHot(ids)).sum(-1) };
}

/** The compiled functions of decoding; a cache holds keys and values [rows, H, capacity, hd] of each layer. */
function decoder(/** @type {ReturnType<typeof jaxPolicy>} */ policy) {
  const { config, size } = policy;
  const padded = (/** @type {Array} */ x, /** @type {number} */ capacity) =>
    np.pad(x, [
      [0, 0],
      [0, 0],
      [0, capacity - x.shape[2]],
      [0, 0],
    ]);
  const prefill = jit(
    (/** @type {Factors} */ factors, /** @type {Array} */ ids, /** @type {number} */ capacity) => {
      const [rows, length] = ids.shape;
      /** @type {Array[]} */
      const [keys, values] = [[], []];
      const mask = policy.causal(length);
      const hidden = policy.layers(policy.embedded(ids), rows, factors, policy.rotary(0, length), (_, q, k, v) => {
        keys.push(padded(k.ref, capacity));
        values.push(padded(v.ref, capacity));
        return policy.attention(q, k, v, mask.ref);
      });
      const last = hidden.reshape([rows, length, config.dim]).slice([], length - 1, []);
      return { logits: policy.head(last), cache: { keys, values } };
    },
    { staticArgnums: [2] },
  );
  const step = jit(
    (
      /** @type {Factors} */ factors,
      /** @type {{keys: Array[], values: Array[]}} */ cache,
      /** @type {Array} */ ids,
      /** @type {{slot: Array, hidden: Array, cos: Array, sin: Array}} */ at,
    ) => {
      const rows = ids.shape[0];
      const slot = at.slot.reshape([-1, 1]);
      const rest = slot.ref.mul(-1).add(1);
      /** @type {Array[]} */
      const [keys, values] = [[], []];
      const rotary = { cos: at.cos.reshape([1, size]), sin: at.sin.reshape([1, size]) };
      const x = policy.layers(policy.embedded(ids), rows, factors, rotary, (i, q, k, v) => {
        keys.push(cache.keys[i].mul(rest.ref).add(k.mul(slot.ref)));
        values.push(cache.values[i].mul(rest.ref).add(v.mul(slot.ref)));
        return policy.attention(q, keys[i].ref, values[i].ref, at.hidden.ref);
      });
      for (const left of [slot, rest, at.hidden]) left.dispose();
      return { logits: policy.head(x), cache: { keys, values } };
    },
  );
  const choose = jit((/** @type {Array} */ logits, /** @type {Array} */ uniform) => draw(policy, logits, uniform));
  const best = jit((/** @type {Array} */ logits) => np.argmax(logits, -1).astype(np.float32));
  return { prefill, step, choose, best };
}

/** @param {import('../work/read.mjs').Work} work @returns {import('./peer.mjs').Model} */
export function jaxModel(work) {
  const { adapter, optimizer, train, config } = work;
  const policy = jaxPolicy(work);
  const gradientOf = jit(valueAndGrad(lossOf(policy, train.clip)));
  const adam = jit(adamOf(optimizer));
  const base = jit((/** @type {Array} */ ids) => policy.logProbs(null, ids));
  const { prefill, step, choose, best } = decoder(policy);
  /** @type {any} */
  let state = null;
  /** @type {any} */
  let gradient = null;
  let updates = 0;

  const floats = (/** @type {ArrayLike<number>} */ data, /** @type {number[]} */ shape) =>
    np.array(Float32Array.from(data)).reshape(shape);
  const split = (/** @type {Float32Array} */ flat) =>
    Object.fromEntries(
      adapter.segments.map((/** @type {any} */ { name, offset, shape }) => [
        name,
        floats(flat.subarray(offset, offset + shape[0] * shape[1]), shape),
      ]),
    );
  const joined = async (/** @type {Factors} */ factors) => {
    const flat = new Float32Array(work.arrays['state.parameters'].data.length);
    for (const { name, offset } of adapter.segments) flat.set(await factors[name].ref.data(), offset);
    return flat;
  };
  /** Inputs of a decoding step at a position. */
  const inputsAt = (/** @type {number} */ position, /** @type {number} */ capacity) => ({
    slot: floats(
      policy.numbers(capacity).map((i) => Number(i === position)),
      [capacity],
    ),
    hidden: floats(
      policy.numbers(capacity).map((i) => (i > position ? -1e9 : 0)),
      [capacity],
    ),
    ...policy.rotary(position, 1),
  });
  const emptyCache = (/** @type {number} */ rows, /** @type {number} */ capacity) => {
    const zeros = () =>
      Array.from({ length: config.layers }, () => np.zeros([rows, config.heads, capacity, policy.size]));
    return { keys: zeros(), values: zeros() };
  };

  return {
    load({ parameters, firstMoment, secondMoment }, count) {
      if (state) tree.dispose(state);
      state = { p: split(parameters), m: split(firstMoment), v: split(secondMoment) };
      updates = count;
    },
    async gradient({ ids, rows, length, old, advantages, weights }) {
      const perToken = [old, advantages, weights].map((data) => floats(data, [rows, length - 1]));
      if (gradient) tree.dispose(gradient);
      const [value, found] = gradientOf(tree.ref(state.p), floats(ids, [rows, length]), ...perToken);
      gradient = found;
      await blockUntilReady(gradient);
      return (await value.data())[0];
    },
    readGradient: () => joined(gradient),
    async update({ learningRate, maxGradNorm }) {
      updates++;
      const { beta1, beta2 } = optimizer;
      const rates = [learningRate, maxGradNorm, 1 - beta1 ** updates, 1 - beta2 ** updates].map((x) => floats([x], []));
      state = adam(state, gradient, rates);
      gradient = null;
      await blockUntilReady(state);
    },
    parameters: () => joined(state.p),
    async score(ids, rows, length) {
      await base(floats(ids, [rows, length])).data();
    },
    async sample({ prompts, rows, promptLength, steps, uniforms, endIds, padId }) {
      const out = { ids: new Int32Array(rows * steps).fill(padId), logs: new Float32Array(rows * steps) };
      const running = new Set(Array.from({ length: rows }, (_, row) => row));
      const capacity = promptLength + steps - 1;
      const first = floats(prompts, [rows, promptLength]);
      let { logits, cache } =
        promptLength > 1
          ? prefill(tree.ref(state.p), first, capacity)
          : step(tree.ref(state.p), emptyCache(rows, capacity), first.reshape([rows]), inputsAt(0, capacity));
      for (let t = 0; t < steps; t++) {
        const uniform =
          uniforms &&
          floats(
            Array.from({ length: rows }, (_, row) => uniforms[row * steps + t]),
            [rows],
          );
        const drawn = uniform ? choose(logits, uniform) : { ids: best(logits), logs: null };
        const [tokens, logs] = [await drawn.ids.ref.data(), await drawn.logs?.data()];
        for (const row of running) {
          out.ids[row * steps + t] = tokens[row];
          out.logs[row * steps + t] = logs?.[row] ?? 0;
          if (endIds.includes(tokens[row])) running.delete(row);
        }
        if (t + 1 === steps || running.size === 0) {
          drawn.ids.dispose();
          break;
        }
        ({ logits, cache } = step(tree.ref(state.p), cache, drawn.ids, inputsAt(promptLength + t, capacity)));
      }
      tree.dispose(cache);
      return out;
    },
  };
}
