/** @file 10 000 hostile files: runs, adapters, archives. Each is refused in words, or is a run that the page can list, compare, open and save. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { present, UsageError } from '../../lib/assert.ts';
import { random } from '../../lib/random.ts';
import { ArchiveError, readArchive, writeArchive } from '../../lib/zip.ts';
import { adapterLayout, loraTargets } from '../../policy/lora.ts';
import { randomAdapter, tinyConfig } from '../../policy/fixture.ts';
import { decodePeft, encodePeft, peftOrigin } from '../../policy/peft.ts';
import { CheckpointError, type StoredTensor } from '../../policy/safetensors.ts';
import { choiceNames } from '../../rl/choices.ts';
import { defaultConfig, knobNames } from '../../rl/config.ts';
import type { RunSnapshot } from '../../rl/trainer.ts';
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
import { trainScript } from './trainScript.ts';
import { changed, type Json, paths } from '../../lib/hostileJson.fixture.ts';

const SEED = 20_260_102;
const task = present(tasks[0], 'a task');
const rows = [1].map((step) => fakeStep({ ...defaultConfig, promptsPerStep: 1 }, task, step)).reduce(withStep, withEvaluation([], fakeEvaluation(defaultConfig, task, 0)));
const vector = (of: number) => Float32Array.from({ length: 8 }, (_, index) => random(of, 'file', index).normal());
const snapshot = (step: number): RunSnapshot => ({
  config: defaultConfig, policyHash: 'hash', step, tokens: 9, memory: { beta: 0.1 }, state: { adapter: vector(1), firstMoment: vector(2), secondMoment: vector(3), updates: step },
});
const whole: WholeRun = { run: { ...fakeKeptRun(defaultConfig), steps: 3, parent: { id: 'bbbbbbbb22222222', name: 'wise-bee', step: 1 } }, rows, snapshots: [snapshot(3)] };
const file = encodeRun(whole);

const parse = (text: string): Json => JSON.parse(text);
const { content, tensors } = ((): { content: Json; tensors: Map<string, StoredTensor> } => {
  const { run, snapshots } = whole;
  const bare = snapshots.map(({ state, ...rest }) => ({ ...rest, state: { updates: state.updates } }));
  const named = (index: number, state: RunSnapshot['state']) => (['adapter', 'firstMoment', 'secondMoment'] as const).map((name): [string, StoredTensor] => [`checkpoint.${index}.${name}`, { shape: [8], data: state[name] }]);
  return { content: parse(JSON.stringify({ format: 'rollout-run', version: 1, run, rows, snapshots: bare })), tensors: new Map(snapshots.flatMap(({ state }, index) => named(index, state))) };
})();

const deep = (levels: number): Json => Array.from({ length: levels }).reduce<Json>((inner) => [inner], 1);
const hostile: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(null, true, '', 'NaN', '__proto__', 'constructor', 0, -1, 0.5, 1e15, 9e15, 1e149, 1e300, -1e300, 1.7e308, 5e-324, 2 ** 53, [], {}, [[]], 'x'.repeat(500), 'nope', 'grpo', 'dpo', 'countdown', { own: { code: 'x', onFailure: 'stop' } }),
  fc.constant(deep(4000)),
  fc.constant(parse('{"__proto__": {"step": 1}, "constructor": 1}')),
  fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.string({ maxLength: 20 }),
);
const places = paths(content);
/** Rows have many numbers; the rest should be met as often. */
const place = fc.oneof(fc.constantFrom(...places), fc.constantFrom(...places.filter(([part]) => part !== 'rows')));
const lies = fc.array(fc.tuple(place, hostile), { minLength: 1, maxLength: 3 })
  .map((changes) => sealed(JSON.stringify(changes.reduce((value, [path, to]) => changed(value, path, to), content)), tensors));
/** Well made and well meant, with a number that no run has. */
const strange = fc.tuple(fc.constantFrom(...places.filter(([part, , field]) => part === 'rows' && field === 'values')), fc.double({ min: -1e150, max: 1e150, noNaN: true }))
  .map(([path, to]) => sealed(JSON.stringify(changed(content, path, to)), tensors));
