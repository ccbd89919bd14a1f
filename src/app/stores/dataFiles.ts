/** @file The data file of the settings' task: chosen, read, tried, kept beside the runs. Knows no React. */
import { createStore } from 'zustand/vanilla';
import type { ReadableStore } from '../../lib/readableStore.ts';
import type { CheckerChoice, Files } from '../../rl/sandbox/ownTask.ts';
import type { RewardSandbox } from '../../rl/sandbox/rewardFunction.ts';
import { namedFiles, shasOf } from '../../tasks/fileId.ts';
import { knownTasks, openTask } from '../../tasks/index.ts';
import { isOwnTask } from '../../tasks/own/ownTask.ts';
import { loadCode } from '../../ui/load.ts';
import { problemWords as words } from '../../ui/problems/words.ts';
import type { TriedFile } from '../files/ownTasks.ts';
import type { Library } from './library.ts';
import type { Session } from './session.ts';

export type KnownData = Pick<TriedFile, 'facts' | 'trial' | 'tried'> & {
  /** Its files are stored in the browser. */
  readonly kept: boolean;
};

export interface DataFilesState {
  /** By id of the task. */
  readonly known: Readonly<Record<string, KnownData>>;
  /** Rows read so far; null while no file is being read. */
  readonly reading: { readonly rows: number } | null;
  readonly problem: string | null;
}

export interface DataFiles extends ReadableStore<DataFilesState> {
  /** Bytes of a file that was chosen on this page; null for others. */
  bytesOf(sha256: string): Uint8Array | null;
  /**
   * Reads a file and makes it the task of the settings, or says why it cannot. Its checker is the one that the link,
   * the run or the settings name for these bytes, else the one that fits its answers. `needed`: only the file of the
   * task with that id is accepted.
   */
  choose(file: File, needed?: string): Promise<void>;
  /** Reads the file of the settings' task again with this checker. */
  check(choice: NonNullable<CheckerChoice>): Promise<void>;
  /** Tries the checker of a task that was opened from a link or with a kept run. */
  look(task: string): Promise<void>;
}

/** SHA-256 of the checker's text that an id names. */
const checkerOf = (id: string): string => namedFiles(id)?.parameter ?? '';

const load = () => loadCode('files', () => import('../files/ownTasks.ts'));

class Data implements DataFiles {
  private readonly store = createStore<DataFilesState>(() => ({
    known: {},
    reading: null,
    problem: null,
  }));
  readonly getState = this.store.getState;
  readonly setState = this.store.setState;
  readonly subscribe = this.store.subscribe;
  readonly getInitialState = this.store.getInitialState;
  private readonly files = new Map<string, Uint8Array>();

  constructor(
    private readonly session: Session,
    private readonly library: Library,
    private readonly sandbox: RewardSandbox,
  ) {
    // Kept again at the first step: a file may have been dropped since it was chosen.
    session.run.subscribe(({ step, config }, before) => {
      if (step > 0 && before.step === 0 && config) void this.keep(config.task);
    });
  }

  bytesOf(sha256: string): Uint8Array | null {
    return this.files.get(sha256) ?? null;
  }

  async choose(file: File, needed?: string): Promise<void> {
    if (this.getState().reading) return;
    await this.attempt(file.name, async () => {
      const { LARGEST_FILE } = await load();
      if (file.size > LARGEST_FILE) throw new Error(words.tooLarge(file.size, LARGEST_FILE));
      const bytes = new Uint8Array(await file.arrayBuffer());
      const named = needed ?? (await this.namedBy(bytes));
      const choice = named === null ? null : await this.choiceOf(named);
      if (choice === undefined && needed !== undefined) throw new Error(words.noChecker(checkerOf(needed)));
      await this.take(bytes, choice ?? null, needed);
      if (named !== null) this.arrived(named);
      if (choice === undefined) this.setState({ problem: words.otherChecker(checkerOf(named ?? '')) });
    });
  }

  async check(choice: NonNullable<CheckerChoice>): Promise<void> {
    const { task } = this.session.settings.getState().config;
    const [data] = shasOf(task);
    const bytes = data === undefined ? null : await this.stored(data);
    if (!bytes || this.getState().reading) return;
    await this.attempt(words.file, () => this.take(bytes, choice));
  }

