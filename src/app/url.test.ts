import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultConfig, trainConfigSchema } from '../rl/config/config.ts';
import { withAlgorithm } from '../rl/algorithm/configured.ts';
import { knobNames, knobs } from '../rl/config/knobs.ts';
import { presetConfig, presets } from '../rl/config/presets.ts';
import { policies } from '../rl/pretraining/policies.ts';
import { plainShaping } from '../rl/rewards/composition.ts';
import { taskById, tasks } from '../tasks/index.ts';
import { readLink, writeHash } from './url.ts';

describe('a link', () => {
  it('without words is the default preset, which is written without words', () => {
    const link = readLink('', '', tasks);
    expect(link).toEqual({
      preset: 'default',
      config: presetConfig('default'),
      options: { backend: 'auto', workers: 'auto' },
      draft: null,
      notices: [],
      offered: {},
      awaited: null,
    });
    expect(writeHash('default', link.config)).toBe('');
  });

  it('restores exactly the written settings', () => {
    const changes = knobNames
      .filter((name) => name !== 'difficulty')
      .map((name) => {
        const { min, max, integer } = knobs[name];
        const value = integer ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
        return fc.option(
          value.map((v) => ({ [name]: Object.is(v, -0) ? 0 : v })),
          { nil: {} },
        );
      });
    const weights = fc.array(
      fc.double({ min: -10, max: 10, noNaN: true }).map((v) => (Object.is(v, -0) ? 0 : v)),
      { maxLength: 2 },
    );
    const preset = fc.constantFrom(...presets.map(({ id }) => id));
    fc.assert(
      fc.property(preset, weights, fc.boolean(), ...changes, (id, numbers, shuffleRewards, ...parts) => {
        const terms = taskById(presetConfig(id).task).rewardTerms;
        const rewardWeights = Object.fromEntries(
          numbers.slice(0, terms.length).map((weight, i) => [terms[i]?.id, weight]),
        );
        const config = { ...presetConfig(id), ...Object.assign({}, ...parts), rewardWeights, shuffleRewards };
        const link = readLink('', writeHash(id, config), tasks);
        expect(link.notices).toEqual([]);
        expect(link.preset).toBe(id);
        expect(link.config).toEqual(config);
      }),
      { numRuns: 60 },
    );
  });

  it('restores any task on any base, named or not', () => {
    for (const preset of presets) {
      for (const { id: task } of tasks) {
        for (const { id: policy } of policies) {
          const config = { ...presetConfig(preset.id), task, policy, difficulty: taskById(task).difficulty.default };
          expect(readLink('', writeHash(preset.id, config), tasks).config).toEqual(config);
        }
      }
    }
  });

  it('reports unusable words and uses the rest', () => {
    const link = readLink(
      '?preset=nope&workers=0',
      '#v=2&learning_rate=5&num_generations=x&foo=1&beta=0.5&task=chess&eval_every=-1',
      tasks,
    );
    expect(link.config).toEqual({ ...defaultConfig, beta: 0.5 });
    expect(link.notices).toHaveLength(7);
    expect(link.notices.join('\n')).toMatch(
      /preset:.*nope[^]*learning_rate=5: At most 0.02[^]*foo: not a setting[^]*workers=0/,
    );
  });

  it('refuses numbers in any other notation, and misreads none', () => {
    const words = {
      v: '2',
      max_steps: '1.000',
      seed: '1,000',
      beta: '0,5',
      learning_rate: '0x0',
      num_generations: '\u0664',
      shard_size: '16.0',
      eval_every: '1_0',
      workers: '0x2',
      'reward.answer': '−1',
      'shape.format': 'linear:1:1e1.0',
      'schedule.beta': 'linear:0,5:10',
      'schedule.temperature': 'linear:0.5:1e1.0',
      'objective.tau': '1,5',
      objective: '-A * logp',
    };
    const link = readLink('', `#${new URLSearchParams(words)}`, tasks);
    expect(link.config).toEqual(defaultConfig);
    expect(link.draft?.numbers).toEqual({});
    expect(link.options.workers).toBe('auto');
    for (const key of Object.keys(words).filter((name) => name !== 'objective' && name !== 'v'))
      expect(link.notices.some((notice) => notice.startsWith(key) && /number|schedule|weight/.test(notice))).toBe(true);
    expect(link.notices[0]).toBe('max_steps=1.000: A whole number is needed, written without a point. 100 is used.');
  });

  it('carries schedules, and drops those that its algorithm has no number for', () => {
    const schedules = {
      learning_rate: { kind: 'cosine' as const, to: 0, steps: 50 },
      epsilon_high: { kind: 'linear' as const, to: 0.4, steps: 100 },
    };
    const config = { ...withAlgorithm(presetConfig('default'), 'dapo'), schedules };
    const hash = writeHash('default', config);
    expect(hash).toContain('schedule.learning_rate=cosine%3A0%3A50');
    expect(readLink('', hash, tasks)).toMatchObject({ config, notices: [] });
    const other = readLink(
      '',
      `${hash.replace('dapo', 'sft')}&schedule.beta=linear:7:5&schedule.seed=linear:1:2`,
      tasks,
    );
    expect(other.config.schedules).toEqual({ learning_rate: schedules.learning_rate });
    expect(other.notices).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^schedule\.beta: moves to 0 to 1, not 7/),
        expect.stringMatching(/^schedule\.epsilon_high: no number of sft that can move/),
        expect.stringMatching(/^schedule\.seed: no number of sft/),
      ]),
    );
  });

  it('never throws and always gives a valid configuration', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (search, hash) => {
        expect(trainConfigSchema.safeParse(readLink(search, hash, tasks).config).success).toBe(true);
      }),
    );
    expect(
      trainConfigSchema.safeParse(readLink('', '#reward.__proto__=1&constructor=2&reward.=3', tasks).config).success,
    ).toBe(true);
  });

  it('prefers the hash to the query and reads the options of the page', () => {
    const link = readLink('?learning_rate=0.002&backend=wasm&workers=2', '#learning_rate=0.003', tasks);
    expect(link.config.learningRate).toBe(0.003);
    expect(link.options).toEqual({ backend: 'wasm', workers: 2 });
  });

  it('keeps an objective beside the configuration until it is used', () => {
    const objective = 'r = ratio # é & 100 %\n-r * A + 1';
    const [base, numbers] = [presetConfig('default'), { c: 0.5 }];
    const draft = { text: objective, numbers, fromLink: true };
    for (const hash of [
      writeHash('default', { ...base, objectiveText: objective, settings: numbers }),
      writeHash('default', base, draft),
    ]) {
      expect(readLink('', hash, tasks)).toEqual({
        preset: 'default',
        config: base,
        options: { backend: 'auto', workers: 'auto' },
        draft,
        notices: [],
        offered: {},
        awaited: null,
      });
    }
    const tooLong = readLink('', `#objective=${'a'.repeat(5000)}`, tasks);
    expect(tooLong.draft).toBeNull();
    expect(tooLong.notices.join()).toMatch(/objective: at most 4000 characters/);
  });
});

