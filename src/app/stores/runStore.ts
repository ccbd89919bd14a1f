/** @file The current run and its trainer: opening, continuing, training, pausing. Knows no React. */
import type { ReadableStore } from '../../lib/readableStore.ts';
import { createStore } from 'zustand/vanilla';
import { filesNamedBy, type LiveChanges, type TrainConfig } from '../../rl/config/config.ts';
import type { Files } from '../../rl/sandbox/ownTask.ts';
import { keptAdapter } from '../../rl/run/failure.ts';
import type { OpenOptions, Status, Trainer, TrainerEvent } from '../../rl/run/trainer.ts';
import { text } from '../../ui/text.ts';
import { type Connect, Connection } from './connection.ts';
import { newId } from './newId.ts';
import { type Begin, liveSettings, type Return, returning } from './runReturn.ts';
import {
  committed,
  emptyRun,
  freshRun,
  openingRun,
  reduce,
  type RunState,
  toTrainerError,
  withAdjustment,
} from './runState.ts';

export type { Connect } from './connection.ts';
export type { Begin, Return } from './runReturn.ts';
export { toTrainerError, type Parent, type RunState } from './runState.ts';

/** A trainer beside that of the run; `end` ends it whatever it is doing. */
export interface Beside {
  readonly trainer: Trainer;
  end(): void;
}

export interface RunStore extends ReadableStore<RunState> {
  /**
   * Ends the current run and opens another; after a failure also replaces the trainer. With `begin` the run continues a
   * step of another run, which is awaited once the trainer is open.
   */
  open(config: TrainConfig, options: OpenOptions, begin?: Begin): Promise<void>;
  /**
   * Opens a run again in a fresh trainer, paused at `step`: it restores the snapshot, trains the steps after it again
   * and compares them with `rows`.
   */
  comeBack(to: Return, options: OpenOptions): Promise<void>;
  /** Like `comeBack` in the trainer that is open on this run; a visit that begins meanwhile ends the one before. */
  visit(to: Return): Promise<void>;
  start(): Promise<void>;
  pause(): Promise<void>;
  step(): Promise<void>;
  reset(): Promise<void>;
  /** Takes a snapshot of the last committed step into `checkpoint`. */
  keep(): Promise<void>;
  arm(on: boolean): void;
  /** Changes live settings of the run; a failure becomes the run's. */
  adjust(changes: LiveChanges): Promise<void>;
  /** Notes the preset of the settings that the next run opens with. */
  setPreset(preset: string): void;
  /** Makes a run that failed, and whose trainer still holds it, a paused one. */
  goOn(): void;
  setSilent(on: boolean): void;
  /** Removes the outcome of a replay. */
  dismissReplay(): void;
  trainer(): Trainer;
  /** Opens another trainer with this configuration beside the run's; the run goes on as it is. */
  beside(config: TrainConfig): Promise<Beside>;
  /** Ends the trainer whatever it is doing; `message` becomes the failure of the run. */
  lose(message: string): void;
  dispose(): void;
}

/** The file with that SHA-256, or null where the browser does not have it. */
export type FindFile = (sha256: string) => Promise<Uint8Array | null>;

class TrainerRun implements RunStore {
  private readonly store = createStore<RunState>(() => emptyRun);
  private readonly connection: Connection;
  private opening = 0;
  /** A run was requested and the trainer has not begun to open it. */
  private asked = false;
  readonly getState = this.store.getState;
  readonly setState = this.store.setState;
  readonly subscribe = this.store.subscribe;
  readonly getInitialState = this.store.getInitialState;

  constructor(
    private readonly connect: Connect,
    private readonly findFile: FindFile,
  ) {
    this.connection = new Connection(connect, (event) => this.hear(event));
  }

  private hear(event: TrainerEvent): void {
    if (event.type === 'status' && event.status === 'loading') this.asked = false;
    // Until then events belong to the previous run, whose step or evaluation may still finish.
    if (!this.asked || event.type === 'error') this.setState((state) => reduce(state, event));
  }