  async look(id: string): Promise<void> {
    const task = knownTasks.find((one) => one.id === id);
    if (!task || !isOwnTask(task) || this.getState().known[id]) return;
    await this.attempt(words.file, async () => {
      const { facts, trial, tried } = await (await load()).tried(task, this.sandbox);
      this.know(id, { facts, trial, tried, kept: true });
    });
  }

  /** Reads the bytes, checks them against the policy, and makes them the task. */
  private async take(bytes: Uint8Array, choice: CheckerChoice, needed?: string): Promise<void> {
    const { settings, run } = this.session;
    const { readFile } = await load();
    const onRows = (rows: number) => this.setState({ reading: { rows } });
    const { task, files, facts, trial, tried } = await readFile(bytes, choice, this.sandbox, onRows);
    if (needed !== undefined && task.id !== needed) throw new Error(words.otherFile(shasOf(needed)[0] ?? ''));
    await run.trainer().checkTask(task.id, settings.getState().config.policy, files);
    for (const [sha256, content] of Object.entries(files)) this.files.set(sha256, content);
    openTask(task);
    this.know(task.id, { facts, trial, tried, kept: false });
    settings.chooseTask(task.id);
    await this.keep(task.id);
    const { status, error } = run.getState();
    if (status === 'failed' && error?.code === 'data-file') void this.session.reopen();
  }

  /** The link awaits this task no longer, and its notice about the missing file goes. */
  private arrived(id: string): void {
    const { settings } = this.session;
    const { preset, config, notices, awaited } = settings.getState();
    const [data = ''] = shasOf(id);
    if (awaited === id)
      settings.adopt({ preset, config, awaited: null, notices: notices.filter((notice) => !notice.includes(data)) });
  }

  /** The id of a task of these bytes that the link, the run or the settings name; null if none does. */
  private async namedBy(bytes: Uint8Array): Promise<string | null> {
    const { settings, run } = this.session;
    const { awaited, config } = settings.getState();
    const data = await (await load()).sha256InSlices(bytes);
    const ids = [awaited, run.getState().config?.task, config.task];
    return ids.find((id) => id && namedFiles(id)?.data === data) ?? null;
  }

  /** The checker that the id of a task names; undefined if its pattern or code is not among the kept files. */
  private async choiceOf(id: string): Promise<CheckerChoice | undefined> {
    const { checker, parameter = '' } = namedFiles(id) ?? {};
    if (checker === undefined || checker === 'task') return null;
    if (checker !== 'js' && checker !== 'regex') return { words: checker };
    const bytes = await this.stored(parameter);
    if (!bytes) return undefined;
    const text = new TextDecoder().decode(bytes);
    return checker === 'js' ? { code: text } : { words: `regex:${text}` };
  }

  private async stored(sha256: string): Promise<Uint8Array | null> {
    return this.bytesOf(sha256) ?? (await this.library.file(sha256).catch(() => null));
  }

  private async keep(task: string): Promise<void> {
    const named = shasOf(task);
    const files: Files = Object.fromEntries(
      named.flatMap((sha256) => {
        const bytes = this.files.get(sha256);
        return bytes ? [[sha256, bytes]] : [];
      }),
    );
    if (Object.keys(files).length === 0) return;
    const kept: boolean[] = [];
    for (const [sha256, bytes] of Object.entries(files)) kept.push(await this.library.keepFile(sha256, bytes));
    const known = this.getState().known[task];
    if (known) this.know(task, { ...known, kept: kept.every(Boolean) });
  }

  private know(task: string, data: KnownData): void {
    this.setState(({ known }) => ({ known: { ...known, [task]: data } }));
  }

  private async attempt(name: string, work: () => Promise<void>): Promise<void> {
    this.setState({ reading: { rows: 0 }, problem: null });
    try {
      await work();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.setState({ problem: words.refused(name, why) });
    } finally {
      this.setState({ reading: null });
    }
  }
}

export const createDataFiles = (session: Session, library: Library, sandbox: RewardSandbox): DataFiles =>
  new Data(session, library, sandbox);
