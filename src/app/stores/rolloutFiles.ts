/** @file Rollout files that runs learn from: chosen, checked by the trainer, kept beside the runs. Knows no React. */
import type { ReadableStore } from '../../lib/readableStore.ts';
import { createStore } from 'zustand/vanilla';
import { knobs } from '../../rl/config/knobs.ts';
import type { StoreHeader, StoreSummary } from '../../rl/store/storeFile.ts';
import type { Task } from '../../tasks/task.ts';
import { loadCode } from '../../ui/load.ts';
import { rolloutWords as words } from '../../ui/rollouts/words.ts';
import type { Library } from './library.ts';
import type { RunStore } from './runStore.ts';
import type { Session } from './session.ts';

/** A known file; `absent`: the user would have to choose it; `kept`: it is stored in the browser. */
export type KnownFile = { readonly summary: StoreSummary; readonly kept: boolean } | 'absent';

/** Settings that a file requires. */
export interface Fitting {
  readonly task: string;
  readonly difficulty: number;
  readonly numGenerations: number;
}

/**
 * Why the last file was refused, and the settings with which it would fit. `needed`: the current run asked for it, not
 * the settings.
 */
export interface FileProblem {
  readonly sentence: string;
  readonly fitting: Fitting | null;
  readonly needed: boolean;
}

export interface RolloutFilesState {
  /** By SHA-256. */
  readonly known: Readonly<Record<string, KnownFile>>;
  readonly reading: boolean;
  readonly problem: FileProblem | null;
}

export interface RolloutFiles extends ReadableStore<RolloutFilesState> {
  /** Bytes of a file that a configuration names; null where the browser does not have it. */
  bytesOf(sha256: string): Promise<Uint8Array | null>;
  /** Finds out whether a file that the settings name is available. */
  look(sha256: string): Promise<void>;
  /**
   * Sets a chosen file as the source of rollouts, or says why it cannot. `needed`: only the file with that SHA-256 is
   * accepted.
   */
  choose(file: File, needed?: string): Promise<void>;
  /** Takes the refused file together with the settings that it requires. */
  fit(): Promise<void>;
  fromBase(): void;
}

/** Why `header` does not fit the settings, with the settings that would fit if there are any; null if it fits. */
function misfit(
  { task: id, difficulty, num_generations: numGenerations }: StoreHeader,
  config: Fitting,
  tasks: readonly Task[],
): Omit<FileProblem, 'needed'> | null {
  const task = tasks.find((candidate) => candidate.id === id);
  const { min, max } = knobs.numGenerations;
  const none = (sentence: string) => ({ sentence, fitting: null });
  if (!task) return none(words.misfit.unknownTask(id));
  if (numGenerations < min || numGenerations > max) return none(words.misfit.noGroups(numGenerations, min, max));
  if (!Number.isInteger(difficulty) || difficulty < task.difficulty.min || difficulty > task.difficulty.max)
    return none(words.misfit.noDifficulty(difficulty));
  const fitting = { task: id, difficulty, numGenerations };
  if (id !== config.task) return { sentence: words.misfit.task(task.title), fitting };
  return numGenerations === config.numGenerations
    ? null
    : { sentence: words.misfit.groups(numGenerations, config.numGenerations), fitting };
}

/** Resolves once the trainer exists and is not being replaced. */
const settled = (run: RunStore) =>
  new Promise<void>((resolve) => {
    const isSettled = () => !['empty', 'loading'].includes(run.getState().status);
    if (isSettled()) return resolve();
    const stop = run.subscribe(() => {
      if (!isSettled()) return;
      stop();
      resolve();
    });
  });

interface Chosen {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly header: StoreHeader;
}

class Files implements RolloutFiles {
  private readonly store = createStore<RolloutFilesState>(() => ({ known: {}, reading: false, problem: null }));
  readonly getState = this.store.getState;
  readonly setState = this.store.setState;
  readonly subscribe = this.store.subscribe;
  readonly getInitialState = this.store.getInitialState;
  private readonly bytes = new Map<string, Uint8Array>();
  private refused: Chosen | null = null;
  private isNeeded = false;

  constructor(
    private readonly session: Session,
    private readonly library: Library,
    private readonly tasks: readonly Task[],
  ) {
    // Kept again at the first step: the file may have been dropped since it was chosen.
    session.run.subscribe(({ step, config }, before) => {
      if (step > 0 && before.step === 0 && config && config.rolloutFile !== '') void this.keep(config.rolloutFile);
    });
  }

