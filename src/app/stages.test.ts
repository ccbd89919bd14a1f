/** @file Stages in the link, in the editor's fields, and as the strip above the charts. */
import { describe, expect, test } from 'vitest';
import { armWords, trainFlags } from '../lessons/storedResult.ts';
import { readStages } from '../rl/algorithm/stages.ts';
import { readStageWords } from '../rl/algorithm/stageWords.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { tasks } from '../tasks/index.ts';
import { firstStages, stageStarts, stageViews, stripOf, wordsOfViews } from './stages.ts';
import { liveChanges, sameConfig, waitingChanges } from './stores/configChanges.ts';
import { differences } from './stores/differences.ts';
import { createSettingsStore } from './stores/settingsStore.ts';
import { readLink, writeHash } from './url.ts';

const words = 'sft steps=20 learning_rate=0.005; grpo steps=60 reference=1 start=0 stop=accuracy:0.8 beta=0.1';
const config = readStages(defaultConfig, readStageWords(words));

describe('a link with stages', () => {
  test('is the run, and the same words are a flag of the command', () => {
    const hash = writeHash('default', config);
    const read = readLink('', hash, tasks);
    expect(read.notices).toEqual([]);
    expect(sameConfig(read.config, config)).toBe(true);
    const linked = new URLSearchParams(hash.slice(1));
    expect(linked.has('max_steps')).toBe(false);
    const flags = trainFlags(linked);
    expect(flags[flags.indexOf('--stages') + 1]).toBe(linked.get('stages'));
    const arm = armWords({ preset: 'default', policies: ['default'], seeds: [1] }, { flags: ['--stages', words] });
    expect(sameConfig(readLink('', `#${arm.toString()}&v=2`, tasks).config, config)).toBe(true);
  });

  test('is limited by max_steps, which ends the last stage', () => {
    const linked = (steps: number) =>
      readLink('', `#v=2&max_steps=${steps}&${new URLSearchParams({ stages: words }).toString()}`, tasks);
    expect(stageViews(linked(30).config).map(({ steps }) => steps)).toEqual([20, 10]);
    expect(linked(20).notices.join()).toContain('stages: stage 2: steps: the stages before it take all 20 steps');
  });

  test.each([
    ['sft steps=20; grpo', 'stages: stage 2: steps: a number is needed'],
    ['sft steps=20; grpo steps=9 gamma=1', 'stages: stage 2: settings.gamma: grpo has no such setting'],
  ])('%j is a notice', (stages, message) => {
    const { config: kept, notices } = readLink('', `#v=2&${new URLSearchParams({ stages }).toString()}`, tasks);
    expect(notices.join()).toContain(message);
    expect(kept.stages).toBe(undefined);
  });
});

describe('the settings', () => {
  const start = { preset: 'default', config: defaultConfig, notices: [] };

  test('take stages from the fields of the editor, and say why they do not', () => {
    const settings = createSettingsStore(tasks, start);
    expect(settings.setStages(wordsOfViews(firstStages(defaultConfig)))).toBe(true);
    expect(settings.getState().config).toMatchObject({ maxSteps: 120, stages: [{ algorithm: 'sft', steps: 20 }, {}] });
    const [first, second] = stageViews(config);
    expect(wordsOfViews(stageViews(config))).toBe(words);
    expect(second).toMatchObject({ reference: 1, start: 0, stop: { kind: 'accuracy', number: 0.8 }, more: 'beta=0.1' });
    expect(settings.setStages(wordsOfViews([{ ...first!, more: 'beta=7' }]))).toBe(false);
    expect(settings.getState().errors.stages).toBe('stage 1: beta: at most 1. The list before is kept.');
    expect(settings.setKnob('maxSteps', 20)).toBe(false);
    expect(settings.getState().errors.maxSteps).toMatch(/^stage 2: steps: the stages before it take all 20/);
    expect(settings.setKnob('maxSteps', 50)).toBe(true);
    expect(stageViews(settings.getState().config).map(({ steps }) => steps)).toEqual([20, 30]);
    expect(settings.setStages('')).toBe(true);
    expect('stages' in settings.getState().config).toBe(false);
  });

  test('wait for a new run where the run has other stages or none', () => {
    expect(waitingChanges(config, defaultConfig)).toEqual(['stages']);
    expect(waitingChanges({ ...defaultConfig, maxSteps: 80 }, config)).toEqual(['stages']);
    expect(liveChanges(config, defaultConfig)).toEqual({ maxSteps: 80 });
    expect(differences(config, defaultConfig, tasks)).toContainEqual({
      label: 'Stages',
      before: 'sft steps=20 learning_rate=0.005; grpo reference=1 start=0 stop=accuracy:0.8 beta=0.1',
      after: 'off',
    });
  });
});

test('the strip counts the steps of each stage, also of one that ended early', () => {
  const row = (step: number, stage?: number) => ({ step, values: stage ? { stage } : { reward: 1 }, ranges: {} });
  const rows = [row(0), row(1, 1), row(2, 1), row(3, 2), row(4, 2)];
  expect(stageStarts(rows)).toEqual([1, 3]);
  const at = (starts: readonly number[], step: number, over: boolean) =>
    stripOf(config, starts, step, over).map(({ done, state }) => [done, state]);
  expect(at([], 0, false)).toEqual([
    [0, 'waiting'],
    [0, 'waiting'],
  ]);
  expect(at([1], 2, false)).toEqual([
    [2, 'running'],
    [0, 'waiting'],
  ]);
  expect(at([1, 3], 4, false)).toEqual([
    [2, 'done'],
    [2, 'running'],
  ]);
  expect(at([1, 3], 4, true)[1]).toEqual([2, 'done']);
  expect(stripOf(config, [], 0, false)[1]?.notes).toEqual([
    'begins as the base',
    'reference: end of stage 1',
    'until 80 % held out',
    'beta=0.1',
  ]);
});
