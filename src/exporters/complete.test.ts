/**
 * @file No setting is dropped silently: every choice, knob and number of every algorithm changes the export for TRL and
 * for verl, or its list of left-out settings.
 */
import { describe, expect, it } from 'vitest';
import type { Setting } from '../rl/words/setting.ts';
import { choiceNames, choices, type ChoiceName } from '../rl/config/choices.ts';
import { algorithmOf } from '../rl/algorithm/compose.ts';
import { defaultConfig, type TrainConfig } from '../rl/config/config.ts';
import { type KnobName, knobNames, knobs } from '../rl/config/knobs.ts';
import { presets } from '../rl/config/presets.ts';
import { algorithmChoice, ownSettings, withAlgorithm } from '../rl/algorithm/configured.ts';
import { algorithms } from '../rl/papers/index.ts';
import { taskById, tasks } from '../tasks/index.ts';
import { type TrainerLibrary, trainerLibraries } from './index.ts';
import { trainScript } from './trl.ts';
import { verlFiles } from './verl.ts';

type Promised = (config: TrainConfig) => string;

/** The script without its problems. */
function promisedByTrl(config: TrainConfig): string {
  const text = trainScript('calm-otter', config, taskById(config.task));
  const part = (from: string, to: string): string => text.slice(text.indexOf(from), text.indexOf(to));
  return (
    part('# Learning rate and rank', 'import math') +
    part('INSTRUCTION =', '# ' + taskById(config.task).title) +
    part('def verify', 'if __name__')
  );
}

/** The files without their problems. */
const promisedByVerl = (config: TrainConfig): string =>
  verlFiles('calm-otter', config, taskById(config.task))
    .map(({ content }) => String(content).replace(/PROBLEMS = \[[\s\S]*?\n\]/, ''))
    .join('\n');

const promisedBy: Readonly<Record<TrainerLibrary, Promised>> = { trl: promisedByTrl, verl: promisedByVerl };

/** Settings with which a part acts that does nothing by default. */
const withKl = { beta: 0.04 };
const adaptive = { ...withKl, klControl: 'adaptive' };
const window = { promptSampler: 'pass_rate_window' };
const bandit = { promptSampler: 'sec' };
const acting: Partial<Record<KnobName | ChoiceName, Partial<TrainConfig>>> = {
  // Masked completions matter if some are masked and the mean is over completions.
  maskedCompletions: { algorithm: 'dapo', aggregation: 'grpo' },
  klEstimator: withKl,
  klPlacement: withKl,
  klBiasCorrection: withKl,
  klControl: withKl,
  klTarget: adaptive,
  klHorizon: adaptive,
  repetitionNgram: { rewardWeights: { repetition: 1 } },
  lowestDifficulty: { promptSampler: 'uniform' },
  promptPool: window,
  passRateMin: window,
  passRateMax: window,
  secLearningRate: bandit,
  secTemperature: bandit,
};

/** Options that equal GRPO’s own. */
const grpoOwn: Partial<Record<ChoiceName, string>> = {
  advantage: 'group',
  klEstimator: 'k3',
  klPlacement: 'loss',
  aggregation: 'grpo',
};

/** Fields that do not concern the training of an adapter by TRL, with the reason. */
const outside: Partial<Record<keyof TrainConfig, string>> = {
  policy: 'the script trains another model',
  shardSize: 'how the page splits a batch; changes no number',
  evalEvery: 'measures only',
  evalProblems: 'measures only',
};

/** A changed value of every field that is neither a knob nor a choice. */
const others: Partial<TrainConfig> = {
  algorithm: 'rloo',
  rolloutFile: 'ab'.repeat(32),
  objectiveText: '-ratio * A',
  task: 'chain',
  rewardWeights: { answer: 2 },
  shuffleRewards: true,
  rewardShaping: {
    answer: { clip: [0, 0.5], centring: 'none', onlyWhenCorrect: false, schedule: { kind: 'constant' } },
  },
  schedules: { temperature: { kind: 'linear', to: 0.5, steps: 7 } },
  stages: [{ algorithm: 'sft', steps: 7 }, {}],
  ownTerms: { mine: { code: 'function reward() { return 1; }', onFailure: 'stop' } },
};

