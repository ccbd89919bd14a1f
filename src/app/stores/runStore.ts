/** @file The run in hand and the trainer behind it: opening, going on, training, pausing. Knows no React. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TrainConfig } from '../../rl/config/config.ts';
import { keptAdapter } from '../../rl/run/failure.ts';
import type { Listen, OpenOptions, RunSnapshot, Status, Trainer, TrainerEvent } from '../../rl/run/trainer.ts';
import type { Row } from '../../ui/charts/series.ts';
import { text } from '../../ui/text.ts';
import { newId } from './newId.ts';
import { committed, emptyRun, freshRun, type Parent, reduce, type RunState, toTrainerError } from './runState.ts';

export { toTrainerError, type Parent, type RunState } from './runState.ts';

/** What makes a trainer: in a worker on the page, in this thread in tests. */
export type Connect = () => { trainer: Trainer; listen: Listen; terminate(): void; renew?(): Promise<void> };

/** A run that was there before, and the step at which it goes on. */
export interface Return {
  readonly key: string;
  readonly parent: Parent | null;
  /** The configuration of step 0. */
  readonly initial: TrainConfig;
  readonly adjusted: boolean;
  /** Rows of steps up to `step`. */
  readonly rows: readonly Row[];
  readonly step: number;
  /** The newest snapshot at or before `step`; null begins with the fresh adapter of step 0. */
  readonly snapshot: RunSnapshot | null;
}

export interface RunStore extends StoreApi<RunState> {
  /** Ends the run in hand and opens another; after a failure also replaces the trainer. */
  open(config: TrainConfig, options: OpenOptions): Promise<void>;
  /**
   * Opens a run again in a fresh trainer, paused at `step`: from the snapshot, with the steps in between trained again
   * and compared.
   */
  comeBack(to: Return, options: OpenOptions): Promise<void>;
  start(): Promise<void>;
  pause(): Promise<void>;
  step(): Promise<void>;
  reset(): Promise<void>;
  /** Takes a snapshot of the last committed step, which the page keeps. */
  keep(): Promise<void>;
  arm(on: boolean): void;
  trainer(): Trainer;
  /** Gives the trainer up, whatever it is doing, as a failure of the run with this sentence. */
  lose(message: string): void;
  dispose(): void;
}

/** The file of rollouts with that SHA-256, or null where it is not here. */
export type FindRollouts = (sha256: string) => Promise<Uint8Array | null>;

class Connection {
  private current: ReturnType<Connect> | null = null;

  constructor(
    private readonly connect: Connect,
    private readonly onEvent: (event: TrainerEvent) => void,
  ) {}

  get trainer(): Trainer {
    return this.live().trainer;
  }

  private live(): ReturnType<Connect> {
    if (this.current) return this.current;
    const made = this.connect();
    // Events of a trainer that was replaced are late news about a run that is gone.
    made.listen((event) => {
      if (this.current === made) this.onEvent(event);
    });
    this.current = made;
    return made;
  }

  close(): void {
    this.current?.terminate();
    this.current = null;
  }

  /**
   * Like `close`, after the trainer's files were reloaded past every cache, which may hold another file under a name.
   */
  async closeAfterRenewal(): Promise<void> {
    const ended = this.current;
    this.current = null;
    await ended?.renew?.();
    ended?.terminate();
  }
}

class TrainerRun implements RunStore {
  private readonly store = createStore<RunState>(() => emptyRun);
  private readonly connection: Connection;
  private opening = 0;
  /** A run was asked for and the trainer has not begun to open it. */
  private asked = false;
  readonly getState = this.store.getState;
  readonly setState = this.store.setState;
  readonly subscribe = this.store.subscribe;
  readonly getInitialState = this.store.getInitialState;

  constructor(
    connect: Connect,
    private readonly findRollouts: FindRollouts,
  ) {
    this.connection = new Connection(connect, (event) => this.hear(event));
  }

