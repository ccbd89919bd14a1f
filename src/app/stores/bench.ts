/**
 * @file The bench: one group of the run under several algorithms, each making one real update on a fork. A trainer
 * beside the run's is brought to the step before the group, from a kept snapshot and by training again. Knows no React.
 */
import { createStore } from 'zustand/vanilla';
import type { ReadableStore } from '../../lib/readableStore.ts';
import { withAlgorithm } from '../../rl/algorithm/configured.ts';
import { type ChoiceName, choices } from '../../rl/config/choices.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import { isFatal, sentenceOf } from '../../rl/run/failure.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { OneUpdate } from '../../rl/run/updateReport.ts';
import type { GroupReport } from '../../rl/step/report.ts';
import type { Library } from './library.ts';
import type { Beside, RunStore } from './runStore.ts';

export const MOST_COLUMNS = 6;

/** Algorithms that the bench opens with, after the run's own. */
export const usualColumns = ['grpo', 'drGrpo', 'rloo', 'dapo', 'gspo'] as const;

/** A group of the run, before whose step the weights are frozen. */
export interface Frozen {
  /** Steps trained before it. */
  readonly step: number;
  readonly group: GroupReport;
}

export interface BenchColumn {
  readonly id: number;
  readonly config: TrainConfig;
  /** Null until its update is made. */
  readonly update: OneUpdate | null;
  /** Why there is no update. */
  readonly problem: string | null;
}

export interface BenchState {
  /** The step of the trainer while it is brought to the group; null when it is there. */
  readonly building: number | null;
  /** Why the group cannot be brought back; ends the bench. */
  readonly problem: string | null;
  readonly columns: readonly BenchColumn[];
}

export interface Bench extends ReadableStore<BenchState> {
  readonly frozen: Frozen;
  /** Adds a column, or puts another in the place of one. */
  put(config: TrainConfig, replaced?: number): void;
  remove(id: number): void;
  /** Resolves when no column waits. */
  settled(): Promise<void>;
  end(): void;
}

/** Parts of an algorithm that a run may replace. */
const parts: readonly ChoiceName[] = [
  'advantage',
  'aggregation',
  'maskedCompletions',
  'zeroStdGroups',
  'klEstimator',
  'klPlacement',
  'klBiasCorrection',
  'importanceCorrection',
  'offPolicyMask',
];

/** The run's configuration with an algorithm as its paper has it. */
export const columnConfig = (config: TrainConfig, algorithm: string): TrainConfig => ({
  ...withAlgorithm(config, algorithm),
  objectiveText: '',
  ...Object.fromEntries(parts.map((part) => [part, choices[part].default])),
});

/** Configurations of the first columns: the run's own, the user's objective if it is another, and the usual ones. */
export function firstColumns(config: TrainConfig, objective: string): readonly TrainConfig[] {
  const own = objective === '' || objective === config.objectiveText ? [] : [{ ...config, objectiveText: objective }];
  const usual = usualColumns.filter((id) => id !== config.algorithm).map((id) => columnConfig(config, id));
  return [config, ...own, ...usual].slice(0, MOST_COLUMNS);
}

class GroupBench implements Bench {
  private readonly store = createStore<BenchState>(() => ({ building: 0, problem: null, columns: [] }));
  private beside: Promise<Beside> | null = null;
  private working: Promise<void> | null = null;
  private ended = false;
  private nextId = 0;
  readonly getState = this.store.getState;
  readonly setState = this.store.setState;
  readonly subscribe = this.store.subscribe;
  readonly getInitialState = this.store.getInitialState;

  constructor(
    readonly frozen: Frozen,
    private readonly run: RunStore,
    private readonly library: Pick<Library, 'read'>,
  ) {}

  put(config: TrainConfig, replaced?: number): void {
    const column = { id: this.nextId++, config, update: null, problem: null };
    const { columns } = this.getState();
    this.setState({
      columns: columns.some(({ id }) => id === replaced)
        ? columns.map((other) => (other.id === replaced ? column : other))
        : [...columns, column].slice(0, MOST_COLUMNS),
    });
    this.working ??= this.work().finally(() => (this.working = null));
  }

  remove(id: number): void {
    this.setState(({ columns }) => ({ columns: columns.filter((column) => column.id !== id) }));
  }

  async settled(): Promise<void> {
    await this.working;
  }

  end(): void {
    this.ended = true;
    void this.beside?.then(({ end }) => end()).catch(() => {});
  }

  private waiting(): BenchColumn | undefined {
    if (this.ended || this.getState().problem !== null) return undefined;
    return this.getState().columns.find(({ update, problem }) => update === null && problem === null);
  }

  private async work(): Promise<void> {
    try {
      this.beside ??= this.broughtBack();
      const { trainer } = await this.beside;
      for (let column = this.waiting(); column; column = this.waiting()) await this.fill(trainer, column);
    } catch (error) {
      if (!this.ended) this.setState({ problem: sentenceOf(error), building: null });
    }
  }

  private async fill(trainer: Beside['trainer'], { id, config }: BenchColumn): Promise<void> {
    const { prompt, completions } = this.frozen.group;
    const found = await trainer
      .oneUpdate({ config, prompt, completions: completions.map(({ tokenIds }) => [...tokenIds]) })
      .then(
        (update) => ({ update }),
        (error: unknown) => {
          if (isFatal(error)) throw error;
          return { problem: sentenceOf(error) };
        },
      );
    this.setState(({ columns }) => ({
      columns: columns.map((column) => (column.id === id ? { ...column, ...found } : column)),
    }));
  }

  /** The newest snapshot of the run at or before the step: kept in the browser, or in memory. */
  private async snapshot(): Promise<RunSnapshot | null> {
    const { key, checkpoint } = this.run.getState();
    const kept = await this.library.read(key).catch(() => null);
    const stored = (await kept?.database.snapshot(key, this.frozen.step).catch(() => null)) ?? null;
    const here = checkpoint && checkpoint.step <= this.frozen.step ? checkpoint : null;
    return (stored?.step ?? -1) >= (here?.step ?? -1) ? stored : here;
  }

  /** A trainer at the step before the group. */
  private async broughtBack(): Promise<Beside> {
    const snapshot = await this.snapshot();
    const { initial } = this.run.getState();
    const config = snapshot?.config ?? initial;
    if (!config) throw new Error('no run is open');
    const beside = await this.run.beside(config);
    try {
      if (snapshot) await beside.trainer.restore(snapshot);
      for (let step = snapshot?.step ?? 0; step < this.frozen.step && !this.ended; step++) {
        this.setState({ building: step });
        await beside.trainer.step();
      }
      this.setState({ building: null });
      return beside;
    } catch (error) {
      beside.end();
      throw error;
    }
  }
}

export const createBench = (frozen: Frozen, run: RunStore, library: Pick<Library, 'read'>): Bench =>
  new GroupBench(frozen, run, library);
