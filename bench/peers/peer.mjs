/** @file A peer as an engine of the benchmark: the batches and whole steps, over the few functions of a model. */

/**
 * @typedef {import('../work/read.mjs').Work} Work
 * @typedef {{ids: Int32Array, rows: number, length: number, old: Float32Array, advantages: Float32Array,
 *   weights: Float32Array}} Batch ids [rows, length], the others [rows, length - 1]
 * @typedef {{learningRate: number, maxGradNorm: number}} Rates
 * @typedef {{prompts: Int32Array, rows: number, promptLength: number, steps: number, uniforms: Float32Array | null,
 *   endIds: number[], padId: number}} Ask no uniforms: greedy
 * @typedef {object} Model
 * @property {(state: {parameters: Float32Array, firstMoment: Float32Array, secondMoment: Float32Array},
 *   updates: number) => void} load
 * @property {(batch: Batch) => Promise<number>} gradient the loss; the gradient is kept for `update`
 * @property {() => Promise<Float32Array>} readGradient
 * @property {(rates: Rates) => Promise<void>} update
 * @property {() => Promise<Float32Array>} parameters
 * @property {(ask: Ask) => Promise<{ids: Int32Array, logs: Float32Array}>} sample both [rows, steps]; padded after an
 *   end token
 * @property {(ids: Int32Array, rows: number, length: number) => Promise<void>} score log-probabilities of the base
 */

/**
 * 1 for a right answer, at once or after working in brackets.
 * @param {string} completion
 * @param {string} answer
 */
export function reward(completion, answer) {
  if (!completion.startsWith('[')) return Number(completion === answer);
  const end = completion.indexOf(']');
  return Number(end >= 0 && completion.slice(end + 1) === answer);
}

/**
 * (R - mean) / (std + 1e-4) within each group.
 * @param {number[]} rewards
 * @param {number} size
 */
function groupAdvantages(rewards, size) {
  return rewards.map((own, i) => {
    const group = rewards.slice(i - (i % size), i - (i % size) + size);
    const mean = group.reduce((a, b) => a + b, 0) / size;
    const variance = group.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (size - 1);
    return (own - mean) / (Math.sqrt(variance) + 1e-4);
  });
}

/** @param {Work} work @param {Model} model */
function stepper(work, model) {
  const { rows, facts } = { rows: work.arrays['step.prompts'].shape[1], facts: work.step };
  const { promptLength, completionLength, groupSize, padId, endIds, vocabulary } = facts;
  const length = promptLength + completionLength;
  let index = 0;
  const slice = (/** @type {string} */ name, /** @type {number} */ width) =>
    work.arrays[name].data.slice(index * rows * width, (index + 1) * rows * width);

  /** @param {Int32Array} ids [rows, completionLength] */
  const rewardsOf = (ids) =>
    Array.from({ length: rows }, (_, row) => {
      const own = [...ids.subarray(row * completionLength, (row + 1) * completionLength)];
      const text = own.map((id) => (id === padId || endIds.includes(id) ? '' : vocabulary[id])).join('');
      return reward(text, facts.answers[index][Math.floor(row / groupSize)]);
    });

  /** @param {Int32Array} ids @param {Float32Array} logs @param {Int32Array} prompts @param {number[]} rewards */
  function batchOf(ids, logs, prompts, rewards) {
    const columns = length - 1;
    const empty = () => new Float32Array(rows * columns);
    const batch = {
      ids: new Int32Array(rows * length),
      rows,
      length,
      old: empty(),
      advantages: empty(),
      weights: empty(),
    };
    groupAdvantages(rewards, groupSize).forEach((advantage, row) => {
      const own = ids.subarray(row * completionLength, (row + 1) * completionLength);
      batch.ids.set(prompts.subarray(row * promptLength, (row + 1) * promptLength), row * length);
      batch.ids.set(own, row * length + promptLength);
      const end = own.findIndex((id) => endIds.includes(id));
      const count = end < 0 ? completionLength : end + 1;
      const start = row * columns + promptLength - 1;
      batch.old.set(logs.subarray(row * completionLength, row * completionLength + count), start);
      batch.advantages.fill(advantage, start, start + count);
      batch.weights.fill(1 / (rows * count), start, start + count);
    });
    return batch;
  }

  return {
    rewind() {
      index = 0;
      model.load(stateOf(work, 'step.before'), 3);
    },
    last: () => index === facts.rates.length,
    /** @param {Record<string, number>} parts milliseconds that the step's parts are added to */
    async run(parts) {
      const clock = [performance.now()];
      const prompts = /** @type {Int32Array} */ (slice('step.prompts', promptLength));
      const uniforms = /** @type {Float32Array} */ (slice('step.uniforms', completionLength));
      const asked = { prompts, rows, promptLength, steps: completionLength, uniforms, endIds, padId };
      const { ids, logs } = await model.sample(asked);
      const rewards = rewardsOf(ids);
      const batch = batchOf(ids, logs, prompts, rewards);
      clock.push(performance.now());
      await model.score(batch.ids, rows, length);
      clock.push(performance.now());
      await model.gradient(batch);
      await model.update(facts.rates[index]);
      clock.push(performance.now());
      index++;
      ['rollout', 'score', 'update'].forEach((name, i) => (parts[name] = (parts[name] ?? 0) + clock[i + 1] - clock[i]));
      return { ids, rewards };
    },
  };
}