  open(config: TrainConfig, options: OpenOptions, begin?: Begin): Promise<void> {
    const ended = this.getState().status === 'failed' ? this.endTrainer() : null;
    const replaying = begin !== undefined;
    this.setState({ ...freshRun, ...openingRun, key: newId(), config, initial: config, replaying });
    return this.load(config, options, ended, async (turn) => {
      if (begin) return this.beginAt(begin, turn);
      const { status, armed } = this.getState();
      this.setState({ armed: false, ...(status === 'loading' ? { status: 'ready' } : {}) });
      if (armed) await this.connection.trainer.start();
    });
  }

  comeBack(to: Return, options: OpenOptions): Promise<void> {
    const ended = this.endTrainer();
    const { snapshot } = to;
    this.setState({ ...freshRun, ...openingRun, ...returning(to), armed: false });
    return this.load(snapshot?.config ?? to.initial, options, ended, async (turn) => {
      if (snapshot) await this.connection.trainer.restore(snapshot);
      await this.replay(to, turn);
    });
  }

  visit(to: Return): Promise<void> {
    const turn = ++this.opening;
    this.setState({ replaying: true });
    return this.attempt(async () => {
      const { trainer } = this.connection;
      const { snapshot, initial } = to;
      await trainer.adjust(liveSettings(snapshot?.config ?? initial));
      await (snapshot ? trainer.restore(snapshot) : trainer.reset());
      // The step in flight of an earlier visit has reported before.
      if (turn !== this.opening) return;
      this.setState(returning(to));
      await this.replay(to, turn);
    });
  }

  /** Moves the open trainer to the step of another run, and trains if Train was pressed. */
  private async beginAt(begin: Begin, turn: number): Promise<void> {
    const { parent, rows, snapshot } = await begin();
    if (turn !== this.opening) return;
    await this.connection.trainer.restore(snapshot, true);
    // Of this run's configuration: a replay of its first steps begins here.
    const checkpoint = await this.connection.trainer.snapshot();
    if (turn !== this.opening) return;
    const { armed } = this.getState();
    this.setState({
      parent,
      rows,
      checkpoint,
      step: snapshot.step,
      replaying: false,
      armed: false,
      status: 'paused',
    });
    if (armed) await this.start();
  }

  /** Trains the steps from the snapshot to `step` again, unless another run or visit was requested. */
  private async replay({ initial, step, snapshot }: Return, turn: number): Promise<void> {
    const from = snapshot?.step ?? 0;
    const { maxSteps } = snapshot?.config ?? initial;
    for (let done = from; done < step && turn === this.opening; done++) await this.connection.trainer.step();
    if (turn === this.opening && step > from) await this.keep();
    if (turn !== this.opening) return;
    const { armed } = this.getState();
    this.setState({
      replaying: false,
      armed: false,
      status: step >= maxSteps ? 'finished' : step === 0 ? 'ready' : 'paused',
    });
    if (armed && step < maxSteps) await this.start();
  }

  // The status changes before the trainer answers, so that a second press of the same key means the opposite.
  start(): Promise<void> {
    return this.request('running', () => this.connection.trainer.start());
  }

  pause(): Promise<void> {
    return this.request('pausing', async () => {
      await this.connection.trainer.pause();
      this.settle('pausing', 'paused');
    });
  }

  step(): Promise<void> {
    const { key } = this.getState();
    return this.request('running', async () => {
      const report = await this.connection.trainer.step();
      if (this.getState().key !== key) return;
      if (this.getState().step !== report.step + 1) this.setState((state) => committed(state, report));
      this.settle('running', 'paused');
    });
  }

  reset(): Promise<void> {
    return this.request('pausing', async () => {
      await this.connection.trainer.reset();
      this.setState(({ config }) => ({ ...freshRun, key: newId(), initial: config, status: 'ready' }));
    });
  }

  async keep(): Promise<void> {
    const { key } = this.getState();
    const checkpoint = await this.connection.trainer.snapshot();
    if (this.getState().key === key) this.setState({ checkpoint });
  }

  arm(armed: boolean): void {
    this.setState({ armed });
  }

