import { Worker } from 'node:worker_threads';
import { describe, expect, test, vi } from 'vitest';
import { timeless, tinyConfig, tinyTrainer } from '../../testing/tinyRun.ts';
import type { Lane } from '../rl/learner/jobs.ts';
import type { TrainerEvent } from '../rl/run/trainer.ts';
import { createNodeLanes } from './nodeLanes.ts';
import { threadPort } from './nodePort.ts';
import { remoteLane } from './remoteLane.ts';
import { loraSlots } from '../../testing/slots.ts';

async function threeSteps(count: number, backend: 'node' | 'wasm') {
  const trainer = tinyTrainer(() => createNodeLanes(count, backend));
  const info = await trainer.open(tinyConfig, { backend, workers: count });
  const metrics = [];
  for (let step = 0; step < 3; step++) metrics.push(timeless((await trainer.step()).metrics));
  const adapter = await trainer.adapter();
  await trainer.dispose();
  return { workers: info.workers, metrics, adapter };
}

describe.each(['node', 'wasm'] as const)('%s', (backend) => {
  test('1, 2 and 4 lanes give the same bits', { timeout: 180_000 }, async () => {
    const one = await threeSteps(1, backend);
    expect(one.metrics.map(({ grad_norm = 0 }) => grad_norm > 0)).toEqual([true, true, true]);
    for (const count of [2, 4]) {
      const several = await threeSteps(count, backend);
      expect(several.workers).toBe(count);
      expect(several.metrics).toEqual(one.metrics);
      expect(several.adapter).toEqual(one.adapter);
    }
  });
});

describe('a lane thread that dies', () => {
  /**
   * Two lanes; the second is killed before its rollout once `isTime`: onnxruntime-node ends the whole process if killed
   * inside `run`.
   */
  async function mortalLanes(isTime: () => boolean) {
    const {
      lanes: [first],
    } = await createNodeLanes(1, 'node');
    const thread = new Worker(new URL('./lane.node.mjs', import.meta.url), { workerData: { backend: 'node' } });
    const { lane: second, lost } = remoteLane(threadPort(thread, 'Lane 1'));
    const sample: Lane['sample'] = async (request) => {
      if (isTime()) await thread.terminate();
      return second.sample(request);
    };
    return {
      lanes: [
        first as Lane,
        new Proxy(second, { get: (lane, name) => (name === 'sample' ? sample : Reflect.get(lane, name)) }),
      ],
      lost,
    };
  }

  test(
    'ends the run with a sentence; the adapter is kept and another trainer continues from it',
    { timeout: 60_000 },
    async () => {
      const config = { ...tinyConfig, maxSteps: 8 };
      const events: TrainerEvent[] = [];
      const trainer = tinyTrainer(() => mortalLanes(() => events.filter(({ type }) => type === 'step').length === 2));
      trainer.listen((event) => events.push(event));
      await trainer.open(config, { backend: 'node', workers: 2 });
      await trainer.start();
      await vi.waitFor(() => expect(events.at(-1)).toEqual({ type: 'status', status: 'failed' }), 30_000);
      const failures = events.filter((event) => event.type === 'error');
      expect(failures).toHaveLength(1);
      expect(failures[0]?.error).toMatchObject({
        code: 'worker-died',
        kept: 'The charts and the adapter after 2 steps.',
      });
      await expect(trainer.step()).rejects.toMatchObject({ code: 'worker-died' });
      await expect(trainer.ask('10+1+1=', { temperature: 1, seed: 1, samples: 1 })).rejects.toMatchObject({
        code: 'worker-died',
      });

      const snapshots = events.flatMap((event) => (event.type === 'checkpoint' ? [event.snapshot] : []));
      const [snapshot] = snapshots;
      if (!snapshot) throw new Error('no checkpoint was sent');
      const next = tinyTrainer();
      await next.open(snapshot.config, { backend: 'node', workers: 1 });
      await next.restore(snapshot);
      const undisturbed = tinyTrainer();
      await undisturbed.open(config, { backend: 'node', workers: 1 });
      for (let step = 0; step < 2; step++) await undisturbed.step();
      expect(timeless((await next.step()).metrics)).toEqual(timeless((await undisturbed.step()).metrics));
      await Promise.all([trainer.dispose(), next.dispose(), undisturbed.dispose()]);
    },
  );

  test('makes the opening call reject if it cannot start', { timeout: 60_000 }, async () => {
    const { lanes } = await createNodeLanes(2, 'node');
    const [lane] = lanes as [Lane];
    await expect(
      lane.open({
        checkpoint: new Uint8Array(4),
        slots: loraSlots({ rank: 1, alpha: 1, targets: [] }, 'grpo'),
        shardSize: 1,
        promptLength: 2,
        completionLength: 2,
      }),
    ).rejects.toMatchObject({ name: 'CheckpointError' });
    await Promise.all(lanes.map((each) => each.dispose()));
    await expect(lane.statistics()).rejects.toMatchObject({ name: 'WorkerError', code: 'worker-died' });
  });

  test('createNodeLanes refuses an invalid number of lanes', async () => {
    await expect(createNodeLanes(0, 'node')).rejects.toThrow('lanes: a whole number from 1 to 64 is needed, not 0');
  });
});
