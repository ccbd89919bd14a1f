/**
 * @file Rollouts exported and read back: the same numbers, the sampler's log-probabilities, and only the named file.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { withAlgorithm } from '../algorithm/configured.ts';
import type { TrainConfig } from '../config/config.ts';
import { onNode, timeless, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import type { LocalTrainer } from './localTrainer.ts';
import type { StepReport } from './trainer.ts';

const open: LocalTrainer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((trainer) => trainer.dispose()));
});

async function trainerOf(config: TrainConfig, file?: Uint8Array): Promise<LocalTrainer> {
  const trainer = tinyTrainer();
  open.push(trainer);
  await trainer.open(config, onNode, file && { [config.rolloutFile]: file });
  return trainer;
}

async function steps(trainer: LocalTrainer, count: number): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (let i = 0; i < count; i++) reports.push(await trainer.step());
  return reports;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const offline: TrainConfig = { ...tinyConfig, rollouts: 'offline', settings: { offline_prompts: 6 } };
const replay: TrainConfig = { ...tinyConfig, rollouts: 'replay', settings: { replay_steps: 2, replay_share: 0.5 } };

describe('the store of an offline run', () => {
  test('a run from its file equals the run whose base sampled it', async () => {
    const own = await trainerOf(offline);
    const { text, rollouts, steps: writtenFor } = await own.rollouts('calm-otter');
    expect([rollouts, writtenFor]).toEqual([24, null]);
    const summary = await own.readRollouts(bytesOf(text), offline);
    expect(summary).toMatchObject({
      policy: 'tiny',
      task: 'sums',
      difficulty: 2,
      temperature: 1,
      groupSize: 4,
      rollouts: 24,
      bytes: bytesOf(text).length,
    });
    const given = await trainerOf({ ...tinyConfig, rollouts: 'offline', rolloutFile: summary.sha256 }, bytesOf(text));
    const [a, b] = [await steps(own, 3), await steps(given, 3)];
    expect(b.map(({ metrics }) => timeless(metrics))).toEqual(a.map(({ metrics }) => timeless(metrics)));
    expect(await given.adapter()).toEqual(await own.adapter());
    expect((await given.rollouts('another')).text).toBe(text);
  });

  test('its file is needed to resume, and no other is accepted', async () => {
    const own = await trainerOf(offline);
    const text = (await own.rollouts('calm-otter')).text.replace('"policy":"tiny"', '"policy":"a friend’s"');
    const { sha256 } = await own.readRollouts(bytesOf(text), offline);
    const config = { ...offline, settings: {}, rolloutFile: sha256 };
    const first = await trainerOf(config, bytesOf(text));
    expect((await first.rollouts('another')).text, 'the file, as it came').toBe(text);
    await steps(first, 2);
    const snapshot = await first.snapshot();
    const again = await trainerOf(config, bytesOf(text));
    await again.restore(structuredClone(snapshot));
    expect((await again.step()).metrics.reward).toBe((await first.step()).metrics.reward);
    await expect(trainerOf(config)).rejects.toThrow(`SHA-256 ${sha256}, which is not here.`);
    await expect(trainerOf(config, bytesOf(`${text}\n`))).rejects.toThrow(
      /and the one that is here has [0-9a-f]{64}\.$/,
    );
    const bare = await trainerOf({ ...offline, settings: {} });
    await expect(bare.restore(structuredClone(snapshot))).rejects.toThrow('it was taken with another rolloutFile');
  });
});

describe('the file of an online run', () => {
  test('holds every completion of the reports, with the sampler’s log-probabilities', async () => {
    const trainer = await trainerOf({ ...tinyConfig, learningRate: 0.02 });
    const reports = await steps(trainer, 3);
    const file = await trainer.rollouts('calm-otter');
    expect(file).toMatchObject({ rollouts: 48, steps: [1, 3] });
    const [header, ...lines] = file.text
      .trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(header).toMatchObject({
      policy: 'tiny as trained by calm-otter, steps 1 to 3',
      num_generations: 4,
      rollouts: 48,
    });
    const seen = reports.flatMap(({ step, groups }) =>
      groups.flatMap(({ prompt, completions }) =>
        completions.map(({ text, logProbs, reward }) => ({
          step,
          prompt,
          completion: text,
          logprobs: logProbs,
          reward,
        })),
      ),
    );
    expect(
      lines.map(({ step, prompt, completion, logprobs, reward }) => ({ step, prompt, completion, logprobs, reward })),
    ).toEqual(seen);
    const learner = await trainerOf(
      { ...offline, rolloutFile: (await trainer.readRollouts(bytesOf(file.text), offline)).sha256 },
      bytesOf(file.text),
    );
    expect((await learner.step()).metrics).toMatchObject({ 'replay/share': 1 });
  });

  test('with replay every completion is listed once, at the step that it was written for', async () => {
    const trainer = await trainerOf(replay);
    await steps(trainer, 3);
    const { text, rollouts } = await trainer.rollouts('calm-otter');
    // Four fresh groups in the first step, two in each later one.
    expect(rollouts).toBe(4 * (4 + 2 + 2));
    const lines = text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line): { step: number } => JSON.parse(line));
    expect(lines.map(({ step }) => step)).toEqual([
      ...Array<number>(16).fill(0),
      ...Array<number>(8).fill(1),
      ...Array<number>(8).fill(2),
    ]);
  });

  test('ends at a change of temperature, is empty after a reset, and is refused before the first step', async () => {
    const trainer = await trainerOf(tinyConfig);
    await expect(trainer.rollouts('calm-otter')).rejects.toThrow('train a step first');
    await steps(trainer, 2);
    await trainer.adjust({ temperature: 0.5 });
    await steps(trainer, 1);
    const file = await trainer.rollouts('calm-otter');
    expect(file.steps).toEqual([3, 3]);
    expect(JSON.parse(file.text.split('\n')[0] ?? '')).toMatchObject({ temperature: 0.5 });
    await trainer.reset();
    await expect(trainer.rollouts('calm-otter')).rejects.toThrow('train a step first');
  });
});

test('a file needs offline rollouts, and bytes that are not a rollout file are refused with a message', async () => {
  const hash = 'a'.repeat(64);
  await expect(trainerOf({ ...tinyConfig, rolloutFile: hash })).rejects.toThrow(
    'rollout_file: only a run whose rollouts are offline',
  );
  await expect(trainerOf({ ...tinyConfig, rollouts: 'offline', rolloutFile: 'mine' })).rejects.toThrow(
    'rollout_file: a SHA-256 in 64 hexadecimal digits',
  );
  const trainer = await trainerOf({ ...withAlgorithm(tinyConfig, 'dpo'), rollouts: 'offline' });
  await expect(trainer.readRollouts(bytesOf('hello'), offline)).rejects.toThrow('line 1: it is no line that describes');
  await expect(trainer.readRollouts(Uint8Array.of(255, 128, 10), offline)).rejects.toThrow(
    'line 1, column 1: it is no text in UTF-8',
  );
  await expect(trainer.readRollouts('hello' as never, offline)).rejects.toThrow('a file of rollouts is needed');
});
