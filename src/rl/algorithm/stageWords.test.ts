import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../config/config.ts';
import { readStages, stageConfig, stagesOf } from './stages.ts';
import { readStageList, readStageWords, writeStageWords } from './stageWords.ts';

const words =
  'sft steps=20 learning_rate=0.005; grpo steps=60 temperature=0.7 beta=0.1 lr_scheduler_type=cosine reference=1 stop=accuracy:0.8 delta=2 reward.format=0.5 shape.length=clip:0:0.5,centre:group schedule.beta=linear:0.2:30; task=chain steps=5 stop=plateau:3';

const read = (text: string) => readStages(defaultConfig, readStageWords(text));

describe('stages in words', () => {
  test('are read into fields and written back', () => {
    const config = read(words);
    expect(config.maxSteps).toBe(85);
    expect(config.stages?.map(({ steps }) => steps)).toEqual([20, 60, undefined]);
    expect(config.stages?.[1]).toMatchObject({
      algorithm: 'grpo',
      beta: 0.1,
      lrScheduler: 'cosine',
      reference: 1,
      stop: { kind: 'accuracy', at: 0.8 },
      settings: { delta: 2 },
      rewardWeights: { format: 0.5 },
      schedules: { beta: { kind: 'linear', to: 0.2, steps: 30 } },
    });
    const written = writeStageWords(stagesOf(config));
    expect(read(written)).toEqual(config);
    expect(written.split('; ')[0]).toBe('sft steps=20 learning_rate=0.005');
  });

  test('are the same as JSON', () => {
    const list = [
      { algorithm: 'sft', steps: 20, learning_rate: 0.005 },
      { algorithm: 'grpo', steps: 60, reference: 1, shuffle_rewards: true },
    ];
    expect(readStageList(list)).toEqual(
      readStageWords('sft steps=20 learning_rate=0.005; grpo steps=60 reference=1 shuffle_rewards=1'),
    );
  });

  test('leave each stage its algorithm with its own numbers, and its task with its difficulty', () => {
    const config = { ...read(words), epsilon: 0.3, settings: { delta: 3 } };
    expect(stageConfig(config, 0)).toMatchObject({ algorithm: 'sft', maxSteps: 20, epsilon: 0.2, settings: {} });
    expect(stageConfig(config, 1)).toMatchObject({
      algorithm: 'grpo',
      epsilon: 0.3,
      settings: { delta: 2 },
      maxSteps: 60,
    });
    const third = stageConfig(config, 2);
    expect(third).toMatchObject({ task: 'chain', maxSteps: 5, settings: { delta: 3 }, rewardWeights: {} });
    expect('stages' in third).toBe(false);
  });

  test.each([
    ['', 'stage 1: it is empty'],
    ['sft steps=2; ; grpo steps=2', 'stage 2: it is empty'],
    ['sft steps=2; grpo steps', 'stage 2: steps is not of the form ID=VALUE'],
    ['sft steps=2; grpo', 'stage 2: steps: a number is needed'],
    ['sft steps=x', 'stage 1: steps: a number is needed'],
    ['sft steps=2 learning_rate=fast', 'stage 1: learning_rate: a number is needed'],
    ['sft steps=2 learning_rate=3', 'stage 1: learning_rate: at most 0.02'],
    ['sft steps=2 stop=never:1', 'stage 1: stop: accuracy:SHARE or plateau:EVALUATIONS is needed'],
    ['sft steps=2 stop=accuracy:2', 'stage 1: stop: at most 1'],
    ['sft steps=2 seed=2', 'stage 1: seed: no setting that a stage has of its own'],
    ['sft steps=2 schedule.beta=up', 'stage 1: schedule: '],
    ['sft steps=2; grpo steps=2 reference=2', 'stage 2: reference: 0 for the base or an earlier stage, not 2'],
  ])('%j is refused with its stage and its field', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test.each<[unknown, string]>([
    [{}, 'a list of stages is needed'],
    [[3], 'stage 1: '],
    [[{ steps: 2 }, { steps: [] }], 'stage 2: steps: a number or a word is needed'],
  ])('the JSON %j is refused', (value, message) => {
    expect(() => readStageList(value)).toThrow(message);
  });
});