  async bytesOf(sha256: string): Promise<Uint8Array | null> {
    const bytes = this.bytes.get(sha256) ?? (await this.library.file(sha256).catch(() => null));
    if (bytes) this.bytes.set(sha256, bytes);
    return bytes;
  }

  async look(sha256: string): Promise<void> {
    if (this.getState().known[sha256]) return;
    const bytes = await this.bytesOf(sha256);
    if (!bytes) return this.know(sha256, 'absent');
    await settled(this.session.run);
    try {
      const summary = await this.session.run.trainer().readRollouts(bytes, this.session.settings.getState().config);
      // A stored file whose hash differs was changed.
      this.know(sha256, summary.sha256 === sha256 ? { summary, kept: true } : 'absent');
    } catch (cause) {
      this.refuse(words.nameOf(sha256), cause, null);
    }
  }

  async choose(file: File, needed?: string): Promise<void> {
    if (this.getState().reading) return;
    this.setState({ reading: true, problem: null });
    this.refused = null;
    this.isNeeded = needed !== undefined;
    try {
      const { LARGEST_STORE, readStoreHeader } = await loadCode('files', () => import('../../rl/store/storeFile.ts'));
      if (file.size > LARGEST_STORE) return this.refuse(file.name, words.tooLarge(file.size, LARGEST_STORE), null);
      const bytes = new Uint8Array(await file.arrayBuffer());
      await this.take({ name: file.name, bytes, header: readStoreHeader(bytes) }, null, needed);
    } catch (cause) {
      this.refuse(file.name, cause, null);
    } finally {
      this.setState({ reading: false });
    }
  }

  async fit(): Promise<void> {
    const { refused, getState } = this;
    const fitting = getState().problem?.fitting;
    if (!refused || !fitting) return;
    this.setState({ reading: true, problem: null });
    await this.take(refused, fitting).catch((cause: unknown) => this.refuse(refused.name, cause, null));
    this.setState({ reading: false });
  }

  fromBase(): void {
    this.setState({ problem: null });
    this.session.settings.useRolloutFile('');
  }

  /** Checks the whole file as a run with these settings would, including the settings in `fitting`. */
  private async take(chosen: Chosen, fitting: Fitting | null, needed?: string): Promise<void> {
    const { name, bytes, header } = chosen;
    const { settings, run } = this.session;
    const config = { ...settings.getState().config, rolloutFile: '', ...fitting };
    const problem = misfit(header, config, this.tasks);
    if (problem) return this.refuse(name, problem.sentence, problem.fitting, chosen);
    let summary: StoreSummary;
    try {
      summary = await run.trainer().readRollouts(bytes, config);
    } catch (cause) {
      const { difficulty, task, num_generations: numGenerations } = header;
      return this.refuse(
        name,
        cause,
        difficulty === config.difficulty ? null : { task, difficulty, numGenerations },
        chosen,
      );
    }
    const { sha256 } = summary;
    if (needed !== undefined && sha256 !== needed) return this.refuse('', words.another(name, sha256, needed), null);
    this.bytes.set(sha256, bytes);
    this.know(sha256, { summary, kept: false });
    if (needed === undefined && !settings.useRolloutFile(sha256, fitting ?? {})) return;
    await this.keep(sha256);
    const { status, error } = run.getState();
    if (status === 'failed' && error?.code === 'rollout-file') void this.session.reopen();
  }

  private async keep(sha256: string): Promise<void> {
    const bytes = this.bytes.get(sha256);
    const file = this.getState().known[sha256];
    if (!bytes) return;
    const kept = await this.library.keepFile(sha256, bytes);
    if (file && file !== 'absent') this.know(sha256, { ...file, kept });
  }

  private know(sha256: string, file: KnownFile): void {
    this.setState(({ known }) => ({ known: { ...known, [sha256]: file } }));
  }

  private refuse(name: string, reason: unknown, fitting: Fitting | null, chosen: Chosen | null = null): void {
    const why = typeof reason === 'string' ? reason : reason instanceof Error ? reason.message : String(reason);
    this.refused = fitting ? chosen : null;
    this.setState({
      problem: { sentence: name === '' ? why : words.refused(name, why), fitting, needed: this.isNeeded },
    });
  }
}

export const createRolloutFiles = (session: Session, library: Library, tasks: readonly Task[]): RolloutFiles =>
  new Files(session, library, tasks);
