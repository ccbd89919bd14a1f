import { describe, expect, it, vi } from 'vitest';
import { defaultConfig } from '../../rl/config/config.ts';
import { presetConfig } from '../../rl/config/presets.ts';
import { tasks } from '../../tasks/index.ts';
import { FakeTrainer, type FakeOptions } from '../fixture/fakeTrainer.ts';
import { writable } from '../../../testing/app/writable.ts';
import { createRunStore } from './runStore.ts';
import { createSession } from './session.ts';
import { createSettingsStore } from './settingsStore.ts';

vi.mock('react', () => ({}));

/** A clock that advances a second at every reading. */
function clock() {
  let seconds = 0;
  return () => (seconds += 1) * 1000;
}

function sessionOn(fake: FakeOptions = {}, now: (() => number) | null = clock()) {
  const trainer = new FakeTrainer(tasks, fake);
  const run = createRunStore(() => ({ trainer, listen: trainer.listen, terminate: () => undefined }));
  const config = { ...presetConfig('default'), maxSteps: 6, promptsPerStep: 2, evalEvery: 0 };
  const settings = createSettingsStore(tasks, { preset: 'default', config, notices: [] });
  return {
    session: createSession(run, settings, { backend: 'auto', workers: 'auto' }, ...(now ? [now] : [])),
    run,
    settings,
    trainer,
  };
}

const until = (run: ReturnType<typeof sessionOn>['run'], status: string) =>
  vi.waitFor(() => expect(run.getState().status).toBe(status));

