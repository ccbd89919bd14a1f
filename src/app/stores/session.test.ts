import { describe, expect, it, vi } from 'vitest';
import { defaultConfig, presetConfig } from '../../rl/config.ts';
import { tasks } from '../../tasks/index.ts';
import { FakeTrainer, type FakeOptions } from '../fixture/fakeTrainer.ts';
import { createRunStore } from './runStore.ts';
import { createSession } from './session.ts';
import { createSettingsStore } from './settingsStore.ts';

vi.mock('react', () => ({}));

function sessionOn(fake: FakeOptions = {}) {
  const trainer = new FakeTrainer(tasks, fake);
  const run = createRunStore(() => ({ trainer, listen: trainer.listen, terminate: () => undefined }));
  const config = { ...presetConfig('default'), maxSteps: 6, promptsPerStep: 2, evalEvery: 0 };
  const settings = createSettingsStore(tasks, { preset: 'default', config, notices: [] });
  return { session: createSession(run, settings, { backend: 'auto', workers: 'auto' }), run, settings, trainer };
}

const until = (run: ReturnType<typeof sessionOn>['run'], status: string) => vi.waitFor(() => expect(run.getState().status).toBe(status));

describe('a session', () => {
  it('sends live changes to the run and lets others wait for Reset', async () => {
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

  it('opens anew without asking while nothing is trained', async () => {
    const { session, run, settings } = sessionOn();
    await session.open();
    settings.setKnob('numGenerations', 4);
    await session.toggle();
    await until(run, 'finished');
    expect(run.getState().reports[0]?.groups[0]?.completions).toHaveLength(4);
  });

  it('catches up with changes that were made while loading', async () => {
    const { session, settings, trainer } = sessionOn({ loadTime: 20 });
    const opening = session.open();
    settings.setKnob('beta', 0.1);
    expect(trainer.adjustments).toEqual([]);
    await opening;
    await vi.waitFor(() => expect(trainer.adjustments).toEqual([{ beta: 0.1 }]));
  });

  it('trains known steps again with the knobs of then, and turns the knob that was changed meanwhile after them', async () => {
    const first = sessionOn();
    await first.session.open();
    for (let step = 0; step < 3; step++) await first.session.step();
    const { key, rows, config } = first.run.getState();
    const { session, run, settings, trainer } = sessionOn({ stepTime: 100 });
    const coming = session.comeBack({ key, parent: null, initial: config ?? defaultConfig, rows, step: 3, snapshot: null }, 'default');
    await vi.waitFor(() => expect(run.getState()).toMatchObject({ replaying: true, step: 1 }));
    settings.setKnob('beta', 0.1);
    expect(trainer.adjustments).toEqual([]);
    await coming;
    await vi.waitFor(() => expect(trainer.adjustments).toEqual([{ beta: 0.1 }]));
    expect(run.getState()).toMatchObject({ step: 3, replay: { differing: 0 }, config: { beta: 0.1 } });
  });

  it('trains on after the end, with more steps in the settings', async () => {
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

  it('goes on only after a failure that the run outlived', async () => {
    const { session, run } = sessionOn();
    await session.open();
    await session.step();
    const error = { code: 'non-finite-update', message: 'NaN', kept: 'step 1', remedy: 'Lower the learning rate.' };
    expect(session.canGoOn({ ...error, code: 'device-lost' })).toBe(false);
    expect(session.canGoOn(error)).toBe(true);
    run.setState({ status: 'failed', error });
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