describe('the reward in a link', () => {
  const shaping = {
    clip: [-1, 2.5] as [number, number],
    centring: 'group' as const,
    onlyWhenCorrect: true,
    schedule: { kind: 'cosine' as const, to: -0.5, steps: 40 },
  };
  const own = { code: 'function reward({ length }) {\n  return -length & 1;\n}\n', onFailure: 'exclude' as const };

  it('restores the shaping of terms', () => {
    const config = {
      ...defaultConfig,
      rewardShaping: { answer: shaping, format: { ...plainShaping, centring: 'batch' as const } },
    };
    const link = readLink('', writeHash('default', config), tasks);
    expect(link).toMatchObject({ notices: [], config });
  });

  it('offers a term of the sender with weight and shaping, and keeps the offer in the address', () => {
    const config = {
      ...defaultConfig,
      ownTerms: { short: own },
      rewardWeights: { short: 0.5 },
      rewardShaping: { short: shaping },
    };
    const hash = writeHash('default', config);
    const link = readLink('', hash, tasks);
    expect(link).toMatchObject({
      notices: [],
      config: defaultConfig,
      offered: { short: { own, weight: 0.5, shaping } },
    });
    expect(new URLSearchParams(writeHash('default', link.config, null, link.offered).slice(1)).get('code.short')).toBe(
      own.code,
    );
    expect(readLink('', writeHash('default', link.config, null, link.offered), tasks).offered).toEqual(link.offered);
  });

  it('offers as many terms as a reward can have, and names the others', () => {
    const words = Array.from({ length: 30 }, (_, i) => `code.t${i}=function reward() { return ${i}; }`).join('&');
    const { notices, offered } = readLink('', `#v=2&${words}&reward.t9=2`, tasks);
    expect(Object.keys(offered)).toEqual(['t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7']);
    expect(notices[0]).toMatch(
      /^code\.t8, code\.t9, .*code\.t29: 8 terms of your own are the most\. No such term is used\.$/,
    );
    expect(notices[1]).toMatch(/^reward term: there is no “t9”/);
    expect(notices).toHaveLength(2);
  });

  it('reports unusable words', () => {
    const { notices, config, offered } = readLink(
      '',
      '#v=2&reward.style=1&shape.answer=clip:2:1&shape.format=twice&code.Bad=1&code.long=' + 'x'.repeat(9000),
      tasks,
    );
    expect(config).toEqual(defaultConfig);
    expect(offered).toEqual({});
    expect(notices.join('\n')).toMatch(
      /code\.Bad: term: a small letter[^\n]*\ncode\.long: code: at most 8000[^\n]*\nreward term: there is no “style”; known are answer, format[^\n]*\.\nshape\.answer: clip: the lower bound[^\n]*\nshape\.format: there is no twice/,
    );
  });
});

it('names the wrong field of a comparison, and ignores a valid one', () => {
  const word = (plan: unknown) => `#v=2&beta=0.5&${new URLSearchParams({ compare: JSON.stringify(plan) })}`;
  const arm = { id: 'a', title: 'A', words: 'beta=0.1' };
  expect(readLink('', word({ arms: [arm], seeds: [1] }), tasks)).toMatchObject({ notices: [], config: { beta: 0.5 } });
  const wrong = readLink('', word({ arms: [{ ...arm, title: '' }], seeds: [1] }), tasks);
  expect(wrong.notices).toEqual([expect.stringMatching(/^compare: arms\.0\.title: .*No comparison is used\.$/)]);
  expect(readLink('', '#v=2&compare=%7B', tasks).notices).toEqual(['compare: not JSON. No comparison is used.']);
});
