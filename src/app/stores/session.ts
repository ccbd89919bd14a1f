/** @file What the buttons and keys do: settings and run put together. Knows no React. */
import { knobs, type LiveChanges, type TrainConfig } from '../../rl/config/config.ts';
import type { OpenOptions, TrainerError } from '../../rl/run/trainer.ts';
import { isOtherPreset, liveChanges, waitingChanges, type SettingsStore } from './settingsStore.ts';
import { toTrainerError, type Return, type RunState, type RunStore } from './runStore.ts';

export interface Session {
  readonly run: RunStore;
  readonly settings: SettingsStore;
  /** Opens a run with the settings as they stand. */
  open(): Promise<void>;
  /** Takes these settings and opens a run with them; the run before ends as it is. */
  openWith(preset: string, config: TrainConfig): Promise<void>;
  /** Opens the run that failed at its last step, or anew where there is none. */
  reopen(): Promise<void>;
  /** Goes to a run that was kept; the settings become its own. */
  comeBack(to: Return, preset: string): Promise<void>;
  /** Train, pause, arm or train on, whatever the status calls for. */
  toggle(): Promise<void>;
  step(): Promise<void>;
  /** Back to step 0; changes that waited for it apply. */
  reset(): Promise<void>;
  /** Steps that Train adds to a finished run. */
  moreSteps(): number;
  /** Whether the run outlived this failure. */
  canGoOn(error: TrainerError): boolean;
  /** Back to a paused run after such a failure. */
  goOn(): void;
  dispose(): void;
}

/** Milliseconds after a run's end in which whoever presses Pause has not yet seen that it is over. */
const LATE = 400;

/** Failures after which the trainer still holds the run. */
const survivable = new Set(['non-finite-update', 'bad-input', 'reward-term']);

/** A run that stands is over where its length says so, which may be another now. */
function standing({ status, step, config }: RunState): Partial<RunState> {
  const isStanding = config !== null && step > 0 && (status === 'finished' || status === 'paused');
  return isStanding ? { status: step >= config.maxSteps ? 'finished' : 'paused' } : {};
}

/**
 * Keeps the run's live knobs equal to the settings. What is changed while the run loads, or while known steps are
 * trained again, is sent when that is over: those steps were trained with the knobs of then. A preset that is chosen
 * waits for Reset as a whole.
 */
function createAdjuster(run: RunStore, settings: SettingsStore) {
  let applied: Partial<TrainConfig> = {};
  const send = async (changes: LiveChanges) => {
    applied = { ...applied, ...changes };
    const { step, status } = run.getState();
    const isLater = (step > 0 || status === 'running') && Object.keys(changes).some((name) => name !== 'maxSteps');
    try {
      await run.trainer().adjust(changes);
      run.setState(({ config, adjusted }) => ({
        config: config && { ...config, ...changes },
        adjusted: adjusted || isLater,
      }));
      run.setState(standing);
      // Whoever replays the steps after this must begin with the knobs as they are now.
      if (run.getState().step > 0) await run.keep();
    } catch (cause) {
      run.setState({ status: 'failed', error: toTrainerError(cause) });
    }
  };
  const adjust = async () => {
    const { info, replaying } = run.getState();
    const changes = liveChanges(settings.getState().config, applied);
    if (info && !replaying && Object.keys(changes).length > 0 && !isOtherPreset(settings.getState(), run.getState()))
      await send(changes);
  };
  const stops = [
    settings.subscribe((state, before) => {
      if (state.config !== before.config) void adjust();
    }),
    run.subscribe((state, before) => {
      if ((state.info && !before.info) || (before.replaying && !state.replaying)) void adjust();
    }),
  ];
  return {
    adjust,
    send,
    opened(preset: string, config: TrainConfig) {
      applied = { ...config };
      run.setState({ preset });
    },
    stop: () => stops.forEach((stop) => stop()),
  };
}

