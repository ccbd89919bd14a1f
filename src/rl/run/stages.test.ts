/** @file A run of stages: its bits, its references and ends, and resuming inside a stage. */
import { afterEach, describe, expect, test } from 'vitest';
import { onNode, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import { present } from '../../lib/assert.ts';
import { stageConfig, type WholeStage, withStages } from '../algorithm/stages.ts';
import type { TrainConfig } from '../config/config.ts';
import { copyOfState } from '../learner/state.ts';
import { policySlot } from '../words/slots.ts';
import type { LocalTrainer } from './localTrainer.ts';
import type { RunSnapshot, StepReport, TrainerEvent } from './trainer.ts';

const open: LocalTrainer[] = [];
afterEach(() => Promise.all(open.splice(0).map((trainer) => trainer.dispose())));

async function opened(config: TrainConfig): Promise<LocalTrainer> {
  const trainer = tinyTrainer();
  open.push(trainer);
  await trainer.open(config, onNode);
  return trainer;
}

async function steps(trainer: LocalTrainer, count: number): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (let step = 0; step < count; step++) reports.push(await trainer.step());
  return reports;
}

/** Demonstrations, then GRPO with a KL penalty to the end of stage `reference`, then PPO, which adds a critic. */
const list = (reference: number): WholeStage[] => [
  { algorithm: 'sft', steps: 2, learningRate: 0.02 },
  { algorithm: 'grpo', steps: 2, beta: 0.5, reference },
  { algorithm: 'ppo', steps: 2 },
];
const staged = (reference = 0): TrainConfig => withStages(tinyConfig, list(reference));

/** The adapter of a run of stage `index` alone that begins with `adapter`. */
async function alone(index: number, adapter: Float32Array | null): Promise<Float32Array> {
  const trainer = await opened(stageConfig(staged(), index));
  if (adapter) {
    const snapshot = await trainer.snapshot();
    present(snapshot.state[policySlot], policySlot).parameters.set(adapter);
    await trainer.restore(snapshot);
  }
  await steps(trainer, 2);
  return trainer.adapter();
}

