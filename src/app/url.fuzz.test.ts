/** @file Thousands of hostile addresses: each gives a valid state or notices; nothing throws and no number is NaN. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { choiceNames, choices } from '../rl/config/choices.ts';
import { trainConfigSchema } from '../rl/config/config.ts';
import { knobNames, knobs } from '../rl/config/knobs.ts';
import { presetConfig, presets } from '../rl/config/presets.ts';
import { algorithms } from '../rl/papers/index.ts';
import { policies } from '../rl/pretraining/policies.ts';
import { MOST_OWN_TERMS, rewardTerms } from '../rl/rewards/composition.ts';
import { fuzzRuns, Refusals } from '../../testing/hostileJson.ts';
import { taskById, tasks } from '../tasks/index.ts';
import { hideable } from './layoutLink.ts';
import { sharedAddress } from './shareLink.ts';
import { algorithmProblem } from './stores/algorithmSettings.ts';
import { differsFromPreset } from './stores/configChanges.ts';
import { createSettingsStore } from './stores/settingsStore.ts';
import { refusal } from './stores/taskSettings.ts';
import { linkWords, readLink, writeHash } from './url.ts';
import { choiceViews, knobViews, numberViews, viewContext } from './settingViews.ts';

const RUNS = fuzzRuns(10_000);
const SEED = 20_260_101;

const keys = [
  ...knobNames.map((name) => knobs[name].id),
  ...choiceNames.map((name) => choices[name].id),
  'preset',
  'task',
  'policy',
  'algorithm',
  'backend',
  'workers',
  'objective',
  'objective.tau',
  'hide',
  'embed',
  'present',
  'shuffle_rewards',
  'shard_size',
  'eval_every',
  'eval_problems',
  'reward.answer',
  'reward.own',
  'reward.__proto__',
  'shape.answer',
  'shape.own',
  'shape.constructor',
  'code.own',
  'code.toString',
  'exclude.own',
  'set.cap',
  'set.epsilon_high',
  'set.__proto__',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'set.',
  'reward.',
  'code.',
  'shape.',
  '',
];
const known = [
  ...presets.map(({ id }) => id),
  ...tasks.map(({ id }) => id),
  ...policies.map(({ id }) => id),
  ...algorithms.map(({ id }) => id),
  ...choiceNames.flatMap((name) => choices[name].options.map(({ id }) => id)),
  ...hideable.flatMap(({ parts }) => parts.map(({ id }) => id)),
  'clip:-1:1,right,centre:group,linear:0:100',
  'clip:1',
  'linear:NaN:0',
  'function reward() { return 1; }',
  '-A * logp',
  'setting tau = 1 in 0 .. 10\n-tau * A * logp',
];
const bad = [
  '',
  ' ',
  'NaN',
  'Infinity',
  '-Infinity',
  '1e999',
  '-0',
  '1e-400',
  '0x10',
  '1_000',
  '９',
  '1e308',
  '-1e308',
  '9007199254740993',
  '1,000',
  '1.000',
  '0,5',
  '1 000',
  "1'000",
  '−1',
  '٣',
  'null',
  'undefined',
  '[object Object]',
  '__proto__',
  '%',
  '%00',
  '\u0000',
  '🙂'.repeat(9),
  'a'.repeat(9000),
];
const word = fc.oneof(
  fc.constantFrom(...known),
  fc.constantFrom(...bad),
  fc.double().map(String),
  fc.integer().map(String),
  fc.string({ maxLength: 12 }),
);
const entries = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...keys) },
      { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
    ),
    word,
  ),
  { maxLength: 8 },
);
const encoded = entries.map((pairs) => new URLSearchParams(pairs).toString());
const noise = fc.string({ maxLength: 80, unit: 'binary' });

/** More reward terms than a reward can have, some with weights. */
const crowds = fc
  .tuple(fc.integer({ min: 9, max: 40 }), fc.nat(40))
  .map(([count, weighed]) =>
    [...Array.from({ length: count }, (_, i) => `code.t${i}=function reward() { return 1; }`), `reward.t${weighed}=2`]
      .map(encodeURI)
      .join('&'),
  );

