/**
 * @file The viewed step of the run: the newest, or an earlier one that a trainer of its own rebuilds from a checkpoint
 * and replay, so that the run itself is not touched. Knows no React.
 */
import { createStore } from 'zustand/vanilla';
import { present } from '../../lib/assert.ts';
import type { ReadableStore } from '../../lib/readableStore.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import type { OpenOptions, RunSnapshot, StepReport } from '../../rl/run/trainer.ts';
import type { Library } from './library.ts';
import type { Return } from './runReturn.ts';
import { emptyRun, type RunState } from './runState.ts';
import type { RunStore } from './runStore.ts';

/** Milliseconds without a move after which the viewed step is rebuilt. */
const REST = 250;
/** Milliseconds after which the trainer of the past is closed while nobody looks at an earlier step. */
const PATIENCE = 60_000;

export interface ViewedState {
  /** Number of the viewed step; null follows the run. */
  readonly step: number | null;
  /** The run in which that step is rebuilt; null until there is one. */
  readonly past: RunStore | null;
  /** Steps of the run's kept checkpoints, ascending. */
  readonly checkpoints: readonly number[];
}

export interface Viewing extends ReadableStore<ViewedState> {
  /** Views a step; null, and a step that the run has not trained, follow the run. */
  readonly look: (step: number | null) => void;
  /** The run that answers for the viewed step, once it stands there; null if another step is viewed meanwhile. */
  reader(): Promise<RunStore | null>;
  dispose(): void;
}

/** The surroundings of the viewed step. */
export interface ViewingHost {
  readonly run: RunStore;
  readonly library: Pick<Library, 'snapshot' | 'checkpointSteps'>;
  readonly options: OpenOptions;
  /** Makes a run store without a run. */
  newRun(): RunStore;
}

const idle = createStore<RunState>(() => emptyRun);

/** The run in which a step is rebuilt; one that never changes where there is none. */
export const pastOf = ({ past }: ViewedState): ReadableStore<RunState> => past ?? idle;

/** Whether a run stands at a step and can be asked about it. */
export const stands = ({ step, replaying, status, info }: RunState, at: number): boolean =>
  step === at && !replaying && info !== null && (status === 'ready' || status === 'paused' || status === 'finished');

/** The report of a step among those in memory. */
export const reportOf = (step: number, ...runs: readonly (RunState | undefined)[]): StepReport | undefined =>
  runs.flatMap((run) => run?.reports ?? []).find((report) => report.step === step);

/** Replayed steps are not evaluated again: evaluations do not change the training. */
const withoutEvaluation = (config: TrainConfig): TrainConfig => ({ ...config, evalEvery: 0 });

class ViewedStep implements Viewing {
  private readonly store = createStore<ViewedState>(() => ({ step: null, past: null, checkpoints: [] }));
  readonly getState = this.store.getState;
  readonly getInitialState = this.store.getInitialState;
  readonly subscribe = this.store.subscribe;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** The run whose trainer is being loaded. */
  private opening: RunStore | null = null;
  private readonly stop: () => void;

  constructor(private readonly host: ViewingHost) {
    this.stop = host.run.subscribe((state, before) => {
      if (state.key !== before.key) {
        this.close();
        this.store.setState({ checkpoints: [] });
      }
      // Train and Step show the run.
      else if (state.status === 'running' && before.status !== 'running' && before.status !== 'pausing')
        this.look(null);
      if (state.key !== before.key || state.checkpoint !== before.checkpoint) void this.mark(state.key);
    });
  }

  look = (step: number | null): void => {
    const { step: newest } = this.host.run.getState();
    clearTimeout(this.timer);
    if (step === null || step > newest || newest === 0) {
      this.store.setState({ step: null });
      this.timer = setTimeout(() => this.close(), PATIENCE);
      return;
    }
    this.store.setState(({ past }) => ({ step, past: past ?? this.host.newRun() }));
    this.timer = setTimeout(() => void this.rebuild(), REST);
  };

  reader(): Promise<RunStore | null> {
    const { step, past } = this.getState();
    if (step === null || !past) return Promise.resolve(this.host.run);
    return new Promise((resolve, reject) => {
      const look = () => {
        const state = past.getState();
        const isGone = this.getState().step !== step || this.getState().past !== past;
        if (!isGone && !stands(state, step) && !state.error) return;
        for (const stop of stops) stop();
        if (isGone || stands(state, step)) resolve(isGone ? null : past);
        else reject(new Error(state.error?.message));
      };
      const stops = [past.subscribe(look), this.subscribe(look)];
      look();
    });
  }

  dispose(): void {
    this.stop();
    this.close();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.getState().past?.dispose();
    this.store.setState({ step: null, past: null });
  }

  private async mark(key: string): Promise<void> {
    const checkpoints = await this.host.library.checkpointSteps(key).catch(() => []);
    if (this.host.run.getState().key === key) this.store.setState({ checkpoints });
  }

  /** Moves the trainer of the past to the viewed step; a move that began before ends. */
  private async rebuild(): Promise<void> {
    const { step, past } = this.getState();
    if (step === null || !past || this.opening === past || stands(past.getState(), step)) return;
    const to = await this.wayTo(step, past);
    if (this.getState().step !== step || this.getState().past !== past || this.opening === past) return;
    const { info, status } = past.getState();
    if (info !== null && status !== 'failed') return past.visit(to);
    // A trainer that loads cannot be moved: the step viewed afterwards is the one to go to.
    this.opening = past;
    await past.comeBack({ ...to, step: to.snapshot?.step ?? 0 }, this.host.options);
    if (this.opening === past) this.opening = null;
    if (past.getState().status !== 'failed') return this.rebuild();
  }

  /** The way to a step: from the newest snapshot before it, so that its update is trained again as well. */
  private async wayTo(step: number, past: RunStore): Promise<Return> {
    const { run, library } = this.host;
    const { key, parent, initial, adjusted, rows, checkpoint } = run.getState();
    // Without the database the replay begins earlier.
    const kept = await library.snapshot(key, step - 1).catch(() => null);
    const known = [kept, past.getState().checkpoint, checkpoint];
    const snapshot = known.reduce<RunSnapshot | null>(
      (best, one) => (one && one.step < step && one.step > (best?.step ?? 0) ? one : best),
      null,
    );
    return {
      key,
      parent,
      initial: withoutEvaluation(present(initial, 'the settings of step 0')),
      adjusted,
      rows,
      step,
      snapshot: snapshot && { ...snapshot, config: withoutEvaluation(snapshot.config) },
    };
  }
}

export const createViewing = (host: ViewingHost): Viewing => new ViewedStep(host);