const bytesOf = (good: Uint8Array) => fc.tuple(fc.option(fc.nat(good.length)), fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 })).map(([cut, changes]) => {
  const copy = good.slice(0, cut ?? good.length);
  for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
  return copy;
});
const noise = fc.uint8Array({ maxLength: 200 });

const finite = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value instanceof Float32Array) return value.every(Number.isFinite);
  return typeof value !== 'object' || value === null || Object.values(value).every(finite);
};

/** Everything that the page does with a run it lists, short of training it. */
function use({ run, rows: read, snapshots }: WholeRun): void {
  new Intl.DateTimeFormat().format(run.created);
  differences(whole.run.config, run.config, tasks);
  differences(run.initial, whole.run.config, tasks);
  for (const config of [run.config, run.initial, ...snapshots.map((one) => one.config)]) {
    const settings = createSettingsStore(tasks, { preset: run.preset, config, notices: [] }).getState();
    const context = viewContext(settings, [], tasks.find(({ id }) => id === config.task));
    knobViews(knobNames, context);
    choiceViews(choiceNames, context);
    writeHash('default', config);
  }
  expect(toCsv(read)).not.toMatch(/NaN|Infinity|undefined/);
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

it('8 000 files of runs are refused in words, or can be used', () => {
  const seen = { refused: 0, used: 0 };
  fc.assert(fc.property(fc.oneof({ weight: 6, arbitrary: lies }, { weight: 1, arbitrary: strange }, { weight: 2, arbitrary: bytesOf(file) }, { weight: 1, arbitrary: noise }), (bytes) => {
    let run: WholeRun;
    try {
      run = decodeRun(bytes);
    } catch (error) {
      if (!(error instanceof RunFileError)) throw error;
      expect(error.message).toMatch(/\w{2,}/);
      return void seen.refused++;
    }
    expect(finite(run)).toBe(true);
    use(run);
    if (seen.used++ % 25 === 0) trainScript(run.run.name, run.run.config, present(tasks.find(({ id }) => id === run.run.config.task), 'its task'));
  }), { numRuns: 8000, seed: SEED });
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(seen.refused).toBeGreaterThan(3000);
  expect(seen.used).toBeGreaterThan(200);
}, 120_000);

it('2 000 adapters and archives are refused in words, or read whole', () => {
  const lora = { rank: 2, alpha: 4, targets: [...loraTargets] };
  const flat = randomAdapter(adapterLayout(tinyConfig, lora).size, 4);
  const good = encodePeft(tinyConfig, lora, flat, { policy: 'default', policyHash: 'hash' });
  const archive = writeArchive(Object.entries(good).map(([name, bytes]) => ({ name, bytes })));
  const seen = { refused: 0, used: 0 };
  const read = (work: () => unknown) => {
    try {
      work();
      seen.used++;
    } catch (error) {
      if (!(error instanceof CheckpointError || error instanceof ArchiveError || error instanceof UsageError)) throw error;
      expect(error.message).toMatch(/\w{2,}/);
      seen.refused++;
    }
  };
  const settings = good['adapter_config.json'];
  const model = good['adapter_model.safetensors'];
  fc.assert(fc.property(fc.oneof(bytesOf(settings), noise), fc.oneof(bytesOf(model), noise), fc.oneof(bytesOf(archive), noise), (config, weights, zip) => {
    read(() => readArchive(zip));
    read(() => peftOrigin(weights));
    read(() => expect(decodePeft(tinyConfig, config, model).flat.every(Number.isFinite)).toBe(true));
    read(() => expect(decodePeft(tinyConfig, settings, weights).flat.every(Number.isFinite)).toBe(true));
  }), { numRuns: 2000, seed: SEED });
  expect(seen.refused).toBeGreaterThan(2000);
  expect(seen.used).toBeGreaterThan(100);
}, 120_000);
