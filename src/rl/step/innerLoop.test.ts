/**
 * @file The updates of a step: metrics of every update, readings before the first, and the division of a pass into
 * mini-batches.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRuntime } from '../../engine/runtime/index.ts';
import { random } from '../../lib/random.ts';
import { stepBatch } from '../trajectory/batch.ts';
import type { TrainConfig } from '../config/config.ts';
import { presetConfig } from '../config/presets.ts';
import { withAlgorithm } from '../algorithm/configured.ts';
import { onNode, tinyConfig, tinyTrainer, trainerOf } from '../../../testing/tinyRun.ts';
import { epochsOverMinibatches, largestUpdate } from './innerLoop.ts';
import type { GradientJob } from '../learner/jobs.ts';
import { LocalLane } from '../learner/lane.ts';
import { columnsOf, type Learner } from '../learner/learner.ts';
import type { GradientBatch } from '../trajectory/tokens.ts';
import { algorithmById } from '../papers/index.ts';
import { adamState, movedPolicy, policyOf } from '../../../testing/slots.ts';
import type { JudgedTrajectory } from '../trajectory/groups.ts';
import { plainTrajectory } from '../../../testing/trajectories.ts';

/** One token of an update: log-probabilities under the current policy and under the sampler, and its advantage. */
interface Token {
  readonly lp: number;
  readonly old: number;
  readonly advantage: number;
}

/**
 * Trains one step on a lane that reads the policy separately before every gradient; tokens of each update, by
 * completion.
 */
async function recorded(config: TrainConfig) {
  const updates: Token[][][] = [[]];
  const trainer = tinyTrainer(async () => {
    const lane = new LocalLane(await createRuntime('node'));
    const inner = { open: lane.open.bind(lane), gradient: lane.gradient.bind(lane), update: lane.update.bind(lane) };
    let columns = 0;
    lane.open = (spec) => {
      columns = columnsOf(spec);
      return inner.open(spec);
    };
    lane.gradient = async (job: GradientJob) => {
      const { logProbs } = await lane.read({ ...job, whole: false });
      const { mask, oldLogProbs, advantages } = job.arrays as Required<GradientBatch['arrays']>;
      for (let row = 0; row < mask.length / columns; row++) {
        const tokens = [...Array(columns).keys()].map((t) => row * columns + t).filter((i) => mask[i] === 1);
        if (tokens.length > 0)
          updates
            .at(-1)!
            .push(tokens.map((i) => ({ lp: logProbs[i]!, old: oldLogProbs[i]!, advantage: advantages[i]! })));
      }
      return inner.gradient(job);
    };
    lane.update = async (...given) => {
      updates.push([]);
      return inner.update(...given);
    };
    return { lanes: [lane], lost: new Promise<never>(() => {}) };
  });
  await trainer.open(config, onNode);
  const { metrics } = await trainer.step();
  await trainer.dispose();
  return { metrics, updates: updates.slice(0, -1) };
}

/** Plain loops over all updates: a token is clipped low at r < 1 - low and A < 0, high at r > 1 + high and A > 0. */
function plainly(
  updates: readonly Token[][][],
  { low: below, high: above, whole }: { low: number; high: number; whole: boolean },
) {
  let [tokens, lows, highs, drift, least, most, lowMin, highMax] = [0, 0, 0, 0, Infinity, 0, 1, 0];
  for (const completions of updates) {
    let [mine, low, high] = [0, 0, 0];
    for (const completion of completions) {
      let logs = 0;
      for (const { lp, old } of completion) logs += lp - old;
      for (const { lp, old, advantage } of completion) {
        const r = Math.exp(whole ? logs / completion.length : lp - old);
        if (advantage < 0 && r < 1 - below) low++;
        if (advantage > 0 && r > 1 + above) high++;
        if (r < least) least = r;
        if (r > most) most = r;
        drift += old - lp;
        mine++;
      }
    }
    lowMin = Math.min(lowMin, low / mine);
    highMax = Math.max(highMax, high / mine);
    tokens += mine;
    lows += low;
    highs += high;
  }
  return {
    'clip_ratio/low_mean': lows / tokens,
    'clip_ratio/low_min': lowMin,
    'clip_ratio/high_mean': highs / tokens,
    'clip_ratio/high_max': highMax,
    'clip_ratio/region_mean': (lows + highs) / tokens,
    approx_kl: drift / tokens,
    'policy_ratio/min': least,
    'policy_ratio/max': most,
  };
}

