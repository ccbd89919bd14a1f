/** @file One update under other algorithms equals real forks, and leaves the run as it is. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../lib/assert.ts';
import { onNode, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import { copyOfState } from '../learner/state.ts';
import { policySlot } from '../words/slots.ts';
import { withAlgorithm } from '../algorithm/configured.ts';
import type { TrainConfig } from '../config/config.ts';
import type { GroupReport } from '../step/report.ts';
import type { LocalTrainer } from './localTrainer.ts';
import type { UpdateQuery } from './updateReport.ts';
import type { RunSnapshot } from './trainer.ts';

const open: LocalTrainer[] = [];
afterAll(async () => {
  await Promise.all(open.map((trainer) => trainer.dispose()));
});

async function trainerAt(config: TrainConfig, snapshot: RunSnapshot | number): Promise<LocalTrainer> {
  const trainer = tinyTrainer();
  open.push(trainer);
  await trainer.open(config, onNode);
  if (typeof snapshot === 'number') for (let step = 0; step < snapshot; step++) await trainer.step();
  else await trainer.restore({ ...snapshot, config });
  return trainer;
}

const queryOf = (config: TrainConfig, { prompt, completions }: GroupReport): UpdateQuery => ({
  config,
  prompt,
  completions: completions.map(({ tokenIds }) => [...tokenIds]),
});

const isMixed = ({ completions }: GroupReport) => new Set(completions.map(({ reward }) => reward)).size > 1;

/** A run of two steps, its snapshot, and the group of its third step with rewards of several sizes. */
let run: LocalTrainer;
let snapshot: RunSnapshot;
let group: GroupReport;
beforeAll(async () => {
  run = await trainerAt(tinyConfig, 2);
  snapshot = await run.snapshot();
  const ahead = await trainerAt(tinyConfig, snapshot);
  group = present((await ahead.step()).groups.find(isMixed), 'a mixed group');
});

/** log p of each completion after the trainer's step, nats. */
async function logProbsIn(trainer: LocalTrainer, { prompt, completions }: GroupReport): Promise<number[]> {
  const all: number[] = [];
  for (const { tokenIds } of completions) {
    const places = await trainer.distributions({ prompt, tokenIds: [...tokenIds], step: 2 });
    all.push(places.reduce((sum, { logProb }) => sum + logProb.now, 0));
  }
  return all;
}

/** A snapshot of a run without a critic, for a run with one: the head is last and starts at 0. */
function withHead(snapshot: RunSnapshot, size: number): RunSnapshot {
  const state = copyOfState(snapshot.state)[policySlot]!;
  const longer = (vector: Float32Array) => Float32Array.from({ length: size }, (_, i) => vector[i] ?? 0);
  return {
    ...snapshot,
    state: {
      [policySlot]: {
        ...state,
        parameters: longer(state.parameters),
        optimizer: Object.fromEntries(Object.entries(state.optimizer).map(([name, v]) => [name, longer(v)])),
      },
    },
  };
}

describe('the probabilities after one update are those of a real fork', () => {
  test.each(['drGrpo', 'gspo', 'ppo', 'dpo', 'sft'])('%s', async (id) => {
    const config = withAlgorithm(tinyConfig, id);
    const update = await run.oneUpdate(queryOf(config, group));
    const fresh = await trainerAt(config, 0);
    const fork = await trainerAt(config, withHead(snapshot, (await fresh.adapter()).length));
    const stepped = await fork.step();
    const after = await logProbsIn(fork, group);
    update.completions.forEach((completion, i) => expect(completion.after).toBeCloseTo(after[i]!, 5));
    const moved = update.completions.some(({ before, after: to }) => Math.abs(before - to) > 1e-4);
    expect(moved).toBe(true);
    expect(update.gradNorm).toBe(stepped.metrics.grad_norm);
    const own = stepped.groups.find(({ prompt }) => prompt === group.prompt);
    expect(update.completions.map(({ advantage }) => advantage)).toEqual(
      own?.completions.map(({ advantage }) => advantage),
    );
    expect(update.klMoved).toBeGreaterThan(0);
  });

  test('an objective of the user', async () => {
    const config = { ...tinyConfig, objectiveText: '-A * exp(logp - oldLogp)' };
    const update = await run.oneUpdate(queryOf(config, group));
    const fork = await trainerAt(config, snapshot);
    await fork.step();
    const after = await logProbsIn(fork, group);
    update.completions.forEach((completion, i) => expect(completion.after).toBeCloseTo(after[i]!, 5));
  });
});

test('the run keeps its bits, and goes on as without it', async () => {
  const own = await trainerAt(tinyConfig, snapshot);
  await own.oneUpdate(queryOf(withAlgorithm(tinyConfig, 'ppo'), group));
  expect(await own.snapshot()).toEqual(snapshot);
  await own.step();
  const alone = await trainerAt(tinyConfig, 3);
  expect(await own.adapter()).toEqual(await alone.adapter());
});