describe('a run of stages', () => {
  test('equals runs that begin with the adapter of the one before, bit for bit', async () => {
    const trainer = await opened(staged());
    const reports = await steps(trainer, 6);
    expect(reports.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(reports.map(({ stage }) => [stage?.index, stage?.begun])).toEqual([
      [0, 0],
      [0, 0],
      [1, 2],
      [1, 2],
      [2, 4],
      [2, 4],
    ]);
    const second = await alone(1, await alone(0, null));
    const third = await alone(2, second);
    expect(third.length).toBeGreaterThan(second.length);
    expect(await trainer.adapter()).toEqual(third);
    expect(trainer.stage()).toEqual({ index: 2, ended: 'steps', isLast: true });
  });

  test('refers to the base or to the end of an earlier stage, and keeps that end for later ones', async () => {
    const [toBase, toFirst] = [await opened(staged(0)), await opened(staged(1))];
    const [ofBase, ofFirst] = [await steps(toBase, 3), await steps(toFirst, 3)];
    expect(ofBase[2]?.metrics.kl_exact).toBeGreaterThan(1e-4);
    expect(ofFirst[2]?.metrics.kl_exact).toBeCloseTo(0, 6);
    expect(Object.keys((await toFirst.snapshot()).state)).toEqual([policySlot, 'stage-1']);
    expect(Object.keys((await toBase.snapshot()).state)).toEqual([policySlot]);
    await steps(toBase, 1);
    await steps(toFirst, 1);
    expect(await toFirst.adapter()).not.toEqual(await toBase.adapter());
  });

  test('begins with the stage before, the base or the end of an earlier stage', async () => {
    const beginning = async (start?: number) => {
      const still = { learningRate: 0, ...(start === undefined ? {} : { start }) };
      const own: WholeStage[] = [...list(0).slice(0, 2), { steps: 1, ...still }];
      const trainer = await opened(withStages(tinyConfig, own));
      const adapters: Float32Array[] = [];
      for (const count of [0, 2, 2, 1]) {
        await steps(trainer, count);
        adapters.push(await trainer.adapter());
      }
      return adapters;
    };
    for (const [start, from] of [
      [undefined, 2],
      [2, 2],
      [1, 1],
      [0, 0],
    ]) {
      const adapters = await beginning(start);
      expect(adapters[3]).toEqual(adapters[from!]);
      expect(new Set(adapters.slice(0, 3).map(String)).size).toBe(3);
    }
  });

  test('resumed inside its second stage gives the same bits, in a fresh trainer and from another stage', async () => {
    const whole = await opened(staged(1));
    const fresh = await opened(staged(1));
    await steps(whole, 3);
    const snapshot = await whole.snapshot();
    await steps(whole, 2);
    await fresh.restore(snapshot);
    await steps(fresh, 2);
    const adapter = await whole.adapter();
    expect(await fresh.adapter()).toEqual(adapter);
    await whole.restore(snapshot);
    expect(await whole.snapshot()).toEqual(snapshot);
    await steps(whole, 2);
    expect(await whole.adapter()).toEqual(adapter);
    await whole.reset();
    expect((await steps(whole, 1))[0]?.stage).toEqual({ index: 0, begun: 0 });
  });

  test('stays in its stage when a snapshot of another stage does not fit', async () => {
    const trainer = await opened(staged(1));
    await steps(trainer, 3);
    const snapshot = await trainer.snapshot();
    await trainer.reset();
    const state = copyOfState(snapshot.state);
    const wrong: RunSnapshot = { ...snapshot, state: { [policySlot]: present(state[policySlot], policySlot) } };
    await expect(trainer.restore(wrong)).rejects.toThrow('snapshot: the slots stage-1 are missing');
    const { stage: _, ...memory } = snapshot.memory;
    await expect(trainer.restore({ ...snapshot, memory: { ...memory, stage: 9 } })).rejects.toThrow(
      /of stage 10, which/,
    );
    expect((await steps(trainer, 1))[0]?.stage).toEqual({ index: 0, begun: 0 });
  });

  test('may go on as a fork whose later stages are others', async () => {
    const trainer = await opened(staged());
    await steps(trainer, 2);
    const snapshot = await trainer.snapshot();
    const fork = await opened(withStages(tinyConfig, [...list(0).slice(0, 1), { algorithm: 'rloo', steps: 1 }]));
    await fork.restore(snapshot, true);
    expect(await fork.adapter()).toEqual(await trainer.adapter());
    expect((await steps(fork, 1))[0]?.stage).toEqual({ index: 1, begun: 2 });
    expect(fork.stage()).toEqual({ index: 1, ended: 'steps', isLast: true });
  });

  test('changes settings of the stages to come and of the one that runs', async () => {
    const trainer = await opened(withStages(tinyConfig, [{ steps: 2 }, { steps: 2, temperature: 0.5 }]));
    await trainer.adjust({ temperature: 0.7, maxSteps: 5 });
    await expect(trainer.adjust({ maxSteps: 2 })).rejects.toThrow('stage 2: steps: the stages before it take all 2');
    const temperatures = async () => (await trainer.snapshot()).config.temperature;
    expect(await temperatures()).toBe(0.7);
    await steps(trainer, 5);
    expect(trainer.stage()).toEqual({ index: 1, ended: 'steps', isLast: true });
  });
});

describe('the rule that ends a stage', () => {
  const rules = (stop: WholeStage['stop'], evalEvery: number) => ({
    ...withStages(tinyConfig, [{ steps: 50, ...(stop ? { stop } : {}), learningRate: 0 }, { steps: 1 }]),
    evalEvery,
  });

  test('is a held-out accuracy, judged with the evaluations of the run', async () => {
    const trainer = await opened(rules({ kind: 'accuracy', at: 0 }, 2));
    const events: TrainerEvent[] = [];
    trainer.listen((event) => events.push(event));
    await trainer.start();
    await expect
      .poll(() => events.findLast(({ type }) => type === 'status'), { timeout: 30_000 })
      .toEqual({ type: 'status', status: 'finished' });
    const evaluated = events.flatMap((event) => (event.type === 'evaluation' ? [event.report.step] : []));
    expect(evaluated).toEqual([0, 2, 3]);
    expect(events.flatMap((event) => (event.type === 'checkpoint' ? [event.snapshot.step] : []))).toEqual([2, 3]);
  });

  test('is a plateau of evaluations without a new best, whose count a resumed run keeps', async () => {
    const [whole, resumed] = [
      await opened(rules({ kind: 'plateau', evaluations: 2 }, 1)),
      await opened(rules({ kind: 'plateau', evaluations: 2 }, 1)),
    ];
    await steps(whole, 2);
    expect(whole.stage().ended).toBe(null);
    await resumed.restore(await whole.snapshot());
    for (const trainer of [whole, resumed]) {
      const [report] = await steps(trainer, 1);
      expect(report?.stage).toEqual({ index: 0, begun: 0 });
      expect(trainer.stage()).toEqual({ index: 0, ended: 'plateau', isLast: false });
      expect((await steps(trainer, 1))[0]?.stage).toEqual({ index: 1, begun: 3 });
    }
  });
});

test.each<[TrainConfig['stages'], string]>([
  [[], 'stages: at least one is needed'],
  [[{ algorithm: 'sft' }, {}], 'stage 1: steps: a number is needed, since another stage follows'],
  [[{ steps: 2 }, { steps: 2 }], 'stage 2: steps: the last stage ends at max_steps'],
  [[{ steps: 1000 }, {}], 'stage 2: steps: the stages before it take all 1000 steps of the run'],
  [[{ steps: 2 }, { reference: 2 }], 'stage 2: reference: 0 for the base or an earlier stage, not 2'],
  [[{ steps: 2 }, { start: 2 }], 'stage 2: start: 0 for the base or an earlier stage, not 2'],
  [[{ steps: 2, learningRate: 7 }, {}], 'stage 1: learning_rate: at most 0.02'],
  [[{ steps: 2 }, { settings: { gamma: 1 } }], 'stage 2: settings.gamma: grpo has no such setting'],
  [[{ steps: 2, ...({ seed: 2 } as object) }, {}], 'stage 1: seed: no setting that a stage has of its own'],
  [[{ steps: 2 }, { algorithm: 'nothing' }], 'nothing'],
])('%j is refused by name', async (stages, message) => {
  const config = stages ? { ...tinyConfig, stages } : tinyConfig;
  await expect(opened(config)).rejects.toThrow(message);
});
