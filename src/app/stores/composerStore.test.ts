import { describe, expect, it } from 'vitest';
import { presetConfig } from '../../rl/config/presets.ts';
import { plainShaping } from '../../rl/rewards/composition.ts';
import { noSandbox } from '../../rl/sandbox/rewardFunction.ts';
import { QuickJsSandbox } from '../../rl/sandbox/sandbox.ts';
import { tasks } from '../../tasks/index.ts';
import { text } from '../../ui/text.ts';
import { createComposer } from './composerStore.ts';
import { createRunStore } from './runStore.ts';
import { createSettingsStore } from './settingsStore.ts';

const code = 'function reward({ length }) { return -length; }';
const offered = {
  sent: { own: { code, onFailure: 'stop' as const }, weight: 2, shaping: { ...plainShaping, onlyWhenCorrect: true } },
};

function fresh() {
  const settings = createSettingsStore(tasks, {
    preset: 'default',
    config: presetConfig('default'),
    notices: [],
    offered,
  });
  const run = createRunStore(() => {
    throw new Error('no trainer is needed');
  });
  const sandbox = new QuickJsSandbox();
  let calls = 0;
  const composer = createComposer({
    settings,
    run,
    tasks,
    sandbox: { ...noSandbox, score: (...given) => (calls++, sandbox.score(...given)) },
  });
  return { settings, composer, calls: () => calls, config: () => settings.getState().config };
}

describe('a term of the user', () => {
  it('is used only after a trial of its current code, with the weight and shaping of its example', async () => {
    const { composer, config } = fresh();
    composer.start('longer_right');
    expect(composer.view()?.refusal).toBe(text.rewards.tryFirst);
    composer.use();
    expect(config().ownTerms).toEqual({});
    composer.change({ id: 'short', code });
    await composer.attempt();
    const view = composer.view();
    expect(view).toMatchObject({ refusal: null, problem: null, trial: { step: null } });
    expect(view?.trial?.rows.map(({ reward, failure, completion }) => [reward, failure, completion.length])).toEqual(
      view?.trial?.rows.map(({ completion }) => [-completion.length - 1, null, completion.length]),
    );
    composer.change({ code: `${code}\n` });
    expect(composer.view()).toMatchObject({ refusal: text.rewards.tryFirst, trial: null });
    composer.change({ code });
    composer.use();
    expect(config()).toMatchObject({
      ownTerms: { short: { code, onFailure: 'stop' } },
      rewardWeights: { short: 0.5 },
      rewardShaping: { short: { onlyWhenCorrect: true } },
    });
    expect(composer.getState()).toMatchObject({ isOpen: true, draft: null });
  });

  it('can begin empty, and empty code is refused', async () => {
    const { composer, config } = fresh();
    composer.start(null);
    expect(composer.view()).toMatchObject({ code: '', fromLink: false, refusal: text.rewards.tryFirst });
    await composer.attempt();
    expect(composer.view()?.refusal).toBe(text.rewards.stillFails);
    composer.change({ code });
    await composer.attempt();
    composer.use();
    expect(config()).toMatchObject({ ownTerms: { own: { code, onFailure: 'stop' } } });
  });

  it('survives closing the composer', () => {
    const { composer } = fresh();
    composer.start(null);
    composer.change({ id: 'mine', code });
    composer.close();
    expect(composer.getState().isOpen).toBe(false);
    composer.open();
    expect(composer.view()).toMatchObject({ id: 'mine', code });
    composer.cancel();
    expect(composer.view()).toBeNull();
  });

  it('that fails is reported at its line, and used only if failures exclude the completion', async () => {
    const { composer } = fresh();
    composer.start('digits');
    composer.change({ code: 'function reward({ correct }) {\n  if (!correct) throw new Error("no");\n  return 1;\n}' });
    await composer.attempt();
    expect(composer.view()).toMatchObject({
      problem: { line: 2, message: 'Error: no' },
      refusal: text.rewards.stillFails,
    });
    expect(composer.view()?.trial?.rows.map(({ reward }) => reward)).toEqual([1, null, 1, null, 1, null, 1, null]);
    composer.change({ onFailure: 'exclude' });
    expect(composer.view()?.refusal).toBeNull();
  });

  it('needs an unused name', async () => {
    const { composer } = fresh();
    composer.start('digits');
    await composer.attempt();
    for (const [id, problem] of [
      ['answer', text.rewards.nameTaken('answer')],
      ['Digits', /^term: a small letter/],
      ['', /^term/],
    ] as const) {
      composer.change({ id });
      expect(composer.view()?.refusal).toMatch(problem);
    }
  });

  it('keeps weight and shaping when renamed, and leaves nothing behind when removed', async () => {
    const { composer, settings, config } = fresh();
    composer.start('digits');
    await composer.attempt();
    composer.use();
    settings.setWeight('digits', 3);
    composer.shape('digits', { ...plainShaping, centring: 'group' });
    composer.edit('digits');
    composer.change({ id: 'few' });
    await composer.attempt();
    composer.use();
    expect(config()).toMatchObject({ rewardWeights: { few: 3 }, rewardShaping: { few: { centring: 'group' } } });
    expect(Object.keys(config().ownTerms)).toEqual(['few']);
    settings.chooseTask('countdown');
    expect(config()).toMatchObject({ task: 'countdown', rewardWeights: { few: 3 } });
    composer.remove('few');
    expect(config()).toMatchObject({ ownTerms: {}, rewardWeights: {}, rewardShaping: {} });
  });
});

describe('a term from a link', () => {
  it('does not run when shown, and counts after it was tried and accepted', async () => {
    const { composer, settings, config, calls } = fresh();
    composer.show('sent');
    expect(composer.view()).toMatchObject({ id: 'sent', code, fromLink: true, trial: null });
    expect(calls()).toBe(0);
    expect(config().ownTerms).toEqual({});
    await composer.attempt();
    composer.use();
    expect(calls()).toBe(1);
    expect(config()).toMatchObject({
      ownTerms: { sent: { code } },
      rewardWeights: { sent: 2 },
      rewardShaping: { sent: { onlyWhenCorrect: true } },
    });
    expect(settings.getState().offered).toEqual({});
  });

  it('is forgotten when declined', () => {
    const { composer, settings, config } = fresh();
    composer.show('sent');
    composer.cancel();
    expect(settings.getState().offered).toEqual({});
    expect(config().ownTerms).toEqual({});
  });
});

it('an invalid shaping is refused with a reason', () => {
  const { composer, config } = fresh();
  composer.shape('answer', { ...plainShaping, clip: [2, 1] });
  expect(composer.getState().refused).toBe('clip: the lower bound is above the upper one');
  expect(config().rewardShaping).toEqual({});
  composer.shape('answer', { ...plainShaping, clip: [0, 1] });
  expect(composer.getState().refused).toBeNull();
  composer.shape('answer', plainShaping);
  expect(config().rewardShaping).toEqual({});
});
