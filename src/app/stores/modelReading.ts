/** @file A model that is looked at and read: the files of a chosen folder, and the progress. */
import { modelWords as words } from '../../ui/settings/modelWords.ts';
import type { ModelChoice } from '../../worker/keptModels.ts';
import type { ImportEvent } from '../../worker/modelImport.ts';
import type { ModelImporter, Offer } from '../../worker/modelImporter.ts';

/** A model that was looked at, and how its weights are read. */
export interface Found {
  readonly offer: Offer;
  /** Whether its weights come over the network. */
  readonly isRemote: boolean;
  readonly load: (importer: ModelImporter, choice: ModelChoice) => Promise<string>;
}

/** Bytes of weights that were read, and the network's bytes a second (0 for a folder). */
export interface Reading {
  readonly done: number;
  readonly all: number;
  readonly rate: number;
}

/** The files directly in the chosen folder, by name, and the folder's name. */
export function folderOf(files: readonly File[]): { readonly name: string; readonly files: ReadonlyMap<string, File> } {
  const direct = files.flatMap((file) => {
    const [name = '', inside, deeper] = file.webkitRelativePath.split('/');
    return inside !== undefined && deeper === undefined ? [{ name, file }] : [];
  });
  return { name: direct[0]?.name ?? words.unnamed, files: new Map(direct.map(({ file }) => [file.name, file])) };
}

/** Seconds over which the rate is measured. */
const SPAN = 5;

/** The state after each event of the worker. */
export function progressOf(now: () => number): (event: ImportEvent) => Reading {
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
