import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../rl/config/config.ts';
import { algorithms } from '../../rl/papers/index.ts';
import { tasks } from '../../tasks/index.ts';
import { algorithmProblem, withChosenAlgorithm } from './algorithmSettings.ts';
import { liveChanges, waitingChanges } from './configChanges.ts';
import { createSettingsStore } from './settingsStore.ts';

const store = () => createSettingsStore(tasks, { preset: 'default', config: defaultConfig, notices: [] });
const number = { id: 'dynamic_sampling', default: 4, min: 0, max: 20, summary: '' };

describe('choosing an algorithm', () => {
  it('sets its default numbers and gives a trainable configuration', () => {
    const refused = algorithms.filter(
      ({ id }) =>
        algorithmProblem(
          withChosenAlgorithm({ ...defaultConfig, advantage: 'rloo', klEstimator: 'k2', topEntropyQuantile: 0.5 }, id),
        ) !== null,
    );
    expect(refused).toEqual([]);
  });

  it('keeps a part that fits it and drops one that does not', () => {
    expect(withChosenAlgorithm({ ...defaultConfig, advantage: 'rloo' }, 'dapo').advantage).toBe('rloo');
    expect(withChosenAlgorithm({ ...defaultConfig, advantage: 'rloo' }, 'dpo').advantage).toBe('algorithm');
  });
});

describe('choosing a part', () => {
  it('is refused with a reason if it does not fit the algorithm, and the last valid one is kept', () => {
    const settings = store();
    settings.chooseAlgorithm('dpo');
    expect(settings.setChoice('klEstimator', 'k2')).toBe(false);
    expect(settings.getState().errors.klEstimator).toContain('holds the policy to its base by itself');
    expect(settings.getState().config.klEstimator).toBe('algorithm');
    expect(settings.setChoice('klControl', 'linear')).toBe(true);
    expect(settings.getState().config.klControl).toBe('linear');
  });

  it('also drops the numbers of the part before', () => {
    const settings = store();
    settings.setChoice('advantage', 'passAtK');
    const k = { ...number, id: 'pass_at_k', default: 4, min: 1, max: 16 };
    settings.setNumber(k, 2);
    expect(Object.values(settings.getState().config.settings)).toEqual([2]);
    settings.setChoice('advantage', 'rloo');
    expect(settings.getState().config.settings).toEqual({});
  });
});

describe('a number of the algorithm', () => {
  it('is stored only if it differs from its default, and refused outside its range', () => {
    const settings = store();
    settings.chooseAlgorithm('dapo');
    settings.setNumber(number, 2);
    expect(settings.getState().config.settings).toEqual({ dynamic_sampling: 2 });
    expect(settings.setNumber(number, 99)).toBe(false);
    expect(settings.getState().errors['settings.dynamic_sampling']).toBe('At most 20. 2 is kept.');
    settings.setNumber(number, 4);
    expect(settings.getState().config.settings).toEqual({});
  });

  it('acts at the next step of a run with that algorithm, and waits in a run with another', () => {
    const dapo = withChosenAlgorithm(defaultConfig, 'dapo');
    const turned = { ...dapo, settings: { dynamic_sampling: 2 }, beta: 0.1, learningRate: 0.002 };
    expect(liveChanges(turned, dapo)).toEqual({ settings: { dynamic_sampling: 2 }, beta: 0.1, learningRate: 0.002 });
    expect(waitingChanges(turned, dapo)).toEqual([]);
    expect(liveChanges(turned, defaultConfig)).toEqual({ learningRate: 0.002 });
    expect(waitingChanges(turned, defaultConfig).toSorted()).toEqual(['algorithm', 'beta', 'settings']);
  });

  it('acts at the next step, schedules included', () => {
    expect(liveChanges({ ...defaultConfig, klControl: 'adaptive', lrScheduler: 'linear' }, defaultConfig)).toEqual({
      klControl: 'adaptive',
      lrScheduler: 'linear',
    });
  });
});
