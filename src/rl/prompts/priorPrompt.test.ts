/**
 * @file Prior prompts and verifier errors in a run: they act on training, and held-out problems keep the true verifier.
 */
import { expect, test } from 'vitest';
import { formatsTask } from '../../tasks/formats.ts';
import { sums } from '../../tasks/sums.ts';
import { onNode, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import { askedTask, priorPromptProblem, trainingTask } from './priorPrompt.ts';
import type { TrainConfig } from '../config/config.ts';

async function oneStep(changes: Partial<TrainConfig>) {
  const trainer = tinyTrainer();
  const config = { ...tinyConfig, ...changes };
  await trainer.open(config, onNode);
  const report = await trainer.step();
  const evaluation = await trainer.evaluate(16, 4);
  await trainer.dispose();
  return { config, report, evaluation };
}

test('without either, the task is unchanged', () => {
  expect(trainingTask(tinyConfig)).toBe(sums);
  expect(askedTask(tinyConfig)).toBe(sums);
});

test('a prior prompt that the task does not have is refused by name before the policy is loaded', async () => {
  const config = { ...tinyConfig, priorPrompt: 'plan' };
  expect(priorPromptProblem(config)).toBe('prior_prompt: sums has no "plan"; it has none');
  const trainer = tinyTrainer();
  await expect(trainer.open(config, onNode)).rejects.toThrow('prior_prompt: sums has no "plan"; it has none');
  await trainer.dispose();
});

test('a run with a prior prompt puts its token before each prompt and is evaluated with and without it', async () => {
  const token = formatsTask.controls?.find(({ id }) => id === 'plan')?.token ?? '';
  const { report, evaluation } = await oneStep({ task: 'formats', priorPrompt: 'plan' });
  expect(report.groups.every(({ prompt }) => prompt.startsWith(token))).toBe(true);
  expect(evaluation.bare).toMatchObject({ sampled: expect.any(Number), greedy: expect.any(Number) });
  const plain = await oneStep({ task: 'formats' });
  expect(plain.report.groups.some(({ prompt }) => prompt.startsWith(token))).toBe(false);
  expect(plain.evaluation).not.toHaveProperty('bare');
});

test('verifier errors flip verdicts and rewards of training, but not held-out ones', async () => {
  const rewardWeights = { answer: 1, format: 0 };
  const [truth, turned] = [
    await oneStep({ rewardWeights }),
    await oneStep({ rewardWeights, verifierErrorRate: 1, learningRate: 0 }),
  ];
  const verdicts = ({ report }: typeof truth) =>
    report.groups.flatMap(({ completions }) =>
      completions.map(({ correct, terminated }) => (terminated ? correct : null)),
    );
  const expected = verdicts(truth).map((correct) => (correct === null ? null : !correct));
  expect(verdicts(turned)).toEqual(expected);
  expect(expected).toContain(true);
  const still = await oneStep({ rewardWeights, learningRate: 0 });
  expect(turned.evaluation).toEqual(still.evaluation);
});

test('the seed decides which completions are judged wrongly', () => {
  const wrongly = (seed: number) => {
    const task = trainingTask({ ...tinyConfig, seed, verifierErrorRate: 0.5 });
    const example = sums.read?.('10+1+1=');
    if (!example) throw new Error('a problem');
    return Array.from(
      { length: 64 },
      (_, i) => task.verify(example, String(i)).correct !== sums.verify(example, String(i)).correct,
    );
  };
  expect(wrongly(1)).toEqual(wrongly(1));
  expect(wrongly(1)).not.toEqual(wrongly(2));
});
