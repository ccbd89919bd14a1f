/** @file Models that the visitor brings as folders: read, kept in the browser, chosen as the base. Knows no React. */
import { createStore } from 'zustand/vanilla';
import type { ReadableStore } from '../../lib/readableStore.ts';
import { sentenceOf } from '../../rl/run/failure.ts';
import { modelWords as words } from '../../ui/settings/modelWords.ts';
import { keptModels } from '../../worker/keptModels.ts';
import { importModel } from '../../worker/modelImport.ts';
import type { Session } from './session.ts';

export interface OwnModelsState {
  /** Ids of the kept models. */
  readonly kept: readonly string[];
  /** Bytes of weights; null while no folder is being read. */
  readonly reading: { readonly done: number; readonly all: number } | null;
  readonly problem: string | null;
}

export interface OwnModels extends ReadableStore<OwnModelsState> {
  /** Reads the files of a folder, keeps the model and makes it the base of the settings; or says why it cannot. */
  open(files: readonly File[]): Promise<void>;
}

/** The files directly in the chosen folder, by name, and the folder's name. */
function folderOf(files: readonly File[]): { readonly name: string; readonly files: ReadonlyMap<string, File> } {
  const direct = files.flatMap((file) => {
    const [name = '', inside, deeper] = file.webkitRelativePath.split('/');
    return inside !== undefined && deeper === undefined ? [{ name, file }] : [];
  });
  return { name: direct[0]?.name ?? words.unnamed, files: new Map(direct.map(({ file }) => [file.name, file])) };
}

/** `read` is replaced in tests. */
export function createOwnModels(
  session: Session,
  { read = importModel, list = keptModels }: { read?: typeof importModel; list?: typeof keptModels } = {},
): OwnModels {
  const store = createStore<OwnModelsState>(() => ({ kept: [], reading: null, problem: null }));
  const refresh = async () => store.setState({ kept: await list() });
  void refresh();
  return {
    ...store,
    async open(files) {
      if (store.getState().reading) return;
      store.setState({ reading: { done: 0, all: 0 }, problem: null });
      try {
        const folder = folderOf(files);
        const id = await read(folder.name, folder.files, (done, all) => store.setState({ reading: { done, all } }));
        await refresh();
        session.settings.choosePolicy(id);
      } catch (cause) {
        store.setState({ problem: sentenceOf(cause) });
      } finally {
        store.setState({ reading: null });
      }
    },
  };
}
