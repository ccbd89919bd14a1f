/** @file Every arm of every stored result has a link that the page reads without notices, to the same numbers. */
import { stagesOf } from '../rl/algorithm/stages.ts';
import { writeStageWords } from '../rl/algorithm/stageWords.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { TrainConfig } from '../rl/config/config.ts';
import { knobNames, knobs } from '../rl/config/knobs.ts';
import { choiceNames, choices } from '../rl/config/choices.ts';
import { allLessons } from '../lessons/content/index.ts';
import {
  armWords,
  measuredElsewhere,
  resultListSchema,
  storedResultSchema,
  trainFlags,
} from '../lessons/storedResult.ts';
import { tasks } from '../tasks/index.ts';
import { currentLink, readLink } from './url.ts';

const results = readdirSync('public/claims').map((name) =>
  storedResultSchema.parse(JSON.parse(readFileSync(`public/claims/${name}`, 'utf8'))),
);
const arms = results.flatMap((result) =>
  result.arms.map((arm) => ({ name: `${result.experiment}: ${arm.arm}`, result, arm })),
);

const configOf = (words: URLSearchParams) => readLink('', `#${currentLink}&${words}`, tasks);

/** The setting that a flag of `train` names. */
function settingOf(config: TrainConfig, flag: string): unknown {
  const knob = knobNames.find((name) => knobs[name].id === flag);
  const choice = choiceNames.find((name) => choices[name].id === flag);
  return knob
    ? config[knob]
    : choice
      ? config[choice]
      : {
          algorithm: config.algorithm,
          steps: config.maxSteps,
          task: config.task,
          policy: config.policy,
          difficulty: config.difficulty,
        }[flag];
}

/** Parses a list such as `answer=2,format=0`. */
const numbersOf = (list: string): Record<string, number> =>
  Object.fromEntries(
    list
      .split(',')
      .map((part) => part.split('='))
      .map(([id = '', number]) => [id, Number(number)]),
  );

/** The words of each stage, in any order. */
const wordsOf = (stages: string): string[][] => stages.split('; ').map((stage) => stage.split(' ').toSorted());

test.each(arms)('$name', ({ result, arm }) => {
  const { config, notices, preset } = configOf(armWords(result, arm));
  expect(notices).toEqual([]);
  expect(preset).toBe(result.preset);
  expect(config).toMatchObject({ seed: result.seeds[0], policy: result.policies[0] });
  arm.flags.forEach((flag, index) => {
    const value = arm.flags[index + 1];
    // Flags of the command that no link has.
    if (/^--(eval|stop)_/.test(flag) || flag === '--ood' || flag === '--retention') return;
    if (!flag.startsWith('--') || flag === '--set') return;
    if (flag === '--reward_weights') return expect(config.rewardWeights).toMatchObject(numbersOf(value ?? ''));
    if (flag === '--stages') return expect(wordsOf(writeStageWords(stagesOf(config)))).toEqual(wordsOf(value ?? ''));
    if (flag === '--shuffle_rewards') expect(config.shuffleRewards).toBe(true);
    else
      expect({ [flag]: String(settingOf(config, flag.slice(2))) }).toEqual({
        [flag]: String(Number.isNaN(Number(value)) ? value : Number(value)),
      });
  });
});

describe('flags', () => {
  const result = { preset: 'default', policies: ['default'], seeds: [7] };

  test('numbers of the algorithm become words with a prefix, and evaluation flags are left out', () => {
    const words = armWords(result, {
      flags: [
        '--algorithm',
        'dapo',
        '--set',
        'epsilon_high=0.3,max_resamples=2',
        '--steps',
        '40',
        '--eval_problems',
        '128',
      ],
    });
    expect(words.toString()).toBe(
      'preset=default&policy=default&seed=7&algorithm=dapo&set.epsilon_high=0.3&set.max_resamples=2&max_steps=40',
    );
  });

  test('a switch before another flag or at the end is on', () => {
    expect(configOf(armWords(result, { flags: ['--shuffle_rewards', '--beta', '0.1'] })).config).toMatchObject({
      shuffleRewards: true,
      beta: 0.1,
    });
    expect(configOf(armWords(result, { flags: ['--shuffle_rewards'] })).config.shuffleRewards).toBe(true);
  });
});

describe('the flags for a link', () => {
  const linked = [
    ...allLessons.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'run' ? [step.words] : []))),
    'algorithm=dapo&set.epsilon_high=0.3&set.overlong_buffer=2&reward.answer=2&reward.length=-0.5&shape.length=clip:-1:1,right&shape.answer=linear:0:20',
  ];

  test.each(linked)('%s: convert back to the same settings', (link) => {
    const { config, preset } = configOf(new URLSearchParams(link));
    const again = configOf(
      armWords(
        { preset, policies: [config.policy], seeds: [config.seed] },
        { flags: trainFlags(new URLSearchParams(link)) },
      ),
    );
    expect(again).toMatchObject({ notices: [], preset, config });
  });
});

test('an invalid stored result is refused', () => {
  expect(storedResultSchema.safeParse({ ...results[0], arms: [{ arm: 'a' }] }).success).toBe(false);
  expect(resultListSchema.safeParse([{ experiment: '../x' }]).success).toBe(false);
});

test('problems that only the command measures are listed once', () => {
  const of = (paper: number) => results.find((result) => result.paper === paper) ?? { arms: [] };
  expect(measuredElsewhere(of(43))).toEqual(['formats:4', 'formats:5']);
  expect(measuredElsewhere(of(80))).toEqual([]);
});
