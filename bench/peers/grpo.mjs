/** @file Whole steps of GRPO over the functions of a peer's model: rollout, reward, advantages, reference, update. */

/** @typedef {import('../work/read.mjs').Work} Work @typedef {import('./peer.mjs').Model} Model */

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
export function groupAdvantages(rewards, size) {
  return rewards.map((own, i) => {
    const group = rewards.slice(i - (i % size), i - (i % size) + size);
    const mean = group.reduce((a, b) => a + b, 0) / size;
    const variance = group.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (size - 1);
    return (own - mean) / (Math.sqrt(variance) + 1e-4);
  });
}

/** @param {Work} work @param {string} prefix */
export function stateOf(work, prefix) {
  const of = (/** @type {string} */ name) => /** @type {Float32Array} */ (work.arrays[`${prefix}.${name}`].data);
  return { parameters: of('parameters'), firstMoment: of('firstMoment'), secondMoment: of('secondMoment') };
}

/** The recorded steps, run one after the other from the state before the first. */
export class GrpoSteps {
  /** @param {Work} work @param {Model} model */
  constructor(work, model) {
    this.work = work;
    this.model = model;
    this.facts = work.step;
    this.rows = work.arrays['step.prompts'].shape[1];
    this.index = 0;
  }

  get isLast() {
    return this.index === this.facts.rates.length;
  }

  rewind() {
    this.index = 0;
    this.model.load(stateOf(this.work, 'step.before'), this.work.updates);
  }

  /**
   * One step; adds the milliseconds of its parts to `parts`.
   * @param {Record<string, number>} parts
   */
  async run(parts) {
    const { model, rows, facts } = this;
    const { promptLength, completionLength: steps, endIds, padId } = facts;
    const clock = [performance.now()];
    const prompts = /** @type {Int32Array} */ (this.slice('step.prompts', promptLength));
    const uniforms = /** @type {Float32Array} */ (this.slice('step.uniforms', steps));
    const { ids, logs } = await model.sample({ prompts, rows, promptLength, steps, uniforms, endIds, padId });
    const rewards = this.rewardsOf(ids);
    const batch = this.batchOf(ids, logs, prompts, rewards);
    clock.push(performance.now());
    await model.score(batch.ids, rows, batch.length);
    clock.push(performance.now());
    await model.gradient(batch);
    await model.update(facts.rates[this.index]);
    clock.push(performance.now());
    this.index++;
    ['rollout', 'score', 'update'].forEach((name, i) => (parts[name] = (parts[name] ?? 0) + clock[i + 1] - clock[i]));
    return { ids, rewards };
  }

  /** @param {string} name @param {number} width */
  slice(name, width) {
    const size = this.rows * width;
    return this.work.arrays[name].data.slice(this.index * size, (this.index + 1) * size);
  }

  /** @param {Int32Array} ids [rows, completionLength] */
  rewardsOf(ids) {
    const { completionLength, groupSize, padId, endIds, vocabulary, answers } = this.facts;
    return Array.from({ length: this.rows }, (_, row) => {
      const own = [...ids.subarray(row * completionLength, (row + 1) * completionLength)];
      const text = own.map((id) => (id === padId || endIds.includes(id) ? '' : vocabulary[id])).join('');
      return reward(text, answers[this.index][Math.floor(row / groupSize)]);
    });
  }

  /**
   * Whole rows, padded, with weights for the mean over completions of the mean over their tokens.
   * @param {Int32Array} ids @param {Float32Array} logs @param {Int32Array} prompts @param {number[]} rewards
   */
  batchOf(ids, logs, prompts, rewards) {
    const { rows, facts } = this;
    const { promptLength, completionLength, groupSize, endIds } = facts;
    const length = promptLength + completionLength;
    const columns = length - 1;
    const empty = () => new Float32Array(rows * columns);
    const all = {
      ids: new Int32Array(rows * length),
      rows,
      length,
      old: empty(),
      advantages: empty(),
      weights: empty(),
    };
    groupAdvantages(rewards, groupSize).forEach((advantage, row) => {
      const own = ids.subarray(row * completionLength, (row + 1) * completionLength);
      all.ids.set(prompts.subarray(row * promptLength, (row + 1) * promptLength), row * length);
      all.ids.set(own, row * length + promptLength);
      const end = own.findIndex((id) => endIds.includes(id));
      const count = end < 0 ? completionLength : end + 1;
      const start = row * columns + promptLength - 1;
      all.old.set(logs.subarray(row * completionLength, row * completionLength + count), start);
      all.advantages.fill(advantage, start, start + count);
      all.weights.fill(1 / (rows * count), start, start + count);
    });
    return all;
  }
}