  async adjust(changes: LiveChanges): Promise<void> {
    const { step, status } = this.getState();
    const isLater = (step > 0 || status === 'running') && Object.keys(changes).some((name) => name !== 'maxSteps');
    try {
      await this.connection.trainer.adjust(changes);
      this.setState((state) => withAdjustment(state, changes, isLater));
      // A replay of later steps must begin with these settings.
      if (this.getState().step > 0) await this.keep();
    } catch (cause) {
      this.setState({ status: 'failed', error: toTrainerError(cause) });
    }
  }

  setPreset(preset: string): void {
    this.setState({ preset });
  }

  goOn(): void {
    this.setState({ status: 'paused', error: null });
  }

  setSilent(silent: boolean): void {
    this.setState({ silent });
  }

  dismissReplay(): void {
    this.setState({ replay: null });
  }

  trainer(): Trainer {
    return this.connection.trainer;
  }

  async beside(config: TrainConfig): Promise<Beside> {
    const { info } = this.getState();
    const files = await this.filesOf(config);
    const { trainer, terminate } = this.connect();
    try {
      // One worker: the run may be training meanwhile.
      await trainer.open(config, { backend: info?.backend ?? 'auto', workers: 1 }, ...(files ? [files] : []));
    } catch (error) {
      terminate();
      throw error;
    }
    return { trainer, end: terminate };
  }

  lose(message: string): void {
    this.connection.close();
    // Ends every request that still waits for the lost trainer.
    this.opening++;
    const { step, checkpoint } = this.getState();
    const kept = step === 0 ? text.failure.nothingLost : keptAdapter(checkpoint?.step ?? null);
    this.setState((state) =>
      reduce(state, { type: 'error', error: { code: 'worker-silent', message, kept, remedy: text.silence.remedy } }),
    );
  }

  dispose(): void {
    this.connection.close();
  }

  private endTrainer(): Promise<void> | null {
    const { status, info } = this.getState();
    // The failure came before the run existed: a file could not be loaded.
    if (status === 'failed' && !info) return this.connection.closeAfterRenewal();
    this.connection.close();
    return null;
  }

  /**
   * Opens a run after `ended`, the end of the trainer before; then calls `arrived` unless another run was requested.
   */
  private load(
    config: TrainConfig,
    options: OpenOptions,
    ended: Promise<void> | null,
    arrived: (turn: number) => Promise<void>,
  ): Promise<void> {
    const turn = ++this.opening;
    this.asked = true;
    return this.attempt(async () => {
      if (ended) await ended;
      if (turn !== this.opening) return;
      const files = await this.filesOf(config);
      if (turn !== this.opening) return;
      const info = await this.connection.trainer.open(config, options, ...(files ? [files] : []));
      if (turn !== this.opening) return;
      this.setState({ info, loading: null });
      await arrived(turn);
    });
  }

  /** The files that the configuration names, as far as the browser has them; null if it names none. */
  private async filesOf(config: TrainConfig): Promise<Files | null> {
    const named = filesNamedBy(config);
    const found = await Promise.all(named.map(async (sha256) => [sha256, await this.findFile(sha256)] as const));
    return named.length === 0
      ? null
      : Object.fromEntries(found.flatMap(([sha256, bytes]) => (bytes ? [[sha256, bytes]] : [])));
  }

  private request(status: Status, work: () => Promise<void>): Promise<void> {
    this.setState({ status, error: null });
    return this.attempt(work);
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    const turn = this.opening;
    try {
      await work();
    } catch (cause) {
      // The trainer’s own error event says more than the exception.
      if (turn !== this.opening || this.getState().error !== null) return;
      this.setState((state) => reduce(state, { type: 'error', error: toTrainerError(cause) }));
    }
  }

  /** Sets the status that an answer without an event implies, unless an event came first. */
  private settle(from: Status, to: Status): void {
    this.setState(({ status }) => (status === from ? { status: to } : {}));
  }
}

/** `findFile` finds the files that configurations name; the default finds none. */
export const createRunStore = (connect: Connect, findFile: FindFile = async () => null): RunStore =>
  new TrainerRun(connect, findFile);
