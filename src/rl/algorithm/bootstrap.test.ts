/** @file A critic at cut completions: its value after their last token, and their returns. */
import { describe, expect, test } from 'vitest';
import { createRuntime } from '../../engine/runtime/index.ts';
import { random } from '../../lib/random.ts';
import { withAlgorithm } from './configured.ts';
import { tokensUpTo } from '../../../testing/forests.ts';
import { onNode, tinyCheckpoint, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import { GpuLearner } from '../learner/gpuLearner.ts';
import type { GradientJob } from '../learner/jobs.ts';
import { LocalLane } from '../learner/lane.ts';
import { columnsOf, type Learner } from '../learner/learner.ts';
import type { GradientBatch } from '../trajectory/tokens.ts';
import { ShardedLearner } from '../learner/shardedLearner.ts';
import { loraSlots, movedPolicy, policyOf } from '../../../testing/slots.ts';
import type { LearnerState } from '../learner/state.ts';

const noise = (length: number, scale: number) => {
  const stream = random('bootstrap', length);
  return Float32Array.from({ length }, () => scale * stream.normal());
};
const disturbed = (state: LearnerState): LearnerState => {
  const draws = noise(policyOf(state).parameters.length, 0.2);
  return movedPolicy(state, (_, i) => draws[i]!);
};

describe.each(['sharded', 'on the device'])('the learner, %s', (kind) => {
  const specOf = (completionLength: number) => ({
    checkpoint: tinyCheckpoint(),
    slots: loraSlots({ rank: 2, alpha: 4, targets: ['q', 'v'] as const, critic: true as const }, 'ppo'),
    shardSize: 4,
    promptLength: 2,
    completionLength,
  });
  async function learnerOf(completionLength: number): Promise<Learner> {
    const [runtime, spec] = [await createRuntime('node'), specOf(completionLength)];
    const learner =
      kind === 'sharded'
        ? await ShardedLearner.create([new LocalLane(runtime)], spec, 1, new Promise(() => {}))
        : await GpuLearner.create(runtime, spec, 1);
    await learner.restore(disturbed(await learner.state()));
    return learner;
  }

  test('gives the values of `read` and, after the last token, the value that `read` gives for longer rows', async () => {
    const [learner, longer] = [await learnerOf(3), await learnerOf(4)];
    // Six rows of five tokens on two shards, one partly filled; the longer rows have a sixth token.
    const tokens = Array.from({ length: 6 }, (_, row) =>
      Array.from({ length: 5 }, (__, t) => 3 + ((7 * row + 3 * t) % 50)),
    );
    const batch = { rows: 6, tokenIds: Int32Array.from(tokens.flat()), temperature: 1 };
    const [values, { values: read }, { values: beyond }] = [
      await learner.values(batch),
      await learner.read(batch, 'policy'),
      await longer.read({ ...batch, tokenIds: Int32Array.from(tokens.flatMap((row) => [...row, 3])) }, 'policy'),
    ];
    expect(values).toHaveLength(6 * 5);
    for (let row = 0; row < 6; row++) {
      for (let t = 0; t < 4; t++) expect(values[row * 5 + t]).toBeCloseTo(read![row * 4 + t]!, 5);
      expect(values[row * 5 + 4]).toBeCloseTo(beyond![row * 5 + 4]!, 5);
      expect(Math.abs(values[row * 5 + 4]! - values[row * 5 + 3]!)).toBeGreaterThan(1e-3);
    }
    await learner.dispose();
    await longer.dispose();
  });
});

test.each([1, 0])(
  'bootstrap_truncated %d: with lambda and gamma 1 a return is the reward, plus at 1 the value after a cut completion (partial-episode bootstrapping, arXiv 1712.00378)',
  async (bootstrap) => {
    const config = { ...withAlgorithm(tinyConfig, 'ppo'), settings: { bootstrap_truncated: bootstrap, lam: 1 } };
    const jobs: GradientJob[] = [];
    let lane: LocalLane | null = null;
    let columns = 0;
    const trainer = tinyTrainer(async () => {
      const made = new LocalLane(await createRuntime('node'));
      const [open, gradient] = [made.open.bind(made), made.gradient.bind(made)];
      made.open = (spec) => {
        columns = columnsOf(spec);
        return open(spec);
      };
      made.gradient = (job) => {
        jobs.push(job);
        return gradient(job);
      };
      lane = made;
      return { lanes: [made], lost: new Promise<never>(() => {}) };
    });
    await trainer.open(config, onNode);
    const snapshot = await trainer.snapshot();
    await trainer.restore({ ...snapshot, state: disturbed(snapshot.state) });
    const { groups } = await trainer.step();
    const completions = groups.flatMap((group) => group.completions);
    let filled = 0;
    const rows = jobs.flatMap((job) => {
      const { mask, returns } = job.arrays as Required<GradientBatch['arrays']>;
      return [...Array(mask.length / columns).keys()].map((row) => ({
        job,
        row,
        returns,
        places: [...Array(columns).keys()].filter((t) => mask[row * columns + t] === 1),
      }));
    });
    // A micro-batch may have room for more rows.
    const scored = rows.filter(({ places }) => places.length > 0);
    expect(scored).toHaveLength(completions.length);
    for (const [i, { job, row, returns, places }] of scored.entries()) {
      const { terminated, shapedReward } = completions[i]!;
      const tokens = tokensUpTo(job.trajectory, row * columns + places.at(-1)!);
      const tokenIds = new Int32Array(config.shardSize * (columns + 1));
      tokenIds.set(tokens);
      const values = await lane!.values({ slot: job.slot, parameters: job.parameters, tokenIds });
      const after = bootstrap === 1 && !terminated ? values[tokens.length - 1]! : 0;
      if (!terminated && places.at(-1) === columns - 1) filled++;
      for (const t of places) expect(returns[row * columns + t]).toBeCloseTo(shapedReward + after, 4);
    }
    // Some were cut at the end of their row, where only `values` has a value, and some ended.
    expect(filled).toBeGreaterThan(0);
    expect(new Set(completions.map(({ terminated }) => terminated)).size).toBe(2);
    await trainer.dispose();
  },
);
