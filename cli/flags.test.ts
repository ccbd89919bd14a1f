/** @file Flags: values and defaults, errors that name the flag, and the help. */
import { describe, expect, test } from 'vitest';
import { UsageError } from '../src/lib/assert.ts';
import { knobNames, knobs } from '../src/rl/config/knobs.ts';
import { presetConfig } from '../src/rl/config/presets.ts';
import {
  choice,
  HelpAsked,
  numeric,
  optionalNumber,
  optionalText,
  readFlags,
  requiredText,
  text,
  toggle,
} from './flags.ts';
import { loadRunOrigin, runConfig, runFlags } from './runFlags.ts';

const command = {
  name: 'example',
  summary: 'Does something.',
  flags: {
    steps: numeric('Steps.', 10, { min: 1, max: 20, integer: true }),
    rate: { ...optionalNumber('Rate.', 'the preset’s', { min: 0 }), name: 'learning_rate' },
    backend: choice('Backend.', ['node', 'wasm'], 'node'),
    out: optionalText('Output.', 'FILE'),
    title: text('Title.', 'S', 'none'),
    path: requiredText('Input.', 'PATH'),
    fast: toggle('Hurry.'),
  },
};
const read = (...args: string[]) => readFlags(command, args);

describe('readFlags', () => {
  test('gives values, and defaults for absent flags', () => {
    expect(read('--path', 'a')).toEqual({
      steps: 10,
      rate: undefined,
      backend: 'node',
      out: undefined,
      title: 'none',
      path: 'a',
      fast: false,
    });
    expect(
      read(
        '--path=a',
        '--steps',
        '3',
        '--learning_rate',
        '1e-3',
        '--backend',
        'wasm',
        '--out',
        '-',
        '--title',
        'x',
        '--fast',
      ),
    ).toEqual({ steps: 3, rate: 0.001, backend: 'wasm', out: '-', title: 'x', path: 'a', fast: true });
  });

  test.each<[string[], RegExp]>([
    [['--bogus'], /'--bogus'/],
    [['--path', 'a', 'stray'], /'stray'/],
    [[], /^--path: is needed/],
    [['--path', ''], /^--path: must not be empty/],
    [['--path', 'a', '--steps'], /'--steps <value>' argument missing/],
    [['--path', 'a', '--steps', '--fast'], /'--steps'/],
    [['--path', 'a', '--steps', '1.5'], /^--steps: a whole number is needed, not "1.5"$/],
    [['--path', 'a', '--steps', '0'], /^--steps: at least 1, not "0"$/],
    [['--path', 'a', '--steps', '21'], /^--steps: at most 20, not "21"$/],
    [['--path', 'a', '--steps', '0x10'], /^--steps: a number is needed/],
    [['--path', 'a', '--steps', ''], /^--steps: a number is needed/],
    [['--path', 'a', '--steps', '1,000'], /^--steps: a number is needed, written like 1000 or 0\.5, not "1,000"$/],
    [['--path', 'a', '--steps', '2.000'], /^--steps: a whole number is needed, written without a point, not "2\.000"$/],
    [['--path', 'a', '--learning_rate', '1e-400'], /^--learning_rate: 1e-400 is too small to hold/],
    [['--path', 'a', '--learning_rate=-1'], /^--learning_rate: at least 0/],
    [['--path', 'a', '--learning_rate', 'NaN'], /^--learning_rate: a number is needed/],
    [['--path', 'a', '--backend', 'gpu'], /^--backend: one of node, wasm is needed, not "gpu"$/],
    [['--path', 'a', '--fast=yes'], /'--fast'/],
  ])('%j is refused by name', (args, message) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(message);
  });

  test('--help lists every flag with its default, despite other errors', () => {
    expect(() => read('--help', '--fast')).toThrow(HelpAsked);
    const help = (() => {
      try {
        read('--help');
      } catch (error) {
        if (error instanceof HelpAsked) return error.message.split('\n');
      }
      return [];
    })();
    expect(help[0]).toBe('npm run example -- [flags]');
    expect(help.filter((line) => line.startsWith('  --')).map((line) => line.trim().split(' ')[0])).toEqual([
      '--steps',
      '--learning_rate',
      '--backend',
      '--out',
      '--title',
      '--path',
      '--fast',
      '--help',
    ]);
    expect(help.join('\n')).toMatch(/--steps N +Steps\. \(default 10\)/);
    expect(help.join('\n')).toMatch(/--learning_rate X +Rate\. \(default: the preset’s\)/);
    expect(help.join('\n')).toMatch(/--path PATH +Input\. \(required\)/);
  });
});