/** A link that the page could write. */
const valid = fc
  .tuple(
    fc.constantFrom(...presets.map(({ id }) => id)),
    fc.constantFrom(...algorithms.map(({ id }) => id)),
    fc.integer({ min: 0, max: 99 }),
  )
  .map(
    ([preset, algorithm, seed]) =>
      `${writeHash(preset, { ...presetConfig(preset), seed, beta: 0.25, rewardWeights: { answer: 0.5 } }).slice(1)}&algorithm=${algorithm}&hide=ask+beta`,
  );

const mutated = fc
  .tuple(
    valid,
    fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.string({ minLength: 1, maxLength: 3, unit: 'binary' })), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([link, changes]) =>
    changes.reduce((text, [place, kind, piece]) => {
      const at = place % (text.length + 1);
      if (kind === 0) return text.slice(0, at);
      return text.slice(0, at) + piece + text.slice(kind === 1 ? at : at + kind);
    }, link),
  );

const address = fc.tuple(
  fc.oneof(
    fc.constant(''),
    encoded.map((text) => `?${text}`),
    noise,
  ),
  fc
    .oneof(
      { weight: 6, arbitrary: encoded },
      { weight: 6, arbitrary: mutated },
      { weight: 6, arbitrary: valid },
      { weight: 6, arbitrary: noise },
      { weight: 1, arbitrary: crowds },
    )
    .map((text) => `#${text}`),
);

/** All numbers inside a value, at any depth. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

it(`${RUNS} addresses give a valid state`, () => {
  const seen = { plain: 0, noticed: 0 };
  const refusals = new Refusals(
    /terms of your own are the most/,
    /written without a point/,
    /A number is needed, written like/,
    /too small to hold/,
    /At most/,
    /At least/,
  );
  let turn = 0;
  fc.assert(
    fc.property(address, ([search, hash]) => {
      const link = readLink(search, hash, tasks);
      const { config, notices, options, offered, draft } = link;
      expect(trainConfigSchema.safeParse(config).success).toBe(true);
      expect(numbersIn(link).every(Number.isFinite)).toBe(true);
      const task = taskById(config.task);
      expect(algorithmProblem(config)).toBeNull();
      expect(refusal('difficulty', config.difficulty, task)).toBeNull();
      rewardTerms(task, config);
      expect(Object.keys(config.ownTerms)).toEqual([]);
      expect(Object.keys(offered).length).toBeLessThanOrEqual(MOST_OWN_TERMS);
      for (const notice of notices) refusals.see(notice);
      expect(config.objectiveText).toBe('');
      expect(notices.every((notice) => /\w{2,}/.test(notice))).toBe(true);
      expect(['auto', 'wasm', 'webgpu']).toContain(options.backend);
      seen[notices.length > 0 ? 'noticed' : 'plain']++;
      // Showing and sharing the state, for every fifth address only because this is slow.
      if (turn++ % 5 > 0) return;
      const settings = createSettingsStore(tasks, link).getState();
      differsFromPreset(settings);
      const context = viewContext(settings, [], task);
      const views = [...knobViews(knobNames, context), ...numberViews(context), ...choiceViews(choiceNames, context)];
      expect(views.every(({ value }) => typeof value === 'string' || Number.isFinite(value))).toBe(true);
      const again = new URL(
        sharedAddress({ origin: 'https://a.example', pathname: '/' }, settings, {
          hidden: new Set(),
          embed: false,
          present: null,
          wasm: false,
        }),
      );
      expect(readLink(again.search, again.hash, tasks)).toMatchObject({ config, offered, draft });
      expect(linkWords(again.search, again.hash).has('__proto__')).toBe(false);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(refusals.missing).toEqual([]);
  expect(seen.noticed).toBeGreaterThan(RUNS / 4);
  expect(seen.plain).toBeGreaterThan(RUNS / 20);
}, 600_000);
