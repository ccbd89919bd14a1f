import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { createRuntime } from '../../engine/runtime/index.ts';
import { CHECKPOINT_EVERY } from '../config/config.ts';
import { onNode, timeless, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import type { Lane } from '../learner/jobs.ts';
import { LocalLane } from '../learner/lane.ts';
import type { LocalTrainer } from './localTrainer.ts';
import type { RunSnapshot, Status, TrainerEvent } from './trainer.ts';
import { adamState, movedPolicy, policyOf } from '../../../testing/slots.ts';
import { present } from '../../lib/assert.ts';

interface Watched {
  readonly trainer: LocalTrainer;
  readonly events: TrainerEvent[];
  statuses(): Status[];
  steps(): number[];
}

function watched(trainer = tinyTrainer()): Watched {
  const events: TrainerEvent[] = [];
  trainer.listen((event) => events.push(event));
  return {
    trainer,
    events,
    statuses: () => events.flatMap((event) => (event.type === 'status' ? [event.status] : [])),
    steps: () => events.flatMap((event) => (event.type === 'step' ? [event.report.step] : [])),
  };
}

/** A trainer on one lane with some methods replaced. */
function trainerWith(change: (lane: Lane) => Partial<Lane>, lost: Promise<string> = new Promise(() => {})) {
  return tinyTrainer(async () => {
    const lane = new LocalLane(await createRuntime('node'));
    const changed = change(lane);
    const open: Lane = {
      open: (spec) => lane.open(spec),
      sample: (request) => lane.sample(request),
      score: (job) => lane.score(job),
      read: (job) => lane.read(job),
      values: (job) => lane.values(job),
      gradient: (job) => lane.gradient(job),
      update: (...all) => lane.update(...all),
      statistics: () => lane.statistics(),
      dispose: () => lane.dispose(),
      ...changed,
    };
    return { lanes: [open], lost };
  });
}

const ends = (run: Watched, status: Status) => vi.waitFor(() => expect(run.statuses().at(-1)).toBe(status), 30_000);
const asked = { temperature: 1, seed: 3, samples: 2 };

async function adapterAfter(steps: number) {
  const trainer = tinyTrainer();
  await trainer.open(tinyConfig, onNode);
  for (let step = 0; step < steps; step++) await trainer.step();
  const adapter = await trainer.adapter();
  await trainer.dispose();
  return adapter;
}

describe('the order of commands', () => {
  test('commands given at once act in that order', async () => {
    const run = watched();
    const { trainer } = run;
    const calls = [
      trainer.open(tinyConfig, onNode),
      trainer.step(),
      trainer.start(),
      trainer.pause(),
      trainer.reset(),
      trainer.start(),
      trainer.start(),
      trainer.pause(),
      trainer.step(),
    ];
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(calls.map(() => 'fulfilled'));
    expect(run.statuses().filter((status, i, all) => status !== all[i - 1])).toEqual([
      'loading',
      'ready',
      'running',
      'paused',
      'running',
      'pausing',
      'paused',
      'ready',
      'running',
      'pausing',
      'paused',
      'running',
      'paused',
    ]);
    const afterReset = run.steps().lastIndexOf(0);
    expect(afterReset).toBeGreaterThan(0);
    expect(run.steps().slice(afterReset)).toEqual(
      run
        .steps()
        .slice(afterReset)
        .map((_, i) => i),
    );
    expect(await trainer.adapter()).toEqual(await adapterAfter(run.steps().length - afterReset));
    await trainer.dispose();
  });

  test('opening again, or disposing, ends a running loop after its step', async () => {
    const run = watched();
    const { trainer } = run;
    await trainer.open(tinyConfig, onNode);
    await trainer.start();
    const info = await trainer.open({ ...tinyConfig, seed: 2 }, onNode);
    expect(info.config.seed).toBe(2);
    expect((await trainer.snapshot()).step).toBe(0);
    await trainer.start();
    await trainer.dispose();
    const before = run.events.length;
    expect(run.statuses().at(-1)).toBe('empty');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(run.events.length).toBe(before);
    await expect(trainer.step()).rejects.toThrow('an open run is missing');
    await expect(trainer.ask('10+1+1=', asked)).rejects.toThrow('an open run is missing');
  });

  test('a step while the loop runs is refused, and the loop continues', async () => {
    const run = watched();
    await run.trainer.open({ ...tinyConfig, maxSteps: 4 }, onNode);
    await run.trainer.start();
    await expect(run.trainer.step()).rejects.toThrow('step: pause first');
    await ends(run, 'finished');
    expect(run.steps()).toEqual([0, 1, 2, 3]);
    await run.trainer.dispose();
  });
});

describe('during training', () => {
  test('asks and evaluations run between steps and do not change training', async () => {
    const run = watched();
    await run.trainer.open({ ...tinyConfig, maxSteps: 8 }, onNode);
    const quiet = await run.trainer.ask('10+1+1=', asked);
    await run.trainer.start();
    const answers = [];
    for (let i = 0; i < 4; i++)
      answers.push(run.trainer.ask('10+1+1=', asked), run.trainer.evaluate(8, 1), run.trainer.statistics());
    const [first] = await Promise.all(answers);
    expect(first).toMatchObject({ base: quiet.base });
    expect(run.steps().length).toBeLessThan(8);
    await ends(run, 'finished');
    expect(await run.trainer.adapter()).toEqual(await adapterAfter(8));
    await run.trainer.dispose();
  });

  test('a changed knob acts from the next step on', async () => {
    const rates: number[] = [];
    const trainer = trainerWith((lane) => ({
      update: (slot, state, gradient, rate) => {
        rates.push(rate.learningRate);
        // During step 1, which keeps the rate that it began with.
        if (rates.length === 2) void trainer.adjust({ learningRate: 0.002 });
        return lane.update(slot, state, gradient, rate);
      },
    }));
    await trainer.open({ ...tinyConfig, numIterations: 2, learningRate: 0.01 }, onNode);
    const first = await trainer.step();
    const second = await trainer.step();
    expect(rates).toEqual([0.01, 0.01, 0.002, 0.002]);
    expect([first.metrics.learning_rate, second.metrics.learning_rate]).toEqual([0.01, 0.002]);
    await expect(trainer.adjust({ rank: 4 })).rejects.toThrow('lora_rank: needs a restart');
    await expect(trainer.adjust({ learningRate: -1 })).rejects.toThrow('learning_rate: at least 0');
    await trainer.dispose();
  });
});

describe('a step that fails', () => {
  test('a gradient that is not finite leaves the previous step’s adapter, and a lower rate continues from it', async () => {
    let broken = false;
    const trainer = trainerWith((lane) => ({
      gradient: async (job) => {
        const result = await lane.gradient(job);
        return broken ? { ...result, gradient: result.gradient.fill(Number.NaN), loss: Number.NaN } : result;
      },
    }));
    const run = watched(trainer);
    await trainer.open(tinyConfig, onNode);
    await trainer.step();
    const kept = await trainer.adapter();
    broken = true;
    await expect(trainer.step()).rejects.toThrow('the gradient is not a finite number, so this update was not made');
    expect(run.events.at(-2)).toMatchObject({
      type: 'error',
      error: { code: 'non-finite-update', kept: 'The charts and the adapter after 1 step.' },
    });
    expect(await trainer.adapter()).toEqual(kept);
    broken = false;
    expect((await trainer.step()).step).toBe(1);
    expect(await trainer.adapter()).toEqual(await adapterAfter(2));
    await trainer.dispose();
  });

  test('a failure of the second update also reverts the first', async () => {
    let updates = 0;
    const trainer = trainerWith((lane) => ({
      update: async (slot, state, gradient, rates) => {
        const result = await lane.update(slot, state, gradient, rates);
        return ++updates === 4 ? { ...result, gradNorm: Number.NaN } : result;
      },
    }));
    await trainer.open({ ...tinyConfig, numIterations: 2 }, onNode);
    await trainer.step();
    const kept = await trainer.snapshot();
    await expect(trainer.step()).rejects.toThrow('not a finite number');
    expect((await trainer.snapshot()).state).toEqual(kept.state);
    await trainer.dispose();
  });

  test('a learner lost between steps is reported once and ends the run', async () => {
    let lose: (why: string) => void = () => {};
    const lost = new Promise<string>((resolve) => {
      lose = resolve;
    });
    const run = watched(trainerWith(() => ({}), lost));
    await run.trainer.open(tinyConfig, onNode);
    await run.trainer.step();
    lose('Lane 1 ended');
    await ends(run, 'failed');
    expect(run.events.filter(({ type }) => type === 'error')).toHaveLength(1);
    await expect(run.trainer.start()).rejects.toMatchObject({ code: 'worker-died', message: 'Lane 1 ended' });
    expect((await run.trainer.snapshot()).step).toBe(1);
    await run.trainer.dispose();
  });
});

describe('snapshots', () => {
  const config = { ...tinyConfig, maxSteps: CHECKPOINT_EVERY + 3 };

  test('three steps, a snapshot, and three steps in another trainer equal six steps, bit for bit', async () => {
    const [whole, before, after] = [tinyTrainer(), tinyTrainer(), tinyTrainer()];
    await Promise.all([whole, before, after].map((trainer) => trainer.open(tinyConfig, onNode)));
    const metrics = [];
    for (let step = 0; step < 6; step++) metrics.push(timeless((await whole.step()).metrics));
    for (let step = 0; step < 3; step++) await before.step();
    const snapshot = structuredClone(await before.snapshot());
    await before.step();
    await after.restore(snapshot);
    for (let step = 3; step < 6; step++) expect(timeless((await after.step()).metrics)).toEqual(metrics[step]);
    expect((await after.snapshot()).state).toEqual((await whole.snapshot()).state);
    await Promise.all([whole, before, after].map((trainer) => trainer.dispose()));
  });

  test('are sent every few steps and when training stops, and later steps do not change them', async () => {
    const run = watched();
    await run.trainer.open(config, onNode);
    await run.trainer.start();
    await ends(run, 'finished');
    const sent = run.events.flatMap((event) => (event.type === 'checkpoint' ? [event.snapshot] : []));
    expect(sent.map(({ step }) => step)).toEqual([CHECKPOINT_EVERY, CHECKPOINT_EVERY + 3]);
    expect(policyOf(sent[0]!.state).parameters).toEqual(await adapterAfter(CHECKPOINT_EVERY));
    await run.trainer.dispose();
  });

  test('that do not fit are refused by name', async () => {
    const trainer = tinyTrainer();
    await trainer.open(tinyConfig, onNode);
    const good = await trainer.snapshot();
    const vector = new Float32Array(3);
    const adapter = policyOf(good.state).parameters;
    const bad: [RunSnapshot, string][] = [
      [{ ...good, policyHash: 'other' }, 'another policy file'],
      [{ ...good, config: { ...good.config, seed: 9, rank: 4 } }, 'another seed, rank'],
      [{ ...good, step: -1 }, 'step'],
      [
        { ...good, state: adamState(adapter, vector, adapter, 0) },
        `firstMoment: ${adapter.length} numbers are needed, not 3`,
      ],
      [
        { ...good, state: movedPolicy(good.state, () => Number.NaN) },
        'state.policy.parameters: numbers that are not finite',
      ],
    ];
    for (const [snapshot, message] of bad) await expect(trainer.restore(snapshot)).rejects.toThrow(message);
    await trainer.restore({ ...good, config: { ...good.config, shardSize: 8, learningRate: 0.02 } });
    await trainer.dispose();
  });
});

test('the shard size changes rounding only', async () => {
  const [reference, ...others] = await Promise.all(
    [32, 16, 8].map(async (shardSize) => {
      const trainer = tinyTrainer();
      await trainer.open({ ...tinyConfig, promptsPerStep: 8, shardSize }, onNode);
      const { metrics } = await trainer.step();
      const { state } = await trainer.snapshot();
      await trainer.dispose();
      // After one update the first moment is the clipped gradient, times a constant.
      return {
        metrics: timeless(metrics),
        gradient: present(policyOf(state).optimizer.firstMoment, 'the first moment'),
      };
    }),
  );
  if (!reference) throw new Error('there is a first');
  const largest = reference.gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
  expect(largest).toBeGreaterThan(0);
  for (const { metrics, gradient } of others) {
    const apart = Object.entries(metrics).filter(
      ([name, value]) =>
        !(Math.abs(value - (reference.metrics[name] ?? Number.NaN)) <= 1e-5 * Math.max(1, Math.abs(value))),
    );
    expect(apart).toEqual([]);
    expect(Object.keys(metrics)).toEqual(Object.keys(reference.metrics));
    expect(
      gradient.reduce((most, g, i) => Math.max(most, Math.abs(g - (reference.gradient[i] ?? Number.NaN))), 0) / largest,
    ).toBeLessThan(1e-5);
  }
});

test('500 steps leave no tensors and no memory behind', { timeout: 240_000 }, async () => {
  setFlagsFromString('--expose_gc');
  const collect: unknown = runInNewContext('gc');
  const memory = async () => {
    // Two collections: finalizers that run after the first release memory that the second frees.
    for (let turn = 0; turn < 2; turn++) {
      if (typeof collect === 'function') collect();
      await new Promise((resume) => void setTimeout(resume, 20));
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / 2 ** 20;
  };
  const trainer = tinyTrainer();
  await trainer.open({ ...tinyConfig, promptsPerStep: 2, numGenerations: 2, shardSize: 4, rank: 32 }, onNode);
  const measured = [];
  for (let step = 0; step < 500; step++) {
    await trainer.step();
    if (step % 100 === 99)
      measured.push({ megabytes: await memory(), tensors: (await trainer.statistics()).liveTensors });
  }
  expect(measured.map(({ tensors }) => tensors)).toEqual(Array(5).fill(measured[0]?.tensors));
  // A step's gradient is 70 kB, so a leak of it would take 27 MB in 400 steps.
  expect((measured[4]?.megabytes ?? Infinity) - (measured[0]?.megabytes ?? 0)).toBeLessThan(8);
  await trainer.dispose();
});
