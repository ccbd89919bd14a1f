import { expect, test } from 'vitest';
import type { TrainConfig } from '../config/config.ts';
import { onNode, timeless, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import { plainShaping } from '../rewards/composition.ts';
import type { StepReport, TrainerEvent } from '../run/trainer.ts';

const own = (code: string, onFailure: 'stop' | 'exclude' = 'stop'): Partial<TrainConfig> => ({
  ownTerms: { short: { code, onFailure } },
});
const short = 'function reward({ length }) { return -length / 4; }';

async function steps(changes: Partial<TrainConfig>, count: number): Promise<StepReport[]> {
  const trainer = tinyTrainer();
  try {
    await trainer.open({ ...tinyConfig, ...changes }, onNode);
    const reports: StepReport[] = [];
    for (let i = 0; i < count; i++) reports.push(await trainer.step());
    return reports;
  } finally {
    await trainer.dispose();
  }
}

const completionsOf = ({ groups }: StepReport) => groups.flatMap(({ completions }) => completions);

test('a user’s term is part of the reward and has a metric of its own, and the run is reproducible', async () => {
  const changes = { ...own(short), rewardWeights: { format: 1, short: 2 } };
  const reports = await steps(changes, 2);
  for (const report of reports) {
    for (const { reward, terms, tokens } of completionsOf(report)) {
      expect(terms.short).toBeCloseTo(-tokens.length / 4, 12);
      expect(reward).toBeCloseTo((terms.answer ?? 0) + (terms.format ?? 0) + 2 * (terms.short ?? 0), 5);
    }
    expect(report.metrics['rewards/short/mean']).toBeCloseTo(-(report.metrics['completions/mean_length'] ?? 0) / 4, 9);
    expect(report.metrics['rewards/short/failed']).toBeUndefined();
  }
  expect((await steps(changes, 2)).map(({ metrics }) => timeless(metrics))).toEqual(
    reports.map(({ metrics }) => timeless(metrics)),
  );
});

test('shaping acts: a gated term rewards right answers only, a schedule changes the weight, a centred term has mean 0', async () => {
  const shaped = {
    ...own('function reward() { return 5; }'),
    rewardWeights: { answer: 0, format: 0, short: 1 },
    rewardShaping: {
      short: {
        ...plainShaping,
        clip: [0, 3] as [number, number],
        onlyWhenCorrect: true,
        schedule: { kind: 'linear' as const, to: 0, steps: 2 },
      },
    },
  };
  const reports = await steps(shaped, 2);
  reports.forEach((report, step) => {
    expect(report.metrics['rewards/short/weight']).toBe(1 - step / 2);
    for (const { reward, correct } of completionsOf(report))
      expect(reward).toBeCloseTo(correct ? 3 * (1 - step / 2) : 0, 6);
  });
  const [centred] = await steps(
    {
      ...own(short),
      rewardWeights: { answer: 0, format: 0, short: 1 },
      rewardShaping: { short: { ...plainShaping, centring: 'group' } },
    },
    1,
  );
  expect(centred?.metrics.reward).toBeCloseTo(0, 6);
});

test('a completion for which it fails is left out and counted, with `onFailure: exclude`', async () => {
  const [report] = await steps(
    own('function reward({ length }) {\n  while (length > 2);\n  return 1;\n}', 'exclude'),
    1,
  );
  if (!report) throw new Error('no step');
  const failed = completionsOf(report).filter(({ tokens }) => tokens.length > 2);
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.length).toBeLessThan(16);
  expect(report.metrics['rewards/short/failed']).toBe(failed.length);
  expect(report.metrics['rewards/excluded']).toBe(failed.length);
  for (const { advantage, reward } of failed) expect([advantage, reward]).toEqual([0, Number.NaN]);
});

test('a failure stops the run and names the line, the adapter is kept, and after a reset another text can be used', async () => {
  const trainer = tinyTrainer();
  const errors: TrainerEvent[] = [];
  trainer.listen((event) => void (event.type === 'error' && errors.push(event)));
  await trainer.open(
    {
      ...tinyConfig,
      ...own('function reward({ step }) {\n  if (step === 1) throw new Error("enough");\n  return 0;\n}'),
    },
    onNode,
  );
  await trainer.step();
  const before = await trainer.adapter();
  await expect(trainer.step()).rejects.toThrow('reward term short, line 2: Error: enough');
  expect(await trainer.adapter()).toEqual(before);
  expect(errors).toEqual([
    {
      type: 'error',
      error: expect.objectContaining({ code: 'reward-term', kept: 'The charts and the adapter after 1 step.' }),
    },
  ]);
  await trainer.open({ ...tinyConfig, ...own(short) }, onNode);
  await trainer.step();
  await trainer.dispose();
});

test('a term that does not exist is refused by name before the policy is loaded', async () => {
  await expect(steps({ rewardWeights: { style: 1 } }, 0)).rejects.toThrow('there is no "style"');
});
