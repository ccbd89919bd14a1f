import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choiceNames, choices } from '../rl/config/choices.ts';
import { algorithmOf } from '../rl/algorithm/compose.ts';
import { trainConfigSchema, type TrainConfig } from '../rl/config/config.ts';
import { knobNames, knobs } from '../rl/config/knobs.ts';
import { presetConfig, presets } from '../rl/config/presets.ts';
import { algorithmChoice, ownSettings } from '../rl/algorithm/configured.ts';
import { algorithms } from '../rl/papers/index.ts';
import { tasks } from '../tasks/index.ts';
import { algorithmProblem, withChoice, withChosenAlgorithm, withNumber } from './stores/algorithmSettings.ts';
import { readLink, writeHash } from './url.ts';

const pick = <T>(list: readonly T[], at: number): T => list[Math.floor(at * list.length)]!;
const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** Any configuration that the page can produce: an algorithm, parts that fit it, knobs and numbers in their ranges. */
const anyConfig: fc.Arbitrary<{ preset: string; config: TrainConfig }> = fc
  .record({
    preset: share,
    algorithm: share,
    words: fc.array(share, { minLength: choiceNames.length, maxLength: choiceNames.length }),
    knobs: fc.array(fc.option(share), { minLength: knobNames.length, maxLength: knobNames.length }),
    numbers: fc.array(fc.option(share), { minLength: 12, maxLength: 12 }),
  })
  .map((drawn) => {
    const preset = pick(presets, drawn.preset).id;
    let config = withChosenAlgorithm(presetConfig(preset), pick(algorithms, drawn.algorithm).id);
    choiceNames.forEach((name, i) => {
      const changed = withChoice(config, name, pick(choices[name].options, drawn.words[i]!).id);
      if (typeof changed !== 'string') config = changed;
    });
    knobNames.forEach((name, i) => {
      const at = drawn.knobs[i];
      const { min, max, integer } = knobs[name];
      if (at === null || at === undefined || name === 'difficulty') return;
      const changed = { ...config, [name]: integer ? Math.round(min + at * (max - min)) : min + at * (max - min) };
      if (algorithmProblem(changed) === null) config = changed;
    });
    ownSettings(algorithmOf(algorithmChoice(config))).forEach((setting, i) => {
      const at = drawn.numbers[i];
      if (at !== null && at !== undefined)
        config = withNumber(config, setting, setting.min + at * (setting.max - setting.min));
    });
    return { preset, config };
  });

const hostile = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '-1',
    '1e999',
    'NaN',
    '__proto__',
    'constructor',
    '%',
    '%00',
    '9'.repeat(400),
    'dapo',
    'k2',
    'reward',
  ),
);
const keys = [
  'algorithm',
  'advantage',
  'kl_estimator',
  'kl_placement',
  'kl_control',
  'importance_sampling_correction',
  'lr_scheduler_type',
  'set.',
  'set.delta',
  'set.__proto__',
  'set.toString',
  'set.epsilon_high',
  'top_entropy_quantile',
  'entropy_coef',
  'shard_size',
  'task',
  'preset',
  '__proto__',
  'objective',
];
const hostileHash = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...keys), fc.string()), hostile), { maxLength: 8 })
  .map((entries) => entries.map(([key, word]) => `${key}=${word}`).join('&'));

describe('a link with an algorithm', () => {
  it('names the differences from the preset with that algorithm, and nothing else', () => {
    const dapo = withChosenAlgorithm(presetConfig('default'), 'dapo');
    expect(writeHash('default', dapo)).toBe('#v=2&algorithm=dapo');
    expect(readLink('', '#algorithm=dapo', tasks).config).toEqual(dapo);
    expect(writeHash('default', { ...dapo, klEstimator: 'k2', settings: { dynamic_sampling: 2 } })).toBe(
      '#v=2&algorithm=dapo&kl_estimator=k2&set.dynamic_sampling=2',
    );
  });

  it('restores every valid configuration', () => {
    fc.assert(
      fc.property(anyConfig, ({ preset, config }) => {
        const link = readLink('', writeHash(preset, config), tasks);
        expect(link.notices).toEqual([]);
        expect(link.config).toEqual(config);
      }),
      { numRuns: 300 },
    );
  });

  it('reports unusable words', () => {
    const link = readLink('', '#v=2&algorithm=nope&kl_estimator=k9&set.foo=1&set.dynamic_sampling=3', tasks);
    expect(link.config).toEqual(presetConfig('default'));
    expect(link.notices.join('\n')).toMatch(
      /algorithm: there is no “nope”; known are grpo, [^]*kl_estimator=k9: one of [^]*set.foo: grpo has no such number[^]*set.dynamic_sampling: grpo has/,
    );
    expect(readLink('', '#algorithm=dapo&set.dynamic_sampling=99', tasks).notices).toEqual([
      'set.dynamic_sampling=99: At most 20. 4 is used.',
    ]);
  });

  it('falls back to the algorithm’s own parts if the named ones do not fit each other', () => {
    const link = readLink('', '#algorithm=dpo&advantage=rloo&kl_estimator=k2', tasks);
    expect(link.config).toEqual(withChosenAlgorithm(presetConfig('default'), 'dpo'));
    expect(link.notices).toHaveLength(1);
    expect(link.notices[0]).toContain('reads no advantages');
  });

  it('sets an even shard size for algorithms that learn from pairs', () => {
    const { config, notices } = readLink('?shard_size=5', '#algorithm=robust', tasks);
    expect(algorithmProblem(config)).toBeNull();
    expect(config).toMatchObject({ algorithm: 'robust', shardSize: 32 });
    expect(notices.join()).toMatch(
      /shard_size: robust learns from pairs, so an even number is needed, not 5\. The algorithm’s own parts are used\./,
    );
    expect(algorithmProblem(withChosenAlgorithm({ ...presetConfig('default'), shardSize: 5 }, 'dpo'))).toBeNull();
  });

  it('never throws on 3 000 hostile ones, and always gives a configuration that can train', () => {
    fc.assert(
      fc.property(hostileHash, hostileHash, (search, hash) => {
        const { config } = readLink(`?${search}`, `#${hash}`, tasks);
        expect(trainConfigSchema.safeParse(config).success).toBe(true);
        expect(algorithmProblem(config)).toBeNull();
      }),
      { numRuns: 3000 },
    );
  }, 60_000);
});
