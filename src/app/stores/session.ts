/** @file The actions of buttons and keys, which need both the settings and the run. Knows no React. */
import type { LiveChanges, TrainConfig } from '../../rl/config/config.ts';
import { knobs } from '../../rl/config/knobs.ts';
import type { OpenOptions, TrainerError } from '../../rl/run/trainer.ts';
import { isOtherPreset, liveChanges, waitingChanges } from './configChanges.ts';
import type { SettingsStore } from './settingsStore.ts';
import type { Begin, Return, RunStore } from './runStore.ts';

export interface Session {
  readonly run: RunStore;
  readonly settings: SettingsStore;
  /** Opens a run with the current settings. */
  open(): Promise<void>;
  /** Opens a run with these settings, which may continue a step of another; the run before ends where it is. */
  openWith(preset: string, config: TrainConfig, begin?: Begin): Promise<void>;
  /** Opens a failed run at its last step, or a new run if it has trained none. */
  reopen(): Promise<void>;
  /** Continues a kept run; its settings become the current ones. */
  comeBack(to: Return, preset: string): Promise<void>;
  /** Opens the run anew if its settings changed before its first step; false if there is no run that works. */
  prepare(): Promise<boolean>;
  /** Train, pause, arm or lengthen the run, depending on the status; a guide is asked first. */
  toggle(): Promise<void>;
  /** Asks `guide` at each press of Train, which answers whether it acted; null for none. Pause stays Pause. */
  guideTrain(guide: (() => boolean) | null): void;
  step(): Promise<void>;
  /** Returns to step 0 and applies the changes that wait for a new run. */
  reset(): Promise<void>;
  /** Steps that Train adds to a finished run. */
  moreSteps(): number;
  /** Whether the trainer still holds the run after this failure. */
  canGoOn(error: TrainerError): boolean;
  /** Pauses the run after such a failure. */
  goOn(): void;
  dispose(): void;
}

/** Milliseconds after the end of a run in which a press of Pause is ignored. */
const LATE = 400;

/** Failures after which the trainer still holds the run. */
const survivable = new Set(['non-finite-update', 'bad-input', 'reward-term', 'checker']);

/**
 * Sends changes of live settings to the run. Changes made while the run loads or replays wait until that is over,
 * because the replayed steps were trained with the old settings. A chosen preset waits for Reset as a whole.
 */
function createAdjuster(run: RunStore, settings: SettingsStore) {
  let applied: Partial<TrainConfig> = {};
  const send = async (changes: LiveChanges) => {
    applied = { ...applied, ...changes };
    await run.adjust(changes);
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
      run.setPreset(preset);
    },
    stop: () => stops.forEach((stop) => stop()),
  };
}

/** The actions that replace the current run. */
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
    openWith(preset, config, begin) {
      // Set before the settings change: the run that ends must not receive them.
      adjuster.opened(preset, config);
      settings.adopt({ preset, config, notices: [], draft: null });
      return run.open(config, options, begin);
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
      settings.adopt({ preset, config });
      return run.comeBack(to, options);
    },
  };
}

/** Whether the current run finished less than `LATE` ms ago. `now` in milliseconds, of a monotonic clock. */
function watchEnd(run: RunStore, now: () => number) {
  let endedAt = -Infinity;
  const stop = run.subscribe(({ status }, before) => {
    if (status === 'finished' && before.status === 'running') endedAt = now();
  });
  return { stop, isJustNow: () => run.getState().status === 'finished' && now() - endedAt < LATE };
}

/** Asks, before the first step, whether an objective or reward terms of a link are meant; answers whether it asked. */
const askerOf = (run: RunStore, settings: SettingsStore) => (pressed: 'train' | 'step') => {
  const { draft, offered, termsQuestion } = settings.getState();
  if (run.getState().step > 0) return false;
  const asksObjective = draft?.fromLink === true && draft.question !== 'answered';
  const asksTerms = !asksObjective && Object.keys(offered).length > 0 && termsQuestion !== 'answered';
  if (asksObjective) settings.setQuestion(pressed);
  if (asksTerms) settings.setTermsQuestion(pressed);
  return asksObjective || asksTerms;
};

/** Whether changes of the settings wait for a new run. */
function hasWaiting(run: RunStore, settings: SettingsStore): boolean {
  const { config } = run.getState();
  return (
    config !== null &&
    waitingChanges(settings.getState().config, config, isOtherPreset(settings.getState(), run.getState())).length > 0
  );
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
  const isWaiting = () => hasWaiting(run, settings);
  /** Opens a run anew if its settings changed before its first step, where nothing is lost. */
  const catchUp = async () => {
    if (run.getState().step === 0 && isWaiting()) await open();
    await adjuster.adjust();
    return run.getState().status !== 'failed';
  };
  const asks = askerOf(run, settings);
  let guide: (() => boolean) | null = null;
  const isStill = () => ['ready', 'paused', 'finished'].includes(run.getState().status);
  const moreSteps = () => Math.min(100, knobs.maxSteps.max - run.getState().step);

  /** Lengthens the current run; the settings follow if they belong to it. */
  const lengthen = async (maxSteps: number) => {
    if (isOtherPreset(settings.getState(), run.getState())) await adjuster.send({ maxSteps });
    else settings.setKnob('maxSteps', maxSteps);
  };

  return {
    run,
    settings,
    ...openings,
    moreSteps,
    prepare: catchUp,
    guideTrain(next) {
      guide = next;
    },
    async toggle() {
      const { status, armed, step } = run.getState();
      if (status !== 'running' && !end.isJustNow() && guide?.()) return undefined;
      if (status === 'loading') return armed || !asks('train') ? run.arm(!armed) : undefined;
      if (status === 'running') return run.pause();
      if (!isStill() || end.isJustNow() || asks('train')) return undefined;
      if (status === 'finished' && (run.getState().config?.maxSteps ?? 0) <= step) await lengthen(step + moreSteps());
      return (await catchUp()) ? run.start() : undefined;
    },
    async step() {
      if (isStill() && !asks('step') && (await catchUp())) await run.step();
    },
    async reset() {
      const { status } = run.getState();
      return status === 'loading' || status === 'empty' || status === 'failed' || isWaiting() ? open() : run.reset();
    },
    canGoOn: ({ code }) => survivable.has(code),
    goOn: () => run.goOn(),
    dispose() {
      adjuster.stop();
      end.stop();
      run.dispose();
    },
  };
}
