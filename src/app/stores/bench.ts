/**
 * @file The bench: one group of the run under several algorithms, each making one real update on a fork. A trainer
 * beside the run's is brought to the step before the group, from a kept snapshot and by training again. Knows no React.
 */
import { createStore } from 'zustand/vanilla';
import type { ReadableStore } from '../../lib/readableStore.ts';
import { isFatal, sentenceOf } from '../../rl/run/failure.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { OneUpdate } from '../../rl/run/updateReport.ts';
import type { GroupReport } from '../../rl/step/report.ts';
import { benchWords } from '../../ui/bench/words.ts';
import { besideAt } from './beginning.ts';
import { type BenchChoice, MOST_COLUMNS } from './benchChoices.ts';
import type { Library } from './library.ts';
import type { Beside, RunStore } from './runStore.ts';

/** Parameters of the largest policy that is loaded a second time beside the run. */
const MOST_PARAMETERS = 5e6;

/** A group of the run, before whose step the weights are frozen. */
export interface Frozen {
  /** Steps trained before it. */
  readonly step: number;
  readonly group: GroupReport;
}

export interface BenchColumn extends BenchChoice {
  readonly id: number;
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
  /** Begins with these columns; also after an end. */
  start(choices: readonly BenchChoice[]): void;
  /** Adds a column, or replaces one. */
  put(choice: BenchChoice, replaced?: number | null): void;
  remove(id: number): void;
  /** Resolves when no column waits. */
  settled(): Promise<void>;
  end(): void;
}

const begun: BenchState = { building: 0, problem: null, columns: [] };

class GroupBench implements Bench {
  private readonly store = createStore<BenchState>(() => begun);
  private beside: Promise<Beside> | null = null;
  private working: Promise<void> | null = null;
  /** Raised by every start and end: work of an earlier turn changes nothing more. */
  private turn = 0;
  private nextId = 0;
  readonly getState = this.store.getState;
  readonly setState = this.store.setState;
  readonly subscribe = this.store.subscribe;
  readonly getInitialState = this.store.getInitialState;

  constructor(
    private readonly frozen: Frozen,
    private readonly run: RunStore,
    private readonly library: Pick<Library, 'read'>,
  ) {}

  start(first: readonly BenchChoice[]): void {
    this.end();
    this.setState(begun);
    for (const choice of first) this.put(choice);
  }

  put(choice: BenchChoice, replaced: number | null = null): void {
    const column = { ...choice, id: this.nextId++, update: null, problem: null };
    const { columns } = this.getState();
    this.setState({
      columns: columns.some(({ id }) => id === replaced)
        ? columns.map((other) => (other.id === replaced ? column : other))
        : [...columns, column].slice(0, MOST_COLUMNS),
    });
    if (this.working) return;
    const working = this.work(this.turn).finally(() => {
      if (this.working === working) this.working = null;
    });
    this.working = working;
  }

  remove(id: number): void {
    this.setState(({ columns }) => ({ columns: columns.filter((column) => column.id !== id) }));
  }

  async settled(): Promise<void> {
    await this.working;
  }

  end(): void {
    this.turn++;
    void this.beside?.then(({ end }) => end()).catch(() => {});
    this.beside = null;
    this.working = null;
  }

  private waiting(turn: number): BenchColumn | undefined {
    if (turn !== this.turn) return undefined;
    return this.getState().columns.find(({ update, problem }) => update === null && problem === null);
  }

  private async work(turn: number): Promise<void> {
    try {
      this.beside ??= this.broughtBack(turn);
      const { trainer } = await this.beside;
      for (let column = this.waiting(turn); column; column = this.waiting(turn)) await this.fill(trainer, column);
    } catch (error) {
      if (turn === this.turn) this.setState({ problem: sentenceOf(error), building: null });
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
  private async broughtBack(turn: number): Promise<Beside> {
    const snapshot = await this.snapshot();
    const { initial, info } = this.run.getState();
    if (info && info.policy.parameters > MOST_PARAMETERS) throw new Error(benchWords.tooLarge(MOST_PARAMETERS));
    const config = snapshot?.config ?? initial;
    if (!config) throw new Error('no run is open');
    const beside = await besideAt(this.run, { snapshot, initial: config, step: this.frozen.step }, (building) => {
      if (turn === this.turn) this.setState({ building });
      return turn === this.turn;
    });
    if (turn === this.turn) this.setState({ building: null });
    return beside;
  }
}

export const createBench = (frozen: Frozen, run: RunStore, library: Pick<Library, 'read'>): Bench =>
  new GroupBench(frozen, run, library);
