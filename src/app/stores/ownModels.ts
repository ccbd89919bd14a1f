/** @file Models that the visitor brings: read, kept in the browser, chosen as the base. Knows no React. */
import { createStore } from 'zustand/vanilla';
import type { ReadableStore } from '../../lib/readableStore.ts';
import { runShapeOf } from '../../rl/forecast/runShape.ts';
import { sentenceOf } from '../../rl/run/failure.ts';
import type { OpenOptions } from '../../rl/run/trainer.ts';
import { taskById } from '../../tasks/index.ts';
import { copyOf, dropModel, type KeptModel, keptModels, type ModelChoice } from '../../worker/keptModels.ts';
import { withImporter } from '../../worker/modelImport.ts';
import type { Intended, ModelImporter, Unfinished } from '../../worker/modelImporter.ts';
import { browserHost } from '../storage/host.ts';
import { folderOf, type Found, progressOf, type Reading } from './modelReading.ts';
import type { Session } from './session.ts';

export interface OwnModelsState {
  readonly kept: readonly KeptModel[];
  /** Whether config.json is being read. */
  readonly looking: boolean;
  readonly found: Found | null;
  /** Null while no model is being read. */
  readonly reading: Reading | null;
  readonly problem: string | null;
  /** A model of the hub of which a part is here. */
  readonly unfinished: Unfinished | null;
}

export interface OwnModels extends ReadableStore<OwnModelsState> {
  /** Looks at the model in the files of a folder, or says why it cannot be read. */
  open(files: readonly File[]): Promise<void>;
  /**
   * Looks at a model of the hub by its id. One that is kept becomes the base instead, without a request, unless it is
   * looked at `again` for another choice. True if it is the base now.
   */
  openId(id: string, again?: boolean): Promise<boolean>;
  /** Reads the model that was looked at, keeps it and makes it the base of the settings. True if it is the base now. */
  load(choice: ModelChoice): Promise<boolean>;
  /** The same for the unfinished model; a part that is here is not asked for again. */
  goOn(): Promise<boolean>;
  /** Ends the reading; weights that came from the hub are kept. */
  stop(): void;
  /** Forgets the model that was looked at. */
  forget(): void;
  /** Reads the list of kept models and the unfinished one. */
  look(): Promise<void>;
  use(id: string): void;
  /** Makes the kept copy of a model of the hub the base; false without one, and nothing is asked for. See `copyOf`. */
  chooseCopy(hubId: string, policy: string): Promise<boolean>;
  remove(id: string): Promise<void>;
  removeUnfinished(): Promise<void>;
}

/** Branch of the hub's models. */
const REVISION = 'main';

class Models implements OwnModels {
  private readonly store = createStore<OwnModelsState>(() => ({
    kept: [],
    looking: false,
    found: null,
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
    private readonly backend: OpenOptions['backend'],
    private readonly read: typeof withImporter,
    private readonly list: typeof keptModels,
    private readonly persist: typeof browserHost.persisted,
  ) {
    void this.refresh();
  }

  async open(files: readonly File[]): Promise<void> {
    const { name, files: direct } = folderOf(files);
    await this.inspect(async (importer, intended) => ({
      offer: await importer.inspectModel(name, direct, intended),
      isRemote: false,
      load: (next, choice) => next.importModel(name, direct, choice),
    }));
  }

  async openId(id: string, again = false): Promise<boolean> {
    let kept: string | null = null;
    await this.inspect(async (importer, intended) => {
      kept = again ? null : await importer.keptOf(id, REVISION);
      if (kept !== null) return null;
      return {
        offer: await importer.inspectHubModel(id, REVISION, intended),
        isRemote: true,
        load: (next, choice) => this.download(next, id, choice),
      };
    });
    if (kept === null) return false;
    this.use(kept);
    return true;
  }

  async load(choice: ModelChoice): Promise<boolean> {
    const { found } = this.getState();
    return found !== null && this.take((importer) => found.load(importer, choice));
  }

  async goOn(): Promise<boolean> {
    const { unfinished } = this.getState();
    return unfinished !== null && this.take((importer) => this.download(importer, unfinished.id, unfinished.choice));
  }

  stop(): void {
    this.stopping?.abort(new DOMException('stopped', 'AbortError'));
  }

  forget(): void {
    this.store.setState({ found: null });
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

  private async download(importer: ModelImporter, id: string, choice: ModelChoice | null): Promise<string> {
    // Asked before the download, so that the browser does not clear the model when space runs short.
    await this.persist(true);
    return importer.downloadModel(id, REVISION, choice);
  }

  /** Looks at one model at a time, for a run with the current settings. */
  private async inspect(
    work: (importer: ModelImporter, intended: Intended) => Promise<OwnModelsState['found']>,
  ): Promise<void> {
    if (this.getState().looking || this.getState().reading) return;
    this.store.setState({ looking: true, found: null, problem: null });
    try {
      const { config } = this.session.settings.getState();
      const intended = { run: runShapeOf(config, taskById(config.task)), backend: this.backend };
      this.store.setState({ found: await this.read((importer) => work(importer, intended)) });
    } catch (cause) {
      this.store.setState({ problem: sentenceOf(cause) });
    } finally {
      this.store.setState({ looking: false });
    }
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
      this.store.setState({ found: null });
      this.use(id);
      return true;
    } catch (cause) {
      if (!stopping.signal.aborted) this.store.setState({ problem: sentenceOf(cause) });
      return false;
    } finally {
      this.store.setState({ reading: null });
      await this.look();
    }
  }
}

/** The parts of the browser are replaced in tests. */
export const createOwnModels = (
  session: Session,
  backend: OpenOptions['backend'],
  { read = withImporter, list = keptModels, persist = browserHost.persisted } = {},
): OwnModels => new Models(session, backend, read, list, persist);
