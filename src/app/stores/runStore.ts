/** @file The run in hand as plain data: status, rows for the charts, recent completions, loading, error. Knows no React. */
import { z } from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TrainConfig } from '../../rl/config.ts';
import type { Listen, OpenOptions, RunInfo, RunSnapshot, Status, StepReport, Trainer, TrainerError, TrainerEvent } from '../../rl/trainer.ts';
import type { Row } from '../../ui/charts/series.ts';
import { text } from '../../ui/text.ts';
import type { LoadingView } from '../../ui/types.ts';
import { keptReports, withEvaluation, withStep } from './history.ts';

/** What makes a trainer: in a worker on the page, in this thread in tests. */
export type Connect = () => { trainer: Trainer; listen: Listen; terminate(): void };

export interface RunState {
  readonly status: Status;
  readonly info: RunInfo | null;
  /** What the run was asked to be; `info.config` is what the backend made of it. */
  readonly config: TrainConfig | null;
  /** Steps committed in this run. */
  readonly step: number;
  readonly rows: readonly Row[];
  /** The newest reports with their completions, oldest first. */
  readonly reports: readonly StepReport[];
  readonly tokensPerSecond: number | null;
  readonly loading: LoadingView | null;
  readonly error: TrainerError | null;
  /** The last adapter that outlives its worker; a fresh trainer can go on from it. */
  readonly checkpoint: RunSnapshot | null;
  /** Train was pressed while loading. */
  readonly armed: boolean;
}

export interface RunStore extends StoreApi<RunState> {
  /** Ends the run in hand and opens another; after a failure also replaces the trainer. */
  open(config: TrainConfig, options: OpenOptions): Promise<void>;
  /** Opens the same run in a fresh trainer, paused at its snapshot; steps after that are taken off the page. */
  resume(options: OpenOptions): Promise<void>;
  start(): Promise<void>;
  pause(): Promise<void>;
  step(): Promise<void>;
  reset(): Promise<void>;
  arm(on: boolean): void;
  trainer(): Trainer;
  dispose(): void;
}

const empty: RunState = {
  status: 'empty', info: null, config: null, step: 0, rows: [], reports: [], tokensPerSecond: null, loading: null, error: null, checkpoint: null,
  armed: false,
};

const fresh = { step: 0, rows: [], reports: [], tokensPerSecond: null, error: null, checkpoint: null } as const;

const errorShape = z.object({ code: z.string(), message: z.string(), kept: z.string(), remedy: z.string() });

/** Anything thrown, as the data that the page shows. */
export function toTrainerError(cause: unknown): TrainerError {
  const known = errorShape.safeParse(cause);
  if (known.success) return known.data;
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : text.failure.code;
  return { code, message, kept: text.failure.kept, remedy: text.failure.remedy };
}

/**
 * The state with one more step. The trainer numbers steps from 0; here the first is 1, so that the number is also how many
 * were committed, and an evaluation of that number came right after it.
 */
function committed(state: RunState, reported: StepReport): Partial<RunState> {
  const report = { ...reported, step: reported.step + 1 };
  return {
    step: report.step,
    rows: withStep(state.rows, report),
    reports: [...state.reports.filter(({ step }) => step !== report.step), report].slice(-keptReports),
    tokensPerSecond: report.tokensPerSecond,
  };
}

/** The state after an event of the trainer. */
export function reduce(state: RunState, event: TrainerEvent): Partial<RunState> {
  switch (event.type) {
    case 'status':
      // A failure carries a sentence; a bare status that comes after it must not hide the sentence.
      return state.error && event.status !== 'failed' && event.status !== 'loading' ? {} : { status: event.status };
    case 'loading':
      return { loading: { label: event.label, loadedBytes: event.loadedBytes, totalBytes: event.totalBytes } };
    case 'step':
      return committed(state, event.report);
    case 'evaluation':
      return { rows: withEvaluation(state.rows, event.report) };
    case 'checkpoint':
      return { checkpoint: event.snapshot };
    case 'error':
      return { status: 'failed', error: event.error, loading: null, armed: false };
  }
}

class Connection {
  private current: ReturnType<Connect> | null = null;

  constructor(private readonly connect: Connect, private readonly onEvent: (event: TrainerEvent) => void) {}

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
}

class TrainerRun implements RunStore {
  private readonly store = createStore<RunState>(() => empty);
  private readonly connection: Connection;
  private opening = 0;
  readonly getState = this.store.getState;
  readonly setState = this.store.setState;
  readonly subscribe = this.store.subscribe;
  readonly getInitialState = this.store.getInitialState;

  constructor(connect: Connect) {
    this.connection = new Connection(connect, (event) => this.setState((state) => reduce(state, event)));
  }

  open(config: TrainConfig, options: OpenOptions): Promise<void> {
    if (this.getState().status === 'failed') this.connection.close();
    this.setState({ ...fresh, config });
    return this.load(config, options, async () => {
      const { status, armed } = this.getState();
      this.setState({ armed: false, ...(status === 'loading' ? { status: 'ready' } : {}) });
      if (armed) await this.connection.trainer.start();
    });
  }

  async resume(options: OpenOptions): Promise<void> {
    const { checkpoint: snapshot } = this.getState();
    if (!snapshot) return;
    this.connection.close();
    await this.load(snapshot.config, options, async () => {
      await this.connection.trainer.restore(snapshot);
      this.setState(({ rows, reports }) => ({
        status: 'paused', armed: false, step: snapshot.step,
        rows: rows.filter(({ step }) => step <= snapshot.step), reports: reports.filter(({ step }) => step <= snapshot.step),
      }));
    });
  }

  // The status is shown at once, so that a second press of the same key means the opposite; the trainer's own events follow.
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
    return this.request('running', async () => {
      const report = await this.connection.trainer.step();
      if (this.getState().step !== report.step + 1) this.setState((state) => committed(state, report));
      this.settle('running', 'paused');
    });
  }

  reset(): Promise<void> {
    return this.request('pausing', async () => {
      await this.connection.trainer.reset();
      this.setState({ ...fresh, status: 'ready' });
    });
  }

  arm(armed: boolean): void {
    this.setState({ armed });
  }

  trainer(): Trainer {
    return this.connection.trainer;
  }

  dispose(): void {
    this.connection.close();
  }

  /** Opens a run; `arrived` follows unless another was asked for meanwhile. */
  private load(config: TrainConfig, options: OpenOptions, arrived: () => Promise<void>): Promise<void> {
    const turn = ++this.opening;
    this.setState({ status: 'loading', info: null, loading: null, error: null });
    return this.attempt(async () => {
      const info = await this.connection.trainer.open(config, options);
      if (turn !== this.opening) return;
      this.setState({ info, loading: null });
      await arrived();
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

export const createRunStore = (connect: Connect): RunStore => new TrainerRun(connect);
