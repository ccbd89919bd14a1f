/**
 * @file Thousands of hostile run files: each is refused with a reason, or is a run that the page can list, compare,
 * open and save.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { present } from '../../lib/assert.ts';
import { random } from '../../lib/random.ts';
import type { StoredTensor } from '../../policy/safetensors.ts';
import { choiceNames } from '../../rl/config/choices.ts';
import { defaultConfig } from '../../rl/config/config.ts';
import { knobNames } from '../../rl/config/knobs.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import { tasks } from '../../tasks/index.ts';
import { extent, logAxis, valueAxis } from '../../ui/charts/axis.ts';
import { prepare } from '../../ui/charts/prepare.ts';
import { plainView } from '../../ui/charts/view.ts';
import { chartsOf } from '../chartSpecs.ts';
import { fakeEvaluation, fakeKeptRun, fakeStep } from '../fixture/fakeRun.ts';
import { choiceViews, knobViews, viewContext } from '../settingViews.ts';
import { differences } from '../stores/differences.ts';
import { withEvaluation, withStep } from '../stores/history.ts';
import { createSettingsStore } from '../stores/settingsStore.ts';
import { writeHash } from '../url.ts';
import { toCsv, toJsonLines } from './metricFiles.ts';
import { decodeRun, encodeRun, RunFileError, sealed, type WholeRun } from './runFile.ts';
import { trainScript } from '../../exporters/trl.ts';
import { changed, fuzzRuns, type Json, paths, Refusals, spoiled, withInfinity } from '../../../testing/hostileJson.ts';
import { adamState } from '../../../testing/slots.ts';
import { bareState, vectorsOf } from '../../rl/learner/state.ts';

const SEED = 20_260_102;
const RUNS = fuzzRuns(8000);
const task = present(tasks[0], 'a task');
const rows = [1]
  .map((step) => fakeStep({ ...defaultConfig, promptsPerStep: 1 }, task, step))
  .reduce(withStep, withEvaluation([], fakeEvaluation(defaultConfig, task, 0)));
const vector = (of: number) => Float32Array.from({ length: 8 }, (_, index) => random(of, 'file', index).normal());
const snapshot = (step: number): RunSnapshot => ({
  config: defaultConfig,
  policyHash: 'hash',
  step,
  tokens: 9,
  memory: { beta: 0.1 },
  state: adamState(vector(1), vector(2), vector(3), step),
});
const whole: WholeRun = {
  run: { ...fakeKeptRun(defaultConfig), steps: 3, parent: { id: 'bbbbbbbb22222222', name: 'wise-bee', step: 1 } },
  rows,
  snapshots: [snapshot(3)],
};
const file = encodeRun(whole);

const parse = (text: string): Json => JSON.parse(text);
const { content, tensors } = ((): { content: Json; tensors: Map<string, StoredTensor> } => {
  const { run, snapshots } = whole;
  const bare = snapshots.map(({ state, ...rest }) => ({ ...rest, state: bareState(state) }));
  const named = (index: number, state: RunSnapshot['state']) =>
    [...vectorsOf(state)].map(([path, data]): [string, StoredTensor] => [
      `checkpoint.${index}.${path}`,
      { shape: [8], data },
    ]);
  return {
    content: parse(JSON.stringify({ format: 'rollout-run', version: 2, run, rows, snapshots: bare })),
    tensors: new Map(snapshots.flatMap(({ state }, index) => named(index, state))),
  };
})();

const deep = (levels: number): Json => Array.from({ length: levels }).reduce<Json>((inner) => [inner], 1);
const hostile: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    null,
    true,
    '',
    'NaN',
    '__proto__',
    'constructor',
    0,
    -1,
    0.5,
    1e15,
    9e15,
    1e149,
    1e300,
    -1e300,
    1.7e308,
    5e-324,
    2 ** 53,
    [],
    {},
    [[]],
    'x'.repeat(500),
    'nope',
    'grpo',
    'dpo',
    'countdown',
    { own: { code: 'x', onFailure: 'stop' } },
  ),
  fc.constant(deep(4000)),
  fc.constant(parse('{"__proto__": {"step": 1}, "constructor": 1}')),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.string({ maxLength: 20 }),
);
const places = paths(content);
/** Rows have many numbers; the other parts should be drawn as often. */
const place = fc.oneof(fc.constantFrom(...places), fc.constantFrom(...places.filter(([part]) => part !== 'rows')));
const lies = fc
  .array(fc.tuple(place, hostile), { minLength: 1, maxLength: 3 })
  .map((changes) =>
    sealed(JSON.stringify(changes.reduce((value, [path, to]) => changed(value, path, to), content)), tensors),
  );
/** A valid file with one number that no run has. */
const strange = fc
  .tuple(
    fc.constantFrom(...places.filter(([part, , field]) => part === 'rows' && field === 'values')),
    fc.double({ min: -1e150, max: 1e150, noNaN: true }),
  )
  .map(([path, to]) => sealed(JSON.stringify(changed(content, path, to)), tensors));