describe('a session', () => {
  it('sends live changes to the run; others wait for Reset', async () => {
    const { session, run, settings, trainer } = sessionOn();
    await session.open();
    await session.step();
    settings.setKnob('learningRate', 0.002);
    settings.setKnob('numGenerations', 4);
    expect(trainer.adjustments).toEqual([{ learningRate: 0.002 }]);
    expect(run.getState().info?.config.numGenerations).toBe(8);
    await session.reset();
    expect(run.getState()).toMatchObject({ step: 0, status: 'ready' });
    expect(run.getState().info?.config).toMatchObject({ numGenerations: 4, learningRate: 0.002 });
  });

  it('lets all settings of a chosen preset wait, and leaves the run unchanged', async () => {
    const { session, run, settings, trainer } = sessionOn();
    await session.open();
    await session.step();
    const { config } = settings.getState();
    settings.choosePreset('gridlake');
    settings.setKnob('learningRate', 0.004);
    await session.step();
    expect(trainer.adjustments).toEqual([]);
    expect(run.getState()).toMatchObject({ preset: 'default', adjusted: false, step: 2, config });
    await session.reset();
    expect(run.getState()).toMatchObject({
      preset: 'gridlake',
      step: 0,
      config: { task: 'gridlake', learningRate: 0.004 },
    });
    settings.setKnob('learningRate', 0.003);
    expect(trainer.adjustments).toEqual([{ learningRate: 0.003 }]);
  });

  it('lengthens a finished run while another preset waits, without its settings', async () => {
    const { session, run, settings, trainer } = sessionOn();
    await session.open();
    await session.toggle();
    await until(run, 'finished');
    settings.choosePreset('gridlake');
    await session.toggle();
    await until(run, 'finished');
    expect(trainer.adjustments).toEqual([{ maxSteps: 106 }]);
    expect(run.getState()).toMatchObject({ step: 106, adjusted: false, config: { task: 'sums', learningRate: 0.001 } });
    expect(settings.getState().config.maxSteps).toBe(100);
  });

  it('remembers that a setting was changed during training, also after it was changed back', async () => {
    const { session, run, settings } = sessionOn();
    await session.open();
    settings.setKnob('beta', 0.1);
    await session.step();
    expect(run.getState().adjusted).toBe(false);
    settings.setKnob('maxSteps', 9);
    await session.step();
    expect(run.getState().adjusted).toBe(false);
    settings.setKnob('beta', 0.2);
    settings.setKnob('beta', 0.1);
    await vi.waitFor(() => expect(run.getState()).toMatchObject({ adjusted: true, config: { beta: 0.1 } }));
    settings.setKnob('maxSteps', 12);
    await vi.waitFor(() => expect(run.getState()).toMatchObject({ adjusted: true, config: { maxSteps: 12 } }));
    await session.reset();
    expect(run.getState().adjusted).toBe(false);
  });

  it('asks before it trains where a link brought an objective, and goes on with either answer', async () => {
    const { session, run, settings } = sessionOn();
    const linked = { text: '-A * logp', numbers: {}, fromLink: true };
    const { preset, config } = settings.getState();
    settings.adopt({ preset, config, draft: linked });
    await session.open();
    await session.toggle();
    expect(settings.getState().draft?.question).toBe('train');
    await session.step();
    expect(settings.getState().draft?.question).toBe('step');
    expect(run.getState()).toMatchObject({ step: 0, status: 'ready' });
    settings.setQuestion('answered');
    await session.step();
    expect(run.getState()).toMatchObject({ step: 1, config: { objectiveText: '' } });

    settings.adopt({ preset, config, draft: linked });
    await session.reset();
    await session.toggle();
    settings.useObjective(linked.text);
    await session.step();
    expect(run.getState()).toMatchObject({ step: 1, config: { objectiveText: '-A * logp' } });
    expect(settings.getState().draft).toBeNull();
  });

  it('asks before it trains without the reward terms of a link, and again for another link', async () => {
    const { session, run, settings } = sessionOn();
    const offered = { sent: { own: { code: '() => 1', onFailure: 'stop' as const } } };
    const { preset, config } = settings.getState();
    settings.adopt({ preset, config, offered });
    await session.open();
    await session.toggle();
    expect(settings.getState().termsQuestion).toBe('train');
    expect(run.getState()).toMatchObject({ step: 0, status: 'ready' });
    settings.setTermsQuestion('answered');
    await session.step();
    expect(run.getState()).toMatchObject({ step: 1, config: { ownTerms: {} } });

    settings.adopt({ preset, config, offered });
    await session.reset();
    await session.step();
    expect(settings.getState().termsQuestion).toBe('step');
    expect(run.getState().step).toBe(0);
  });

  it('finishes at its length, also if that is changed while paused', async () => {
    const { session, run, settings } = sessionOn();
    await session.open();
    await session.toggle();
    await until(run, 'finished');
    settings.setKnob('maxSteps', 9);
    await until(run, 'paused');
    settings.setKnob('maxSteps', 3);
    await until(run, 'finished');
    expect(run.getState().step).toBe(6);
  });

  it('ignores a press of Pause just after the end', async () => {
    let time = 1000;
    const { session, run } = sessionOn({}, () => time);
    await session.open();
    await session.toggle();
    await until(run, 'finished');
    time += 300;
    await session.toggle();
    expect(run.getState()).toMatchObject({ status: 'finished', step: 6 });
    time += 300;
    await session.toggle();
    await until(run, 'finished');
    expect(run.getState().step).toBe(106);
  });

  it('ignores it also if the clock is set back an hour; Train works half a second later', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const { session, run } = sessionOn({}, null);
    await session.open();
    await session.toggle();
    await until(run, 'finished');
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(500);
    await session.toggle();
    await until(run, 'finished');
    expect(run.getState().step).toBe(106);
    vi.useRealTimers();
  });

  it('opens anew without asking before the first step', async () => {
    const { session, run, settings } = sessionOn();
    await session.open();
    settings.setKnob('numGenerations', 4);
    await session.toggle();
    await until(run, 'finished');
    expect(run.getState().reports[0]?.groups[0]?.completions).toHaveLength(4);
  });

  it('applies changes that were made while loading', async () => {
    const { session, settings, trainer } = sessionOn({ loadTime: 20 });
    const opening = session.open();
    settings.setKnob('beta', 0.1);
    expect(trainer.adjustments).toEqual([]);
    await opening;
    await vi.waitFor(() => expect(trainer.adjustments).toEqual([{ beta: 0.1 }]));
  });

  it('replays steps with the knobs they were trained with, and applies later changes after them', async () => {
    const first = sessionOn();
    await first.session.open();
    for (let step = 0; step < 3; step++) await first.session.step();
    const { key, rows, config } = first.run.getState();
    const { session, run, settings, trainer } = sessionOn({ stepTime: 100 });
    const coming = session.comeBack(
      { key, parent: null, initial: config ?? defaultConfig, adjusted: false, rows, step: 3, snapshot: null },
      'default',
    );
    await vi.waitFor(() => expect(run.getState()).toMatchObject({ replaying: true, step: 1 }));
    settings.setKnob('beta', 0.1);
    expect(trainer.adjustments).toEqual([]);
    await coming;
    await vi.waitFor(() => expect(trainer.adjustments).toEqual([{ beta: 0.1 }]));
    expect(run.getState()).toMatchObject({ step: 3, replay: { differing: 0 }, config: { beta: 0.1 } });
  });

  it('trains on after the end, with a larger length in the settings', async () => {
    const { session, run, settings } = sessionOn();
    await session.open();
    await session.toggle();
    await until(run, 'finished');
    await session.toggle();
    expect(settings.getState().config.maxSteps).toBe(106);
    await vi.waitFor(() => expect(run.getState().step).toBeGreaterThan(6));
    await session.toggle();
    await vi.waitFor(() => expect(['paused', 'finished']).toContain(run.getState().status));
  });

  it('continues only after a failure that the trainer survived', async () => {
    const { session, run } = sessionOn();
    await session.open();
    await session.step();
    const error = { code: 'non-finite-update', message: 'NaN', kept: 'step 1', remedy: 'Lower the learning rate.' };
    expect(session.canGoOn({ ...error, code: 'device-lost' })).toBe(false);
    expect(session.canGoOn(error)).toBe(true);
    writable(run).setState({ status: 'failed', error });
    session.goOn();
    await session.step();
    expect(run.getState()).toMatchObject({ step: 2, error: null });
  });

  it('arms and disarms while loading', async () => {
    const { session, run } = sessionOn({ loadTime: 30 });
    const opening = session.open();
    await session.toggle();
    expect(run.getState().armed).toBe(true);
    await session.toggle();
    await opening;
    expect(run.getState()).toMatchObject({ armed: false, status: 'ready' });
  });
});