describe('metrics over all updates of a step', () => {
  const grpo = { ...tinyConfig, epsilon: 0.1 };
  test.each([
    ['tokens of GRPO, two passes', { ...grpo, numIterations: 2 }, { low: 0.1, high: 0.1, whole: false }, 2],
    [
      'tokens of GRPO, three passes in two parts',
      { ...grpo, numIterations: 3, numMinibatches: 2 },
      { low: 0.1, high: 0.1, whole: false },
      6,
    ],
    [
      'completions of GSPO, two passes in two parts',
      { ...withAlgorithm(tinyConfig, 'gspo'), numIterations: 2, numMinibatches: 2 },
      { low: 3e-4, high: 4e-4, whole: true },
      4,
    ],
  ] as const)(
    '%s: clip fractions (TRL’s names), approx_kl and ratio are those of plain loops (PPO, arXiv 1707.06347; GSPO, 2507.18071, eq. 7)',
    async (_, config, clip, count) => {
      const { metrics, updates } = await recorded(config);
      expect(updates).toHaveLength(count);
      const expected = plainly(updates, clip);
      expect(metrics).toMatchObject(
        Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, expect.closeTo(value, 5)])),
      );
      expect(expected['clip_ratio/region_mean']).toBeGreaterThan(0.02);
      expect(metrics.num_updates).toBe(count);
    },
  );
});

describe('readings before the first update of a step', () => {
  const parted = { ...presetConfig('default'), learningRate: 0.01, warmupSteps: 0, numMinibatches: 4 };

  test('at step 0 the policy is the base: with 4 mini-batches at rate 0.01 exact KL is 0, and sampler and trainer agree to rounding', async () => {
    const trainer = trainerOf(new Uint8Array(readFileSync('public/policies/default.safetensors')));
    await trainer.open(parted, onNode);
    const { metrics } = await trainer.step();
    await trainer.dispose();
    expect(metrics).toMatchObject({ kl_exact: 0, kl: 0 });
    expect(metrics['sampling/importance_sampling_ratio/min']).toBeGreaterThan(1 - 1e-5);
    expect(metrics['sampling/importance_sampling_ratio/max']).toBeLessThan(1 + 1e-5);
    expect(metrics['sampling/sampling_logp_difference/max']).toBeLessThan(1e-5);
    // The updates did change the policy.
    expect(metrics.num_updates).toBe(4);
    expect(metrics['policy_ratio/max']).toBeGreaterThan(1.2);
  });

  test('every token’s numbers are under the adapter before the step, which the learner keeps', async () => {
    const trainer = tinyTrainer();
    await trainer.open({ ...tinyConfig, numMinibatches: 3, numIterations: 2 }, onNode);
    await trainer.step();
    const { groups } = await trainer.step();
    for (const { prompt, completions } of groups) {
      for (const { tokenIds, policyLogProbs, refLogProbs, entropy } of completions) {
        const places = await trainer.distributions({ prompt, tokenIds, step: 1, top: 1 });
        places.forEach(({ logProb, entropy: entropies }, t) => {
          expect(policyLogProbs[t]).toBeCloseTo(logProb.before!, 5);
          expect(refLogProbs[t]).toBeCloseTo(logProb.base, 5);
          expect(entropy[t]).toBeCloseTo(entropies.before!, 5);
        });
      }
    }
    await trainer.dispose();
  });

  test('without usable rows there is no update, and KL to the base is still measured', async () => {
    const trainer = tinyTrainer();
    // The untrained policy writes nothing correct, so there are no pairs.
    await trainer.open({ ...withAlgorithm(tinyConfig, 'dpo'), rewardWeights: { answer: 1, format: 0 } }, onNode);
    const snapshot = await trainer.snapshot();
    await trainer.restore({
      ...snapshot,
      state: movedPolicy(snapshot.state, (x) => x + 0.1),
    });
    const { metrics } = await trainer.step();
    await trainer.dispose();
    expect(metrics).toMatchObject({ num_updates: 0, grad_norm: 0, policy_loss: 0 });
    expect(metrics.kl_exact).toBeGreaterThan(1e-3);
    for (const name of ['approx_kl', 'policy_ratio/max', 'num_updates_zero_grad'])
      expect(metrics).not.toHaveProperty([name]);
  });
});

/** A learner that only records the rows of each update; row r of the batch begins with token r. */
function notingLearner(length: number) {
  const updates: number[][] = [];
  const zeros = (rows: number) => new Float32Array(rows * (length - 1));
  const learner = {
    score: async () => {},
    read: async ({ rows }: GradientBatch) => ({
      logProbs: zeros(rows),
      entropy: zeros(rows),
      logDistribution: zeros(rows),
    }),
    async gradient({ rows, tokenIds }: GradientBatch) {
      updates.push(Array.from({ length: rows }, (_, i) => tokenIds[i * length]!));
      return { loss: 0, logProbs: zeros(rows), refLogProbs: zeros(rows), entropy: zeros(rows), kl: zeros(rows) };
    },
    update: async () => ({ gradNorm: 1 }),
  };
  return { updates, learner: learner as unknown as Learner };
}