const bytesOf = (good: Uint8Array) =>
  fc
    .tuple(fc.option(fc.nat(good.length)), fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }))
    .map(([cut, changes]) => {
      const copy = good.slice(0, cut ?? good.length);
      for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
      return copy;
    });
const noise = fc.uint8Array({ maxLength: 200 });
const numbers = places.filter(
  (path) =>
    typeof path.reduce<Json | undefined>(
      (value, key) => (value as Record<string, Json> | undefined)?.[key],
      content,
    ) === 'number',
);
/** A valid file with one number that JSON cannot write. */
const infinite = fc.constantFrom(...numbers).map((path) => sealed(withInfinity(content, path), tensors));
/** A valid file with one bad number in a checkpoint. */
const sick = fc
  .constantFrom(...tensors.keys())
  .chain((name) =>
    spoiled(present(tensors.get(name), name).data as Float32Array).map((data) =>
      sealed(JSON.stringify(content), new Map(tensors).set(name, { shape: [data.length], data })),
    ),
  );
/** Steps in or out of order. */
const disorder = fc
  .tuple(
    fc.constantFrom(['rows', '0', 'step'], ['rows', '1', 'step'], ['snapshots', '0', 'step'], ['run', 'steps']),
    fc.integer({ min: 0, max: 5 }),
  )
  .map(([path, to]) => sealed(JSON.stringify(changed(content, path, to)), tensors));
/** Metrics with arbitrary names. */
const named = fc
  .tuple(
    fc.constantFrom('values', 'ranges', 'thin'),
    fc.oneof(
      fc.constantFrom(
        '=HYPERLINK("http://a.example")',
        '+1',
        '-1',
        '@sum',
        '\t',
        'constructor',
        'step',
        'eval/sampled',
        'reward',
        'a/b',
        'pass@2',
      ),
      fc.string({ maxLength: 12 }),
    ),
  )
  .map(([part, name]) =>
    sealed(JSON.stringify(changed(content, ['rows', '1', part], { [name]: part === 'ranges' ? [0, 1] : 1 })), tensors),
  );

const finite = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value instanceof Float32Array) return value.every(Number.isFinite);
  return typeof value !== 'object' || value === null || Object.values(value).every(finite);
};

/** Everything that the page does with a listed run, except training it. */
function use({ run, rows: read, snapshots }: WholeRun): void {
  new Intl.DateTimeFormat().format(run.created);
  differences(whole.run.config, run.config, tasks);
  differences(run.initial, whole.run.config, tasks);
  for (const config of [run.config, run.initial, ...snapshots.map((one) => one.config)]) {
    const settings = createSettingsStore(tasks, { preset: run.preset, config, notices: [] }).getState();
    const context = viewContext(
      settings,
      [],
      tasks.find(({ id }) => id === config.task),
    );
    knobViews(knobNames, context);
    choiceViews(choiceNames, context);
    writeHash('default', config);
  }
  const csv = toCsv(read);
  expect(csv).not.toMatch(/NaN|Infinity|undefined|function/);
  expect(csv.slice(0, csv.indexOf('\r\n')), 'names alone').not.toMatch(/(^|,)"?[-=+@\t\r]/);
  toJsonLines(read);
  for (const { series } of chartsOf(task, []).main) {
    const drawn = prepare(read, series, plainView, 10, 300);
    const range = extent(drawn, series, [], [0, 1]) ?? [0, 1];
    for (const { domain, ticks } of [valueAxis(...range), logAxis(1e-3, Math.max(1, range[1]))]) {
      expect(finite([domain, ticks])).toBe(true);
      expect(ticks.length).toBeLessThan(40);
    }
  }
}

it(`${RUNS} run files are refused with a reason or can be used`, () => {
  const seen = { refused: 0, used: 0 };
  const refusals = new Refusals(
    /its checkpoint 1 is not whole/,
    /a metric is named in small letters/,
    /rows\.\d+\..*(expected number|Too)/,
    /out of order/,
    /config|initial/,
    /changed or damaged/,
    /another kind of file/,
  );
  fc.assert(
    fc.property(
      fc.oneof(
        { weight: 6, arbitrary: lies },
        { weight: 1, arbitrary: strange },
        { weight: 1, arbitrary: infinite },
        { weight: 1, arbitrary: sick },
        { weight: 1, arbitrary: named },
        { weight: 1, arbitrary: disorder },
        { weight: 2, arbitrary: bytesOf(file) },
        { weight: 1, arbitrary: noise },
      ),
      (bytes) => {
        let run: WholeRun;
        try {
          run = decodeRun(bytes);
        } catch (error) {
          if (!(error instanceof RunFileError)) throw error;
          expect(error.message).toMatch(/\w{2,}/);
          refusals.see(error.message);
          return void seen.refused++;
        }
        expect(finite(run)).toBe(true);
        use(run);
        if (seen.used++ % 25 === 0)
          trainScript(
            run.run.name,
            run.run.config,
            present(
              tasks.find(({ id }) => id === run.run.config.task),
              'its task',
            ),
          );
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(refusals.missing).toEqual([]);
  expect(seen.refused).toBeGreaterThan(RUNS / 3);
  expect(seen.used).toBeGreaterThan(RUNS / 40);
}, 600_000);
