/** @file A model of the hub as a checkpoint: downloaded, quantized on the way, and resumed where it stopped. */
import type { Checkpoint } from '../../checkpoint.ts';
import { type HubOptions, importHubModel } from '../model.ts';
import { type FileFolder, removeAll } from './fileFolder.ts';
import { HubError } from './hubError.ts';
import { hubSource, type SourceOptions } from './hubSource.ts';
import { type Listing, listModel } from './listing.ts';
import { openPieces, type PieceOptions } from './pieces.ts';

export interface DownloadOptions extends Omit<SourceOptions, 'etags'>, Omit<HubOptions, 'store'>, PieceOptions {
  /** Branch, tag or commit; `main` if absent. */
  readonly revision?: string;
  /** Holds the weights that have come, until the caller removes them. */
  readonly folder: FileFolder;
}

export interface Downloaded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly checkpoint: Checkpoint;
  readonly listing: Listing;
}

async function attempt(listing: Listing, options: DownloadOptions): Promise<Downloaded> {
  const { folder, bits, isChat, progress } = options;
  const store = await openPieces(folder, listing, options);
  const source = hubSource(listing, { ...options, etags: store.etags });
  const model = await importHubModel(source, {
    bits,
    progress,
    store,
    ...(isChat === undefined ? {} : { isChat }),
  });
  return { ...model, listing };
}

/**
 * Downloads a model, or the rest of it. Files that change or arrive damaged are read once more from the beginning.
 * HubError that names model, file and range; CheckpointError for files that are no such model.
 */
export async function downloadModel(id: string, options: DownloadOptions): Promise<Downloaded> {
  const { revision = 'main', origin, folder } = options;
  for (let isLast = false; ; isLast = true) {
    const listing = await listModel(id, revision, options, origin);
    try {
      return await attempt(listing, options);
    } catch (cause) {
      if (!(cause instanceof HubError) || !['changed', 'damaged'].includes(cause.code)) throw cause;
      await removeAll(folder);
      if (isLast) throw cause;
    }
  }
}
