/** @file Models that the visitor brings: read, kept in the browser, chosen as the base. Knows no React. */
import { createStore } from 'zustand/vanilla';
import type { ReadableStore } from '../../lib/readableStore.ts';
import { sentenceOf } from '../../rl/run/failure.ts';
import { modelWords as words } from '../../ui/settings/modelWords.ts';
import { copyOf, dropModel, type KeptModel, keptModels } from '../../worker/keptModels.ts';
import { type ImportEvent, withImporter } from '../../worker/modelImport.ts';
import type { Unfinished } from '../../worker/modelImporter.ts';
import { browserHost } from '../storage/host.ts';
import type { Session } from './session.ts';

/** Bytes of weights that were read, and the network's bytes a second (0 for a folder). */
export interface Reading {
  readonly done: number;
  readonly all: number;
  readonly rate: number;
}

export interface OwnModelsState {
  readonly kept: readonly KeptModel[];
  /** Null while no model is being read. */
  readonly reading: Reading | null;
  readonly problem: string | null;
  /** A model of the hub of which a part is here. */
  readonly unfinished: Unfinished | null;
}

export interface OwnModels extends ReadableStore<OwnModelsState> {
  /** Reads the files of a folder, keeps the model and makes it the base of the settings; or says why it cannot. */
  open(files: readonly File[]): Promise<void>;
  /** The same for a model of the hub by its id; a part that is here is not asked for again. True if it is the base now. */
  openId(id: string): Promise<boolean>;
  /** Ends the reading; weights that came from the hub are kept. */
  stop(): void;
  /** Reads the list of kept models and the unfinished one. */
  look(): Promise<void>;
  use(id: string): void;
  /** Makes the kept copy of a model of the hub the base; false without one, and nothing is asked for. See `copyOf`. */
  chooseCopy(hubId: string, policy: string): Promise<boolean>;
  remove(id: string): Promise<void>;
  removeUnfinished(): Promise<void>;
}

/** The files directly in the chosen folder, by name, and the folder's name. */
function folderOf(files: readonly File[]): { readonly name: string; readonly files: ReadonlyMap<string, File> } {
  const direct = files.flatMap((file) => {
    const [name = '', inside, deeper] = file.webkitRelativePath.split('/');
    return inside !== undefined && deeper === undefined ? [{ name, file }] : [];
  });
  return { name: direct[0]?.name ?? words.unnamed, files: new Map(direct.map(({ file }) => [file.name, file])) };
}

/** Seconds over which the rate is measured. */
const SPAN = 5;

/** The state after each event of the worker. */
function progressOf(now: () => number): (event: ImportEvent) => Reading {
  let [done, all] = [0, 0];
  const begun = now();
  let came: { readonly at: number; readonly bytes: number }[] = [];
  return (event) => {
    if (event.type === 'read') ({ done, all } = event);
    else came.push({ at: now(), bytes: event.bytes });
    came = came.filter(({ at }) => at > now() - 1000 * SPAN);
    const seconds = Math.min(SPAN, Math.max(0.5, (now() - begun) / 1000));
    return { done, all, rate: came.reduce((sum, { bytes }) => sum + bytes, 0) / seconds };
  };
}

class Models implements OwnModels {
  private readonly store = createStore<OwnModelsState>(() => ({
    kept: [],
    reading: null,
    problem: null,
    unfinished: null,
  }));
  readonly getState = this.store.getState;
  readonly subscribe = this.store.subscribe;
  readonly getInitialState = this.store.getInitialState;
  private stopping: AbortController | null = null;

  constructor(
    private readonly session: Session,
    private readonly read: typeof withImporter,
    private readonly list: typeof keptModels,
    private readonly persist: typeof browserHost.persisted,
  ) {
    void this.refresh();
  }

  async open(files: readonly File[]): Promise<void> {
    const folder = folderOf(files);
    await this.take((importer) => importer.importModel(folder.name, folder.files));
  }

  async openId(id: string): Promise<boolean> {
    // Asked before the download, so that the browser does not clear the model when space runs short.
    await this.persist(true);
    const isBase = await this.take((importer) => importer.downloadModel(id, 'main'));
    await this.look();
    return isBase;
  }

  stop(): void {
    this.stopping?.abort(new DOMException('stopped', 'AbortError'));
  }

  async look(): Promise<void> {
    await this.refresh();
    if (this.getState().reading) return;
    const unfinished = await this.read((importer) => importer.unfinished()).catch(() => null);
    this.store.setState({ unfinished });
  }

  use(id: string): void {
    this.session.settings.choosePolicy(id);
  }

  async chooseCopy(hubId: string, policy: string): Promise<boolean> {
    await this.refresh();
    const copy = copyOf(this.getState().kept, hubId, policy);
    if (copy) this.use(copy.id);
    return copy !== undefined;
  }

  async remove(id: string): Promise<void> {
    await dropModel(id).catch((cause: unknown) => this.store.setState({ problem: sentenceOf(cause) }));
    await this.refresh();
  }

  async removeUnfinished(): Promise<void> {
    await this.read((importer) => importer.dropUnfinished()).catch((cause: unknown) =>
      this.store.setState({ problem: sentenceOf(cause) }),
    );
    await this.look();
  }

  private async refresh(): Promise<void> {
    this.store.setState({ kept: await this.list() });
  }

  /** Reads one model at a time, and makes it the base. */
  private async take(work: Parameters<typeof withImporter<string>>[0]): Promise<boolean> {
    if (this.getState().reading) return false;
    const stopping = new AbortController();
    this.stopping = stopping;
    this.store.setState({ reading: { done: 0, all: 0, rate: 0 }, problem: null });
    const progress = progressOf(() => performance.now());
    try {
      const id = await this.read(work, (event) => this.store.setState({ reading: progress(event) }), stopping.signal);
      await this.refresh();
      this.use(id);
      return true;
    } catch (cause) {
      if (!stopping.signal.aborted) this.store.setState({ problem: sentenceOf(cause) });
      return false;
    } finally {
      this.store.setState({ reading: null });
    }
  }
}

/** The parts of the browser are replaced in tests. */
export const createOwnModels = (
  session: Session,
  { read = withImporter, list = keptModels, persist = browserHost.persisted } = {},
): OwnModels => new Models(session, read, list, persist);