/** @param {Work} work @param {string} prefix */
function stateOf(work, prefix) {
  const of = (/** @type {string} */ name) => /** @type {Float32Array} */ (work.arrays[`${prefix}.${name}`].data);
  return { parameters: of('parameters'), firstMoment: of('firstMoment'), secondMoment: of('secondMoment') };
}

/** @param {Work} work @returns {Batch} */
function trainBatch({ train, arrays }) {
  const of = (/** @type {string} */ name) => /** @type {any} */ (arrays[`train.${name}`].data);
  const { rows, length } = train;
  return {
    ids: of('tokenIds'),
    rows,
    length,
    old: of('oldLogProbs'),
    advantages: of('advantages'),
    weights: of('weights'),
  };
}

/** @param {Work} work @param {boolean} sampled @returns {Ask} */
function decodeAsk({ train: { rows, steps }, arrays, config }, sampled) {
  const prompts = Int32Array.from({ length: rows }, (_, row) => row % config.vocabSize);
  const uniforms = /** @type {Float32Array} */ (arrays['decode.uniforms'].data);
  return { prompts, rows, promptLength: 1, steps, uniforms: sampled ? uniforms : null, endIds: [], padId: 0 };
}

/**
 * The engine of a model.
 * @param {Work} work
 * @param {Model} model
 * @param {{versions: string, threads?: number}} about
 */
export function engineOf(work, model, about) {
  const steps = stepper(work, model);
  const begin = () => model.load(stateOf(work, 'state'), 3);
  /** @type {Record<string, () => Promise<unknown>>} */
  const once = {
    train: () => model.gradient(trainBatch(work)),
    async trainUpdate() {
      await model.gradient(trainBatch(work));
      await model.update(work.train.rates);
    },
    sample: () => model.sample(decodeAsk(work, true)),
    greedy: () => model.sample(decodeAsk(work, false)),
  };
  return {
    facts: async () => ({ ...about, kinds: [...Object.keys(once), 'step'] }),
    async answers() {
      begin();
      const loss = await model.gradient(trainBatch(work));
      const gradient = [...(await model.readGradient())];
      await model.update(work.train.rates);
      const updated = [...(await model.parameters())];
      begin();
      const greedy = [...(await model.sample(decodeAsk(work, false))).ids];
      const sampled = [...(await model.sample(decodeAsk(work, true))).ids];
      steps.rewind();
      const { ids, rewards } = await steps.run({});
      const step = { tokens: [...ids], rewards, parameters: [...(await model.parameters())] };
      return { loss, gradient, updated, greedy, sampled, step };
    },
    /** @param {string} kind @param {number} repetitions */
    async time(kind, repetitions) {
      const milliseconds = [];
      /** @type {Record<string, number>} */
      const parts = {};
      if (kind === 'step') steps.rewind();
      else begin();
      for (let i = 0; i < repetitions; i++) {
        if (kind === 'step' && steps.last()) steps.rewind();
        const start = performance.now();
        await (kind === 'step' ? steps.run(parts) : once[kind]());
        const decoding = kind === 'sample' || kind === 'greedy';
        milliseconds.push((performance.now() - start) / (decoding ? work.train.steps : 1));
      }
      return kind === 'step' ? { milliseconds, parts } : { milliseconds };
    },
  };
}
