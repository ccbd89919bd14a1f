/**
 * @file A policy that is not autoregressive, trained by the learner, the objectives and the inner loop of every run: a
 * Gaussian denoiser whose samples are rewarded for where they end (DDPO, arXiv 2305.13301).
 */
import { describe, expect, test } from 'vitest';
import { denoiserShape } from '../../../testing/denoiser.ts';
import { denoiserLearner } from '../../../testing/denoiserRun.ts';
import { policyOf } from '../../../testing/slots.ts';
import { tinyConfig } from '../../../testing/tinyRun.ts';
import { random } from '../../lib/random.ts';
import { groupAdvantages } from '../advantages/group.ts';
import { settingValues } from '../algorithm/settingValues.ts';
import { overTokens, type StepBatch } from '../trajectory/batch.ts';
import { equalGroups } from '../words/groupIds.ts';
import { epochsOverMinibatches } from './innerLoop.ts';

const { rows: shard, steps: columns } = denoiserShape;
const rows = 4 * shard;
/** Where samples are to end. */
const target = [1.2, -0.8] as const;

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

type Run = Awaited<ReturnType<typeof denoiserLearner>>;

/** One step's trajectories, minus the distance of their ends from the target, and the likelihoods of the sampler. */
async function sampled({ learner, sampler }: Run, step: number) {
  const { parameters } = policyOf(await learner.state());
  const points = new Float32Array(rows * (columns + 1) * 2);
  const logProbs = new Float32Array(rows * columns);
  for (let start = 0; start < rows; start += shard) {
    const stream = random('noise', step, start);
    const noise = Float32Array.from({ length: shard * (columns + 1) * 2 }, () => stream.normal());
    const drawn = await sampler.sample({ parameters, noise, temperature: 1 });
    points.set(drawn.trajectory.points?.data as Float32Array, start * (columns + 1) * 2);
    logProbs.set(drawn.logProbs, start * columns);
  }
  const rewards = Float32Array.from({ length: rows }, (_, row) => {
    const end = (row * (columns + 1) + columns) * 2;
    return -Math.hypot((points[end] as number) - target[0], (points[end + 1] as number) - target[1]);
  });
  return { points, logProbs, rewards };
}

/** The batch of a step as the inner loop takes it. */
function batchOf({ points, logProbs, rewards }: Awaited<ReturnType<typeof sampled>>): StepBatch {
  const mask = new Float32Array(rows * columns).fill(1);
  const advantages = groupAdvantages(rewards, equalGroups(rows, shard));
  return {
    rows,
    columns,
    tokenIds: new Int32Array(0),
    trajectory: { points },
    temperature: 1,
    shapes: Array.from({ length: rows }, () => ({ length: columns, terminated: true })),
    order: [...Array(rows).keys()],
    replayed: Array<boolean>(rows).fill(false),
    arrays: {
      mask,
      oldLogProbs: logProbs,
      samplerLogProbs: logProbs,
      expert: new Float32Array(rows * columns),
      rewards: overTokens(rewards, mask, columns),
      advantages: overTokens(advantages, mask, columns),
    },
  };
}

describe.each(['node', 'wasm'] as const)('on %s', (backend) => {
  test.each(['grpo', 'gspo', 'cispo'])('%s leads its samples to the target', async (id) => {
    const run = await denoiserLearner(backend, id);
    const { algorithm, learner } = run;
    const settings = { ...settingValues(algorithm, tinyConfig, {}, 0), beta: 0.01 };
    const earned: number[] = [];
    let kl = 0;
    for (let step = 0; step < 25; step++) {
      const drawn = await sampled(run, step);
      earned.push(mean(drawn.rewards));
      const { statistics, updates } = await epochsOverMinibatches({
        learner,
        algorithm,
        batch: batchOf(drawn),
        settings,
        completionLength: columns,
        epochs: 2,
        minibatches: 1,
        learningRate: 0.05,
        maxGradNorm: 1,
        random: (...key) => random('denoiser', step, ...key),
        hasMoved: false,
        now: () => 0,
      });
      // Before the first update the trainer and the sampler agree on every step's likelihood.
      statistics.logProbs.forEach((x, i) => expect(Math.abs(x - (drawn.logProbs[i] as number))).toBeLessThan(1e-4));
      expect(updates).toHaveLength(2);
      if (step === 0) statistics.kl.forEach((x) => expect(Math.abs(x)).toBeLessThan(1e-6));
      kl = mean(statistics.kl);
    }
    expect(mean(earned.slice(-5))).toBeGreaterThan(mean(earned.slice(0, 2)) + 1);
    expect(kl).toBeGreaterThan(0.05);
    await run.sampler.dispose();
    await learner.dispose();
  });

  test('reads its base through the slot without a set', async () => {
    const run = await denoiserLearner(backend, 'grpo');
    const { points } = await sampled(run, 0);
    const batch = { rows, tokenIds: new Int32Array(0), trajectory: { points }, temperature: 1 };
    const [own, base] = [await run.learner.read(batch, 'policy'), await run.learner.read(batch, 'base')];
    expect(own).toEqual(base);
    expect(own.logProbs).toHaveLength(rows * columns);
    await expect(
      run.learner.sample({ prompts: [[1]], uniforms: new Float32Array(4), temperature: 1, slot: 'policy' }),
    ).rejects.toThrow('a decoder to sample from');
    await run.sampler.dispose();
    await run.learner.dispose();
  });
});