async function partsOf(
  id: string,
  rows: number,
  minibatches: number,
  epochs = 1,
  isUsed: (row: number) => boolean = () => true,
): Promise<number[][]> {
  const completion = (row: number): JudgedTrajectory => ({
    ...plainTrajectory({ prompt: '', answer: '', canonical: '', difficulty: 1 }, [row], [1, 2], null, {
      text: '',
      terminated: true,
      group: 0,
    }),
    verdict: { correct: true, wellFormed: true, method: null, parsed: null },
    reward: 1,
    terms: {},
    shapedTerms: {},
  });
  const batch = stepBatch(
    {
      rows: Array.from({ length: rows }, (_, row) => ({
        ...completion(row),
        used: isUsed(row),
        expert: false,
      })),
    },
    0,
    1,
    { promptLength: 1, completionLength: 2 },
  );
  const { updates, learner } = notingLearner(3);
  await epochsOverMinibatches({
    learner,
    algorithm: algorithmById(id),
    batch,
    settings: { epsilon: 0.2, beta: 0 },
    completionLength: 2,
    epochs,
    minibatches,
    learningRate: 0.1,
    maxGradNorm: 1,
    random: (...key) => random(5, 0, ...key),
    hasMoved: false,
    now: () => 0,
  });
  return updates;
}

describe('division of a pass into mini-batches', () => {
  const ascending = (rows: readonly number[]) => rows.toSorted((a, b) => a - b);

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    '16 rows in %d mini-batches give that many updates; sizes differ by at most one row, and each row is in one',
    async (minibatches) => {
      const updates = await partsOf('grpo', 16, minibatches);
      expect(updates).toHaveLength(minibatches);
      const sizes = updates.map((rows) => rows.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(ascending(updates.flat())).toEqual([...Array(16).keys()]);
    },
  );

  test.each([2, 4, 8])(
    '%d divides 16: the mini-batches are equal slices of the shuffled rows, shuffled anew in each pass',
    async (minibatches) => {
      const slices = (epoch: number) => {
        const shuffled = random(5, 0, 'minibatches', epoch).shuffle([...Array(16).keys()]);
        return Array.from({ length: minibatches }, (_, i) =>
          shuffled.slice((i * 16) / minibatches, ((i + 1) * 16) / minibatches),
        );
      };
      expect(await partsOf('grpo', 16, minibatches, 2)).toEqual([...slices(0), ...slices(1)]);
    },
  );

  test('the two rows of a pair stay together; more mini-batches than pairs give one update per pair', async () => {
    const updates = await partsOf('dpo', 10, 3);
    expect(updates.map((rows) => rows.length).toSorted()).toEqual([2, 4, 4]);
    for (const rows of [...updates, ...(await partsOf('dpo', 10, 8))])
      for (let i = 0; i < rows.length; i += 2) expect([rows[i]! % 2, rows[i + 1]]).toEqual([0, rows[i]! + 1]);
    expect(await partsOf('dpo', 10, 8)).toHaveLength(5);
  });

  test.each(['grpo', 'dpo'])(
    '%s: `largestUpdate` gives the rows of the largest update, the shard size on the GPU: an even number for pairs',
    async (id) => {
      for (const [rows, minibatches] of [
        [64, 5],
        [16, 7],
        [10, 4],
        [16, 1],
        [6, 8],
      ] as const) {
        const largest = Math.max(...(await partsOf(id, rows, minibatches)).map((part) => part.length));
        expect(largestUpdate(algorithmById(id), rows, minibatches)).toBe(largest);
        expect(largest % (id === 'dpo' ? 2 : 1)).toBe(0);
      }
    },
  );

  test('a mini-batch without usable rows has no update: momentum alone would change the adapter', async () => {
    expect(ascending((await partsOf('grpo', 4, 4, 2, (row) => row === 2)).flat())).toEqual([2, 2]);
    expect(await partsOf('grpo', 4, 1, 2, () => false)).toEqual([]);
  });
});

test('an update of gradient 0 is counted, and changes the adapter by Adam’s momentum (arXiv 1412.6980, algorithm 1)', async () => {
  const trainer = tinyTrainer();
  // The untrained policy writes nothing correct, so all advantages are 0.
  await trainer.open({ ...tinyConfig, rewardWeights: { answer: 1, format: 0 } }, onNode);
  const snapshot = await trainer.snapshot();
  const adapter = policyOf(snapshot.state).parameters;
  await trainer.restore({
    ...snapshot,
    state: adamState(
      adapter,
      adapter.map(() => 0.01),
      adapter.map(() => 1e-4),
      1,
    ),
  });
  const { metrics } = await trainer.step();
  expect(metrics).toMatchObject({ grad_norm: 0, num_updates: 1, num_updates_zero_grad: 1, frac_reward_zero_std: 1 });
  // m = 0.9 0.01 and v = 0.95 1e-4 at t = 2, corrected by 1 - 0.9^2 and 1 - 0.95^2.
  const moved = (0.01 * (0.009 / 0.19)) / Math.sqrt(0.95e-4 / 0.0975);
  const after = await trainer.adapter();
  after.forEach((x, i) => expect(x).toBeCloseTo(adapter[i]! - moved, 5));
  await trainer.dispose();
});