describe('the flags of a run', () => {
  const config = (...args: string[]) =>
    runConfig(readFlags({ name: 'train', summary: '', flags: runFlags }, args), 'default');

  test('without flags give the preset, without evaluations during training', () => {
    expect(config()).toEqual({ ...presetConfig('default'), evalEvery: 0 });
    expect(config('--preset', 'countdown')).toEqual({ ...presetConfig('countdown'), evalEvery: 0 });
  });

  test('a preset for a model of the hub says what fetches and opens it', async () => {
    const read = (...args: string[]) => readFlags({ name: 'train', summary: '', flags: runFlags }, args);
    await expect(async () => loadRunOrigin(read('--preset', 'smollm2-135m'))).rejects.toThrow(
      '--preset smollm2-135m: it trains HuggingFaceTB/SmolLM2-135M-Instruct; hf download HuggingFaceTB/SmolLM2-135M-Instruct --local-dir DIR fetches it, and --model DIR opens it',
    );
    expect(runConfig(read('--preset', 'qwen2.5-0.5b', '--model', 'x'), 'some-model')).toEqual({
      ...presetConfig('qwen2.5-0.5b'),
      policy: 'some-model',
      evalEvery: 0,
    });
  });

  test('schedules are moves by id, refused with the name of the wrong one', () => {
    expect(config('--schedule', 'beta=linear:0.1:50, temperature=cosine:0.5:9').schedules).toEqual({
      beta: { kind: 'linear', to: 0.1, steps: 50 },
      temperature: { kind: 'cosine', to: 0.5, steps: 9 },
    });
    expect(() => config('--schedule', 'beta=linear:7:50')).toThrow('schedule.beta: moves to 0 to 1, not 7');
    expect(() => config('--schedule', 'beta=up:1:50')).toThrow('schedule: linear or cosine');
    expect(() => config('--schedule', 'beta=linear:0.1')).toThrow('schedule: a number of steps is needed');
  });

  test.each(knobNames)('%s is set by its id', (name) => {
    const { id, min, max, integer } = knobs[name];
    // The task's range of difficulty is narrower than the knob's.
    const value = name === 'difficulty' ? 3 : integer ? min + 1 : (min + max) / 2;
    expect(config(`--${id}`, String(value))).toEqual({ ...presetConfig('default'), evalEvery: 0, [name]: value });
  });

  test('give another task its own default difficulty', () => {
    expect(config('--task', 'chain')).toMatchObject({ task: 'chain', difficulty: 3 });
    expect(
      config('--task', 'chain', '--difficulty', '2', '--shuffle_rewards', '--steps', '7', '--shard_size', '16'),
    ).toMatchObject({ task: 'chain', difficulty: 2, shuffleRewards: true, maxSteps: 7, shardSize: 16 });
  });

  test.each<[string[], RegExp]>([
    [['--task', 'poetry'], /^task: there is no "poetry"; choose one of sums/],
    [['--preset', 'none'], /^--preset: one of default,/],
    [['--difficulty', '8'], /^--difficulty: sums takes 2 to 6, not 8$/],
    [['--learning_rate', '1'], /^--learning_rate: at most 0.02/],
    [['--steps', '3', '--max_steps', '4'], /^--steps and --max_steps/],
    [['--steps', '1.000'], /^--steps: a whole number is needed, written without a point/],
    [
      ['--reward_weights', 'answer=0x2'],
      /^--reward_weights: answer: a number is needed, written like 1000 or 0\.5, not "0x2"$/,
    ],
    [['--set', 'epsilon_high=0,3'], /^--set: 3 is not of the form id=number$/],
  ])('%j is refused by name', (args, message) => {
    expect(() => config(...args)).toThrow(UsageError);
    expect(() => config(...args)).toThrow(message);
  });
});
