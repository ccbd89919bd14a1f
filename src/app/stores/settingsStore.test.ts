import { describe, expect, it, vi } from 'vitest';
import { defaultConfig, trainConfigSchema } from '../../rl/config/config.ts';
import { presetConfig } from '../../rl/config/presets.ts';
import { tasks } from '../../tasks/index.ts';
import { differsFromPreset, liveChanges, waitingChanges } from './configChanges.ts';
import { createSettingsStore } from './settingsStore.ts';

vi.mock('react', () => ({}));

const fresh = () => createSettingsStore(tasks, { preset: 'default', config: presetConfig('default'), notices: [] });

describe('a setting', () => {
  it('out of range is refused with a reason, and the last valid value is kept', () => {
    const settings = fresh();
    expect(settings.setKnob('learningRate', 0.005)).toBe(true);
    expect(settings.setKnob('learningRate', 7)).toBe(false);
    expect(settings.getState().config.learningRate).toBe(0.005);
    expect(settings.getState().errors['learningRate']).toBe('At most 0.02. 0.005 is kept.');
    expect(settings.setKnob('learningRate', 0.001)).toBe(true);
    expect(settings.getState().errors).toEqual({});
  });

  it('that is not a number, or not whole where it must be, is refused', () => {
    const settings = fresh();
    settings.setKnob('beta', Number.NaN);
    settings.setKnob('numGenerations', 4.5);
    expect(settings.getState().errors).toEqual({
      beta: 'A number is needed. 0 is kept.',
      numGenerations: 'A whole number is needed. 8 is kept.',
    });
    expect(trainConfigSchema.safeParse(settings.getState().config).success).toBe(true);
  });

  it('at the end of its range is shown to the last digit', () => {
    const settings = fresh();
    expect(settings.setKnob('seed', 2 ** 31 - 1)).toBe(true);
    expect(settings.setKnob('seed', 2 ** 31)).toBe(false);
    expect(settings.getState().errors).toEqual({ seed: 'At most 2147483647. 2147483647 is kept.' });
  });

  it('that cannot be parsed is refused with a reason, for every kind of setting', () => {
    const settings = fresh();
    expect([
      settings.setKnob('seed', 'It can be two.'),
      settings.setWeight('format', 'It can be two.'),
      settings.setNumber({ id: 'c', default: 2, min: 0, max: 3, summary: '' }, 'It can be two.'),
    ]).toEqual([false, false, false]);
    expect(settings.getState()).toMatchObject({
      config: presetConfig('default'),
      errors: {
        seed: 'It can be two. 1 is kept.',
        'reward.format': 'It can be two. 0 is kept.',
        'settings.c': 'It can be two. 2 is kept.',
      },
    });
  });

  it('of difficulty has the range of the task', () => {
    for (const task of tasks) {
      const settings = fresh();
      settings.chooseTask(task.id);
      expect(settings.getState().config.difficulty).toBe(task.difficulty.default);
      expect(settings.setKnob('difficulty', task.difficulty.max + 1)).toBe(false);
      expect(settings.setKnob('difficulty', task.difficulty.min)).toBe(true);
    }
  });

  it('of a reward weight at its default is not stored', () => {
    const settings = fresh();
    settings.setWeight('format', 0.5);
    expect(settings.getState().config.rewardWeights).toEqual({ format: 0.5 });
    expect(differsFromPreset(settings.getState())).toBe(true);
    settings.setWeight('format', 0);
    expect(settings.getState().config.rewardWeights).toEqual({});
    expect(differsFromPreset(settings.getState())).toBe(false);
  });
});

it('a preset for a model of the hub is unchanged with any copy of it, and a shipped base moves to a task it can read', () => {
  const settings = fresh();
  settings.choosePreset('smollm2-135m');
  settings.choosePolicy('own-smollm2-135m-instruct-01234567');
  expect(settings.getState().config).toEqual({
    ...presetConfig('smollm2-135m'),
    policy: 'own-smollm2-135m-instruct-01234567',
  });
  expect(differsFromPreset(settings.getState())).toBe(false);
  settings.setKnob('beta', 0.5);
  expect(differsFromPreset(settings.getState())).toBe(true);
  settings.choosePolicy('default');
  expect(settings.getState().config).toMatchObject({ policy: 'default', task: 'sums' });
});