  private hear(event: TrainerEvent): void {
    if (event.type === 'status' && event.status === 'loading') this.asked = false;
    // Until then it still tells of the run before, whose step and evaluation in flight are no part of this one.
    if (!this.asked || event.type === 'error') this.setState((state) => reduce(state, event));
  }

  open(config: TrainConfig, options: OpenOptions): Promise<void> {
    const ended = this.getState().status === 'failed' ? this.endTrainer() : null;
    this.setState({ ...freshRun, key: newId(), config, initial: config });
    return this.load(config, options, ended, async () => {
      const { status, armed } = this.getState();
      this.setState({ armed: false, ...(status === 'loading' ? { status: 'ready' } : {}) });
      if (armed) await this.connection.trainer.start();
    });
  }

  comeBack({ key, parent, initial, adjusted, rows, step, snapshot }: Return, options: OpenOptions): Promise<void> {
    const ended = this.endTrainer();
    const config = snapshot?.config ?? initial;
    const from = snapshot?.step ?? 0;
    const replay = step > from ? { from, step: from, target: step, differing: 0 } : null;
    this.setState({
      ...freshRun,
      key,
      parent,
      config,
      initial,
      adjusted,
      rows,
      step,
      checkpoint: snapshot,
      armed: false,
      replay,
      replaying: true,
    });
    return this.load(config, options, ended, async (turn) => {
      const { trainer } = this.connection;
      if (snapshot) await trainer.restore(snapshot);
      for (let done = from; done < step && turn === this.opening; done++) await trainer.step();
      if (turn !== this.opening) return;
      if (step > from) await this.keep();
      const { armed } = this.getState();
      this.setState({
        replaying: false,
        armed: false,
        status: step >= config.maxSteps ? 'finished' : step === 0 ? 'ready' : 'paused',
      });
      if (armed && step < config.maxSteps) await this.start();
    });
  }

  // The status is shown at once, so that a second press of the same key means the opposite; the trainer's own events
  // follow.
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

  trainer(): Trainer {
    return this.connection.trainer;
  }

  lose(message: string): void {
    this.connection.close();
    // What still waits for it must not be heard.
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
    // A failure without a run: something could not be loaded.
    if (status === 'failed' && !info) return this.connection.closeAfterRenewal();
    this.connection.close();
    return null;
  }

  /** Opens a run once the trainer before has `ended`; `arrived` follows unless another was asked for meanwhile. */
  private load(
    config: TrainConfig,
    options: OpenOptions,
    ended: Promise<void> | null,
    arrived: (turn: number) => Promise<void>,
  ): Promise<void> {
    const turn = ++this.opening;
    this.asked = true;
    this.setState({ status: 'loading', info: null, loading: null, error: null });
    return this.attempt(async () => {
      if (ended) await ended;
      if (turn !== this.opening) return;
      const rollouts = config.rolloutFile === '' ? null : await this.findRollouts(config.rolloutFile);
      if (turn !== this.opening) return;
      const info = await this.connection.trainer.open(config, options, ...(rollouts ? [rollouts] : []));
      if (turn !== this.opening) return;
      this.setState({ info, loading: null });
      await arrived(turn);
    });
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
      // The trainer tells of its failures itself and knows more of them than what was thrown.
      if (turn !== this.opening || this.getState().error !== null) return;
      this.setState((state) => reduce(state, { type: 'error', error: toTrainerError(cause) }));
    }
  }

  /** Where a request answers without an event, the status it implies is taken, unless an event was faster. */
  private settle(from: Status, to: Status): void {
    this.setState(({ status }) => (status === from ? { status: to } : {}));
  }
}

/** `findRollouts` brings the files that runs learn from by name; without it there are none. */
export const createRunStore = (connect: Connect, findRollouts: FindRollouts = async () => null): RunStore =>
  new TrainerRun(connect, findRollouts);
