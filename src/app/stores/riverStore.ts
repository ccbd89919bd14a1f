/** @file The river of the page: when it is read, at which prompt, and its pictures so far. Knows no React. */
import { createStore } from 'zustand/vanilla';
import type { ReadableStore } from '../../lib/readableStore.ts';
import { defaultConfig } from '../../rl/config/config.ts';
import { sentenceOf } from '../../rl/run/failure.ts';
import type { River, RiverQuery } from '../../rl/river/river.ts';
import type { UpdateView } from '../../ui/river/view.ts';
import { groupToShow, updateViewOf, withFrame } from './riverFilm.ts';
import type { RunState, RunStore } from './runStore.ts';

/** Most of the training time that reading the river during training may take. */
export const RIVER_SHARE = 0.05;
/** Seconds that the first reading during training is expected to take. */
const FIRST_READING = 0.05;

export interface RiverState {
  /** Of one prompt, oldest first. */
  readonly frames: readonly River[];
  /** The newest step, if it was looked at after training stopped. */
  readonly update: UpdateView | null;
  readonly error: string | null;
  /** Share of the training time that reading took; null before any. */
  readonly share: number | null;
}

export interface RiverStore extends ReadableStore<RiverState> {
  /** Counts a part that shows the river, until the returned function is called; it is only read for such parts. */
  watch(): () => void;
  /** Films this prompt from now on. */
  film(prompt: string): void;
}

const empty: RiverState = { frames: [], update: null, error: null, share: null };

/** Whether the trainer can read a river in this state of the run; a run about to start does not wait for one. */
const isOpen = ({ status, info, replaying, armed }: RunState): boolean =>
  info !== null && !replaying && !armed && ['ready', 'running', 'paused', 'finished'].includes(status);

class Watch {
  private readonly store = createStore<RiverState>(() => empty);
  readonly getState = this.store.getState;
  readonly getInitialState = this.store.getInitialState;
  readonly subscribe = this.store.subscribe;
  /** Parts on the screen that show the river. */
  private watchers = 0;
  private isBusy = false;
  /** The run's graph for reading is built. */
  private isWarm = false;
  /** A run without a river is asked once. */
  private hasFailed = false;
  /** Steps at the last rest. */
  private restedAt = 0;
  private key = '';
  /** Seconds that steps of this run took while the river could be read, and that reading took meanwhile. */
  private trained = 0;
  private spent = 0;
  private counted = 0;
  private expected = FIRST_READING;

  /** The prompt of the film; null takes the first of the coming step. */
  private prompt: string | null;

  /** `beside`: the store of the same run as it trains, whose prompt is filmed at earlier steps as well. */
  constructor(
    private readonly run: RunStore,
    private readonly beside: RiverStore | null,
  ) {
    this.prompt = this.promptBeside();
    run.subscribe((state, before) => {
      const names = ['step', 'status', 'key', 'info', 'replaying'] as const;
      if (names.some((name) => state[name] !== before[name])) this.look();
    });
  }

  watch(): () => void {
    this.watchers++;
    this.look();
    return () => {
      this.watchers--;
    };
  }

  film(prompt: string): void {
    this.prompt = prompt;
    this.store.setState({ frames: [] });
    void this.readFrame();
  }

  private promptBeside(): string | null {
    return this.beside?.getState().frames[0]?.prompt ?? null;
  }

  private look(): void {
    const state = this.run.getState();
    if (state.key !== this.key) this.begin(state.key);
    this.count(state);
    if (this.watchers === 0 || this.isBusy || this.hasFailed || !isOpen(state)) return;
    if (state.status === 'running') this.lookWhileTraining();
    else this.lookAtRest(state);
  }

  private begin(key: string): void {
    this.key = key;
    [this.trained, this.spent, this.counted, this.expected] = [0, 0, 0, FIRST_READING];
    this.prompt = this.promptBeside();
    [this.isBusy, this.hasFailed, this.isWarm, this.restedAt] = [false, false, false, 0];
    this.store.setState(empty);
  }

  private count({ reports, step }: RunState): void {
    const fresh = reports.filter((report) => report.step >= this.counted);
    if (this.watchers > 0) for (const { metrics } of fresh) this.trained += metrics['step_time'] ?? 0;
    this.counted = Math.max(this.counted, (reports.at(-1)?.step ?? step - 1) + 1);
  }

  /** Reads a picture of the film as soon as all readings together stay below their share of the time. */
  private lookWhileTraining(): void {
    if (this.spent + this.expected > RIVER_SHARE * this.trained) return;
    void this.readFrame((river) => {
      this.spent += river.seconds;
      // The first reading of a run also builds the graph.
      if (this.isWarm) this.expected = river.seconds;
      // The update of an earlier step gives way to the film.
      this.store.setState({ share: this.spent / this.trained, update: null });
    });
  }

  /** Reads the film's last picture, and the newest step before and after its update. */
  private lookAtRest({ step, reports, config }: RunState): void {
    const { frames, update } = this.getState();
    if (!frames.some((frame) => frame.step === step)) return void this.readFrame();
    const isSingle = this.beside === null && step === this.restedAt + 1;
    this.restedAt = step;
    const report = reports.at(-1);
    if (!report || report.step !== step || update?.step === step) return;
    const place = groupToShow(report.groups, frames[0]?.prompt);
    const group = report.groups[place];
    if (!group) return;
    const paths = group.completions.map(({ tokenIds }) => tokenIds);
    void this.read({ prompt: group.prompt, before: true, paths }, (river) =>
      this.store.setState({
        update: updateViewOf(river, report.groups, place, { config: config ?? defaultConfig, isSingle }),
      }),
    );
  }

  private readFrame(then: (river: River) => void = () => {}): Promise<void> {
    return this.read({ prompt: this.prompt, before: false, paths: [] }, (river) => {
      this.prompt = river.prompt;
      then(river);
      this.store.setState(({ frames }) => ({ frames: withFrame(frames, river) }));
    });
  }

  /** One reading at a time; what arrives for another run is dropped. */
  private async read(query: RiverQuery, then: (river: River) => void): Promise<void> {
    const { key } = this;
    this.isBusy = true;
    try {
      const river = await this.run.trainer().river(query);
      if (key !== this.key) return;
      this.store.setState({ error: null });
      then(river);
      this.isWarm = true;
    } catch (cause) {
      if (key !== this.key) return;
      this.hasFailed = true;
      this.store.setState({ error: sentenceOf(cause) });
    }
    this.isBusy = false;
    this.look();
  }
}

const made = new WeakMap<RunStore, RiverStore>();

/**
 * The store that watches this run; it outlives the panel, which is taken down while another part covers it. `beside`:
 * the store of the run of which this one shows earlier steps.
 */
export function riverStoreOf(run: RunStore, beside: RiverStore | null = null): RiverStore {
  const found = made.get(run) ?? new Watch(run, beside);
  made.set(run, found);
  return found;
}
