/**
 * @file Tasks that the page must bear: one from a file that is not here, and tasks with few terms, problems or methods.
 */
import { describe, expect, it } from 'vitest';
import { list, parity } from '../../testing/tasks/planted.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { presetConfig } from '../rl/config/presets.ts';
import { sampleCompletions } from '../rl/rewards/samples.ts';
import { QuickJsSandbox } from '../rl/sandbox/sandbox.ts';
import { fileTaskId } from '../tasks/fileId.ts';
import { openTask, tasks } from '../tasks/index.ts';
import { chartsOf } from './chartSpecs.ts';
import { decodeRun, encodeRun } from './files/runFile.ts';
import { fakeKeptRun, fakeStep } from './fixture/fakeRun.ts';
import { unusable } from './storage/usable.ts';
import { createRunStore } from './stores/runStore.ts';
import { createSettingsStore } from './stores/settingsStore.ts';
import { tryTerm } from './stores/termTrial.ts';
import { readLink } from './url.ts';

describe('a task from a file that is not here', () => {
  const id = fileTaskId({ checker: 'number', data: 'a1'.repeat(32) });
  const sentence = `the problems of this task are in a file with SHA-256 ${'a1'.repeat(32)}, which is not open here (Own problems on the page opens it, or npm run train -- --data FILE --checker number)`;

  it('is named in the notice of a link, which keeps its other settings', () => {
    const { config, notices } = readLink('', `#v=2&task=${id}&seed=7`, tasks);
    expect(notices).toEqual([`task: ${sentence}.`]);
    expect(config).toEqual({ ...presetConfig('default'), seed: 7 });
  });

  it('is why a kept run and a run file with it cannot be opened', () => {
    const config = { ...defaultConfig, task: id, difficulty: 1 };
    expect(unusable(config)).toBe(sentence);
    const file = encodeRun({ run: fakeKeptRun(config), rows: [], snapshots: [] });
    expect(() => decodeRun(file)).toThrow(`It does not fit this version of the page: ${sentence}.`);
  });
});

for (const task of [parity, list]) openTask(task);

describe.each([parity, list])('$id', (task) => {
  const withTask = [...tasks, task];
  const config = { ...defaultConfig, task: task.id, difficulty: task.difficulty.default };

  it('has charts of its own terms and none of methods', () => {
    const charts = Object.values(chartsOf(task, [], config)).flat();
    const keys = charts.flatMap(({ series }) => series.map(({ key }) => key));
    const terms = task.rewardTerms.map((term) => `rewards/${term.id}/mean`);
    expect(keys.filter((key) => key.startsWith('rewards/')).slice(0, terms.length)).toEqual(terms);
    expect(keys.filter((key) => key.startsWith('methods/'))).toEqual([]);
    expect(charts.filter(({ series }) => series.length === 0)).toEqual([]);
  });

  it('can be chosen in the settings, at its own difficulty', () => {
    const settings = createSettingsStore(withTask, {
      preset: 'default',
      config: presetConfig('default'),
      notices: [],
      offered: {},
    });
    settings.chooseTask(task.id);
    expect(settings.getState().config).toMatchObject({ task: task.id, difficulty: task.difficulty.default });
  });

  it('gives right and wrong completions to try a reward term on', async () => {
    const sandbox = new QuickJsSandbox();
    const samples = await sampleCompletions(task, config.difficulty, 1, 8, sandbox);
    expect(samples.map(({ verdict }) => verdict.correct)).toEqual([true, false, true, false, true, false, true, false]);
    const settings = createSettingsStore(withTask, { preset: 'default', config, notices: [], offered: {} });
    const run = createRunStore(() => {
      throw new Error('no trainer is needed');
    });
    const code = 'function reward({ correct }) { return correct ? 1 : 0; }';
    const { view, failure } = await tryTerm(code, { settings, run, tasks: withTask, sandbox });
    sandbox.dispose();
    expect(failure).toBeNull();
    expect(view.rows.map(({ reward }) => reward)).toEqual([1, 0, 1, 0, 1, 0, 1, 0]);
  });

  it('fills the groups of a step that has no method', () => {
    const { groups, metrics } = fakeStep(config, task, 1);
    expect(groups.flatMap(({ completions }) => completions.map(({ method }) => method)).every((m) => m === null)).toBe(
      true,
    );
    expect(Object.keys(metrics).filter((name) => name.startsWith('methods/'))).toEqual([]);
  });
});