const ends = ({ min, max }: Pick<Setting, 'min' | 'max'>, usual: number): number[] =>
  [min, max].filter((value) => value !== usual);

/** Numbers of the algorithm whose change to an end of their range leaves the script unchanged. */
function changesUnseen(promised: Promised, config: TrainConfig): string[] {
  const before = promised(config);
  return ownSettings(algorithmOf(algorithmChoice(config)))
    .filter(({ id }) => id !== knobs.entropyCoef.id)
    .flatMap((setting) =>
      ends(setting, setting.sameAs === undefined ? setting.default : config.epsilon).map((value) => ({
        id: setting.id,
        value,
      })),
    )
    .filter(({ id, value }) => promised({ ...config, settings: { [id]: value } }) === before)
    .map(({ id, value }) => `${id} = ${value}`);
}

describe.each(trainerLibraries)('the export to %s sets or reports every setting', (library) => {
  const promised = promisedBy[library];

  it.each(choiceNames)('the choice %s', (name) => {
    const seen = new Map(
      choices[name].options.map(({ id }) => [id, promised({ ...defaultConfig, ...acting[name], [name]: id })] as const),
    );
    const own = grpoOwn[name];
    const twins = own === undefined ? [] : [choices[name].default, own];
    for (const id of seen.keys()) {
      const alike = [...seen.keys()].filter((other) => other !== id && seen.get(other) === seen.get(id));
      expect(alike, `options said as ${id} is`).toEqual(twins.includes(id) ? twins.filter((twin) => twin !== id) : []);
    }
  });

  it.each(knobNames)('the knob %s', (name) => {
    const base = { ...defaultConfig, ...acting[name] };
    const { min, max } = name === 'difficulty' ? taskById(base.task).difficulty : knobs[name];
    const middle = knobs[name].integer ? Math.round((min + max) / 2) : (min + max) / 2;
    const values = [...new Set([min, base[name], middle, max])];
    expect(values.length).toBeGreaterThan(2);
    expect(
      new Set(values.map((value) => promised({ ...base, [name]: value }))).size,
      `scripts of ${values.join(', ')}`,
    ).toBe(values.length);
  });

  it.each(algorithms.map(({ id }) => id))('the algorithm %s and its own numbers', (id) => {
    const config = withAlgorithm(defaultConfig, id);
    expect(changesUnseen(promised, config)).toEqual([]);
    const { settings } = algorithmOf(algorithmChoice(config));
    for (const name of ['epsilon', 'beta'] as const) {
      if (!settings.some((setting) => setting.id === name)) continue;
      for (const value of ends(knobs[name], config[name]))
        expect(promised({ ...config, [name]: value }), `${name} = ${value}`).not.toBe(promised(config));
    }
  });

  it('numbers of a chosen part', () => {
    for (const name of choiceNames) {
      for (const { id } of choices[name].options)
        expect(changesUnseen(promised, { ...defaultConfig, ...withKl, [name]: id }), `${name} = ${id}`).toEqual([]);
    }
  });

  it('every other field, or the reason why the script leaves it out', () => {
    // Only a run that learns offline reads a rollout file.
    const base = { ...defaultConfig, rollouts: 'offline' };
    for (const name of Object.keys(defaultConfig) as (keyof TrainConfig)[]) {
      if (name in knobs || name in choices || name === 'settings' || outside[name] !== undefined) continue;
      expect(others, `${name} is moved here, or named among what is outside`).toHaveProperty(name);
      expect(promised({ ...base, [name]: others[name] }), `${name} is seen`).not.toBe(promised(base));
    }
  });

  it('says that it is complete only if nothing is left out', () => {
    for (const { config } of [
      ...presets,
      ...tasks.map((task) => ({ config: { task: task.id, difficulty: task.difficulty.default } })),
    ]) {
      const text = promised({ ...defaultConfig, ...config });
      expect(text.includes('Every setting')).toBe(!text.includes('Not in this script:'));
    }
    expect(promised({ ...defaultConfig, warmupSteps: 0 })).toContain(
      '# Every setting of the training is in this script.',
    );
  });
});