describe('pushes', () => {
  test('of the loss as a sum: GRPO divides by each length, Dr. GRPO by the longest possible', async () => {
    const [grpo, dr] = [
      await run.oneUpdate(queryOf({ ...tinyConfig, beta: 0 }, group)),
      await run.oneUpdate(queryOf({ ...withAlgorithm(tinyConfig, 'drGrpo'), beta: 0 }, group)),
    ];
    const rows = tinyConfig.promptsPerStep * tinyConfig.numGenerations;
    group.completions.forEach(({ tokens }, i) => {
      const [a, b] = [grpo.completions[i]!, dr.completions[i]!];
      a.pushes.forEach((push) => expect(push).toBeCloseTo(a.advantage! / tokens.length / rows, 5));
      const [first = 0] = b.pushes;
      b.pushes.forEach((push) => expect(push).toBeCloseTo(first, 6));
    });
    expect(Math.max(...grpo.completions.flatMap(({ pushes }) => pushes))).toBeGreaterThan(0);
  });

  test('a setting of the loss moves the tokens that it reaches: beta those off the base, epsilon none yet', async () => {
    const { completions } = await run.oneUpdate(queryOf({ ...tinyConfig, beta: 0.5 }, group));
    const largest = (id: string) => Math.max(...completions.flatMap(({ moved }) => moved[id]!.map(Math.abs)));
    expect(largest('beta')).toBeGreaterThan(1e-6);
    expect(largest('epsilon')).toBe(0);
  });
});

test('a group that the algorithm drops has no advantages and no pushes', async () => {
  const dapo = { ...withAlgorithm(tinyConfig, 'dapo'), settings: { dynamic_sampling: 1 } };
  const { completions } = await run.oneUpdate(queryOf(dapo, group));
  expect(completions.map(({ advantage }) => advantage)).toEqual(completions.map(() => null));
  expect(completions.flatMap(({ pushes }) => pushes).every((push) => push === 0)).toBe(true);
});

test('a change of the sampling is refused by name, an algorithm that does not fit the run with its reason', async () => {
  await expect(run.oneUpdate(queryOf({ ...tinyConfig, seed: 2, temperature: 0.5 }, group))).rejects.toThrow(
    'seed, temperature: the fork samples and judges as the run does',
  );
  await expect(
    run.oneUpdate(queryOf({ ...withAlgorithm(tinyConfig, 'dpo'), advantage: 'rloo' }, group)),
  ).rejects.toThrow('advantage: dpo compares the completions of a pair');
  await expect(run.oneUpdate({ ...queryOf(tinyConfig, group), completions: [[9999]] })).rejects.toThrow(
    'completions[0]: 9999 is not a token of this policy',
  );
  await expect(run.oneUpdate({ ...queryOf(tinyConfig, group), completions: [[5]] })).rejects.toThrow(
    'completions: the step sampled other ones',
  );
  await expect(run.oneUpdate({ ...queryOf(tinyConfig, group), completions: [] })).rejects.toThrow('completions');
});

describe('a run that continues a snapshot as a fork', () => {
  const continued = async (config: TrainConfig) => {
    const trainer = await trainerAt(config, 0);
    await trainer.restore(snapshot, true);
    return trainer;
  };

  test('equals the run from that step on, bit for bit, with the same algorithm and seed', async () => {
    const whole = await trainerAt(tinyConfig, 3);
    const again = await continued({ ...tinyConfig, maxSteps: 9 });
    expect((await again.snapshot()).step).toBe(2);
    await again.step();
    expect(await again.adapter()).toEqual(await whole.adapter());
  });

  test('begins at the same weights with another seed and algorithm, also one with a critic, and then differs', async () => {
    const next = await (await continued(tinyConfig)).step();
    const other = await continued({ ...withAlgorithm(tinyConfig, 'ppo'), seed: tinyConfig.seed + 1 });
    const { state } = await other.snapshot();
    const { parameters } = present(snapshot.state[policySlot], policySlot);
    expect(present(state[policySlot], policySlot).parameters.slice(0, parameters.length)).toEqual(parameters);
    const { step, groups } = await other.step();
    expect(step).toBe(2);
    expect(groups.map(({ prompt }) => prompt)).not.toEqual(next.groups.map(({ prompt }) => prompt));
    const back = await continued(tinyConfig);
    await back.restore({ ...(await other.snapshot()), config: tinyConfig }, true);
    expect((await back.adapter()).length).toBe(parameters.length);
  });

  test('is refused with other rewards, another policy and a damaged state', async () => {
    const trainer = await trainerAt(tinyConfig, 0);
    const refused = async (changes: Partial<RunSnapshot>, message: string) => {
      await expect(trainer.restore({ ...snapshot, ...changes }, true)).rejects.toThrow(message);
    };
    await refused({ config: { ...tinyConfig, rank: 4 } }, 'snapshot: it was taken with another rank');
    await refused({ policyHash: 'other' }, 'snapshot: it belongs to another policy file');
    await refused({ step: -1 }, 'snapshot: step');
    const state = present(snapshot.state[policySlot], policySlot);
    await refused({ state: { ...snapshot.state, other: state } }, 'snapshot: this algorithm has no slot other');
  });
});
