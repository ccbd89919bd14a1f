/** @file jax-js on its WASM backend as a model of the benchmark. */
import { blockUntilReady, defaultDevice, init, jit, numpy as np, tree } from '@jax-js/jax';
import { adamOf, best, drawOf, gradientOf, prefillOf, stepOf } from './jaxFunctions.mjs';
import { JaxPolicy } from './jaxPolicy.mjs';

/** @typedef {import('./jaxPolicy.mjs').Array} Array @typedef {import('./jaxPolicy.mjs').Factors} Factors */

/** Starts the WASM backend; it uses threads where the page is isolated. */
export async function startJax() {
  await init('wasm');
  defaultDevice('wasm');
  return { versions: `jax-js 0.1.25, WASM, page ${globalThis.crossOriginIsolated ? 'isolated' : 'not isolated'}` };
}

/** @param {ArrayLike<number>} data @param {number[]} shape */
const floats = (data, shape) => np.array(Float32Array.from(data)).reshape(shape);

/** @implements {import('./peer.mjs').Model} */
export class JaxModel {
  /** @param {import('../work/read.mjs').Work} work */
  constructor(work) {
    this.work = work;
    const policy = new JaxPolicy(work);
    this.policy = policy;
    this.gradientOf = gradientOf(policy, work.train.clip);
    this.adam = adamOf(work.optimizer);
    this.base = jit((/** @type {Array} */ ids) => policy.logProbs(null, ids));
    this.prefill = prefillOf(policy);
    this.step = stepOf(policy);
    this.draw = drawOf(policy);
    /** @type {any} Parameters p and moments m, v by name. */
    this.state = null;
    /** @type {any} */
    this.found = null;
    this.updates = 0;
  }

  /** @param {import('./peer.mjs').State} state @param {number} updates */
  load({ parameters, firstMoment, secondMoment }, updates) {
    if (this.state) tree.dispose(this.state);
    const split = (/** @type {Float32Array} */ flat) =>
      Object.fromEntries(
        this.work.adapter.segments.map((/** @type {any} */ { name, offset, shape }) => [
          name,
          floats(flat.subarray(offset, offset + shape[0] * shape[1]), shape),
        ]),
      );
    this.state = { p: split(parameters), m: split(firstMoment), v: split(secondMoment) };
    this.updates = updates;
  }

  /** @param {import('./peer.mjs').Batch} batch */
  async gradient({ ids, rows, length, old, advantages, weights }) {
    const perToken = [old, advantages, weights].map((data) => floats(data, [rows, length - 1]));
    if (this.found) tree.dispose(this.found);
    const [value, found] = this.gradientOf(tree.ref(this.state.p), floats(ids, [rows, length]), ...perToken);
    this.found = found;
    await blockUntilReady(found);
    return (await value.data())[0];
  }

  /** @param {import('./peer.mjs').Rates} rates */
  async update({ learningRate, maxGradNorm }) {
    const { beta1, beta2 } = this.work.optimizer;
    const t = ++this.updates;
    const rates = [learningRate, maxGradNorm, 1 - beta1 ** t, 1 - beta2 ** t].map((x) => floats([x], []));
    this.state = this.adam(this.state, this.found, rates);
    this.found = null;
    await blockUntilReady(this.state);
  }

  readGradient() {
    return this.joined(this.found);
  }

  parameters() {
    return this.joined(this.state.p);
  }

  /** @param {Int32Array} ids @param {number} rows @param {number} length */
  async score(ids, rows, length) {
    await this.base(floats(ids, [rows, length])).data();
  }

  /** @param {import('./peer.mjs').Ask} ask */
  async sample({ prompts, rows, promptLength, steps, uniforms, endIds, padId }) {
    const out = { ids: new Int32Array(rows * steps).fill(padId), logs: new Float32Array(rows * steps) };
    const running = new Set(Array.from({ length: rows }, (_, row) => row));
    const capacity = promptLength + steps - 1;
    let { logits, cache } = this.begin(floats(prompts, [rows, promptLength]), capacity);
    for (let t = 0; ; t++) {
      const uniform =
        uniforms &&
        floats(
          Array.from({ length: rows }, (_, row) => uniforms[row * steps + t]),
          [rows],
        );
      const drawn = uniform ? this.draw(logits, uniform) : { ids: best(logits), logs: null };
      const [tokens, logs] = [await drawn.ids.ref.data(), await drawn.logs?.data()];
      for (const row of running) {
        out.ids[row * steps + t] = tokens[row];
        out.logs[row * steps + t] = logs?.[row] ?? 0;
        if (endIds.includes(tokens[row])) running.delete(row);
      }
      if (t + 1 === steps || running.size === 0) {
        tree.dispose([drawn.ids, cache]);
        return out;
      }
      const at = this.inputsAt(promptLength + t, capacity);
      ({ logits, cache } = this.step(tree.ref(this.state.p), cache, drawn.ids, at));
    }
  }

  /** Logits after prompts [rows, length], and their cache. @param {Array} prompts @param {number} capacity */
  begin(prompts, capacity) {
    const [rows, length] = prompts.shape;
    if (length > 1) return this.prefill(tree.ref(this.state.p), prompts, capacity);
    const { layers, heads } = this.work.config;
    const zeros = () => Array.from({ length: layers }, () => np.zeros([rows, heads, capacity, this.policy.size]));
    const cache = { keys: zeros(), values: zeros() };
    return this.step(tree.ref(this.state.p), cache, prompts.reshape([rows]), this.inputsAt(0, capacity));
  }

  /** Inputs of a decoding step at a position. @param {number} position @param {number} capacity */
  inputsAt(position, capacity) {
    const each = (/** @type {(i: number) => number} */ f) =>
      floats(
        Array.from({ length: capacity }, (_, i) => f(i)),
        [capacity],
      );
    const [slot, hidden] = [each((i) => Number(i === position)), each((i) => (i > position ? -1e9 : 0))];
    return { slot, hidden, ...this.policy.rotary(position, 1) };
  }

  /** @param {Factors} factors */
  async joined(factors) {
    const flat = new Float32Array(this.work.arrays['state.parameters'].data.length);
    for (const { name, offset } of this.work.adapter.segments) flat.set(await factors[name].ref.data(), offset);
    return flat;
  }
}