it('adopted settings replace preset and configuration, clear refusals and keep parts that are not named', () => {
  const settings = fresh();
  settings.setKnob('numGenerations', 99_999);
  settings.draftObjective('-A * logp');
  const config = presetConfig('countdown');
  settings.adopt({ preset: 'countdown', config });
  expect(settings.getState()).toMatchObject({ preset: 'countdown', config, errors: {}, draft: { text: '-A * logp' } });
  settings.adopt({ preset: 'countdown', config, draft: null, notices: ['seed=x'] });
  expect(settings.getState()).toMatchObject({ draft: null, notices: ['seed=x'] });
  settings.draftObjective('-A * logp');
  settings.forgetOffers();
  expect(settings.getState()).toMatchObject({ config, draft: null, offered: {} });
});

describe('a change during a run', () => {
  it('either acts at the next step or waits, never both', () => {
    const changed = { ...defaultConfig, learningRate: 0.002, numGenerations: 4, rewardWeights: { format: 1 } };
    expect(liveChanges(changed, defaultConfig)).toEqual({ learningRate: 0.002 });
    expect(waitingChanges(changed, defaultConfig)).toEqual(['numGenerations', 'rewardWeights']);
  });
});

describe('task and base', () => {
  it('follow each other if the base was not pretrained on the task', () => {
    const settings = fresh();
    settings.chooseTask('formats');
    const { policy } = settings.getState().config;
    expect(policy).toMatch(/^(echo|text)/);
    settings.choosePolicy('default');
    expect(settings.getState().config).toMatchObject({ policy: 'default', task: 'sums', difficulty: 4 });
    settings.choosePolicy('default-b');
    expect(settings.getState().config).toMatchObject({ policy: 'default-b', task: 'sums' });
    settings.chooseTask('chain');
    expect(settings.getState().config).toMatchObject({ policy: 'default-b', task: 'chain' });
  });
});

describe('a custom objective', () => {
  const from = (objective: string) =>
    createSettingsStore(tasks, {
      preset: 'default',
      config: presetConfig('default'),
      notices: [],
      draft: { text: objective, numbers: { c: 1 }, fromLink: true },
    });

  it('from a link is not part of the configuration before it is used, also after it was edited', () => {
    const settings = from('-A * logp');
    expect(settings.getState()).toMatchObject({
      draft: { text: '-A * logp', fromLink: true },
      config: { objectiveText: '', settings: {} },
    });
    settings.draftObjective('-R * logp');
    expect(settings.getState()).toMatchObject({
      draft: { text: '-R * logp', numbers: { c: 1 }, fromLink: true },
      config: { objectiveText: '', settings: {} },
    });
    settings.useObjective('-R * logp');
    expect(settings.getState()).toMatchObject({ draft: null, config: { objectiveText: '-R * logp' } });
    settings.draftObjective('-A * p');
    expect(settings.getState().draft).toEqual({ text: '-A * p', numbers: {}, fromLink: false });
    settings.useObjective('');
    expect(settings.getState()).toMatchObject({ draft: null, config: { objectiveText: '' } });
  });

  it('waits for Reset; its numbers act at the next step', () => {
    const settings = fresh();
    settings.useObjective('setting c = 2 in 0 .. 3\n-c * A * logp');
    const { config } = settings.getState();
    expect(waitingChanges(config, defaultConfig)).toEqual(['objectiveText']);
    const c = { id: 'c', default: 2, min: 0, max: 3, summary: '' };
    expect(settings.setNumber(c, 1)).toBe(true);
    expect(settings.getState().config.settings).toEqual({ c: 1 });
    expect(waitingChanges(settings.getState().config, config)).toEqual([]);
    expect(liveChanges(settings.getState().config, config)).toEqual({ settings: { c: 1 } });
    expect(liveChanges(settings.getState().config, defaultConfig)).toEqual({});
    expect(settings.setNumber(c, 4)).toBe(false);
    expect(settings.getState().errors).toEqual({ 'settings.c': 'At most 3. 1 is kept.' });
    settings.setNumber(c, 2);
    expect(settings.getState()).toMatchObject({ config: { settings: {} }, errors: {} });
  });

  it('drops the numbers of the objective before it', () => {
    const settings = fresh();
    settings.setNumber({ id: 'c', default: 2, min: 0, max: 3, summary: '' }, 1);
    settings.useObjective('-A * logp');
    expect(settings.getState().config.settings).toEqual({});
  });
});