/** The ways in which a run comes into hand. */
function createOpenings(
  run: RunStore,
  settings: SettingsStore,
  options: OpenOptions,
  adjuster: ReturnType<typeof createAdjuster>,
): Pick<Session, 'open' | 'openWith' | 'reopen' | 'comeBack'> {
  const open = async () => {
    const { preset, config } = settings.getState();
    adjuster.opened(preset, config);
    await run.open(config, options);
  };
  return {
    open,
    openWith(preset, config) {
      // The run that ends must not hear of settings that are not meant for it.
      adjuster.opened(preset, config);
      settings.setState({ preset, config, errors: {}, notices: [], draft: null });
      return run.open(config, options);
    },
    async reopen() {
      const { checkpoint: snapshot, initial, preset, adjusted, key, parent, rows, step } = run.getState();
      if (!initial || step === 0) return open();
      adjuster.opened(preset, snapshot?.config ?? initial);
      return run.comeBack({ key, parent, initial, adjusted, rows, step, snapshot }, options);
    },
    async comeBack(to, preset) {
      const config = to.snapshot?.config ?? to.initial;
      adjuster.opened(preset, config);
      settings.setState({ preset, config, errors: {} });
      return run.comeBack(to, options);
    },
  };
}

/** Whether the run in hand came to its end just now. `now` in milliseconds, of a clock that nobody sets. */
function watchEnd(run: RunStore, now: () => number) {
  let endedAt = -Infinity;
  const stop = run.subscribe(({ status }, before) => {
    if (status === 'finished' && before.status === 'running') endedAt = now();
  });
  return { stop, isJustNow: () => run.getState().status === 'finished' && now() - endedAt < LATE };
}

export function createSession(
  run: RunStore,
  settings: SettingsStore,
  options: OpenOptions,
  now: () => number = () => performance.now(),
): Session {
  const end = watchEnd(run, now);
  const adjuster = createAdjuster(run, settings);
  const openings = createOpenings(run, settings, options, adjuster);
  const { open } = openings;
  const isWaiting = () => {
    const { config } = run.getState();
    return (
      config !== null &&
      waitingChanges(settings.getState().config, config, isOtherPreset(settings.getState(), run.getState())).length > 0
    );
  };
  /** A run that has trained nothing loses nothing by being opened anew. */
  const catchUp = async () => {
    if (run.getState().step === 0 && isWaiting()) await open();
    await adjuster.adjust();
    return run.getState().status !== 'failed';
  };
  const isStill = () => ['ready', 'paused', 'finished'].includes(run.getState().status);
  const moreSteps = () => Math.min(100, knobs.maxSteps.max - run.getState().step);

  /** More steps for the run in hand; the settings follow where they are its own. */
  const lengthen = async (maxSteps: number) => {
    if (isOtherPreset(settings.getState(), run.getState())) await adjuster.send({ maxSteps });
    else settings.setKnob('maxSteps', maxSteps);
  };

  return {
    run,
    settings,
    ...openings,
    moreSteps,
    async toggle() {
      const { status, armed, step } = run.getState();
      if (status === 'loading') return run.arm(!armed);
      if (status === 'running') return run.pause();
      if (!isStill() || end.isJustNow()) return undefined;
      if (status === 'finished' && (run.getState().config?.maxSteps ?? 0) <= step) await lengthen(step + moreSteps());
      return (await catchUp()) ? run.start() : undefined;
    },
    async step() {
      if (isStill() && (await catchUp())) await run.step();
    },
    async reset() {
      const { status } = run.getState();
      return status === 'loading' || status === 'empty' || status === 'failed' || isWaiting() ? open() : run.reset();
    },
    canGoOn: ({ code }) => survivable.has(code),
    goOn: () => run.setState({ status: 'paused', error: null }),
    dispose() {
      adjuster.stop();
      end.stop();
      run.dispose();
    },
  };
}
