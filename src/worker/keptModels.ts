/** @file Models that the visitor opened, kept as policy files in the browser's private file system (OPFS). */
import { UsageError } from '../lib/assert.ts';

const FOLDER = 'rollout-models';
const EXTENSION = '.safetensors';

/** Start of the ids of such models, which no shipped policy has. */
const PREFIX = 'own-';

export const isKeptModel = (policy: string): boolean => policy.startsWith(PREFIX);

/** Id of a model: its name, and the start of its content's SHA-256. At most 40 characters. */
export const keptModelId = (id: string, sha256: string): string =>
  `${PREFIX}${id.slice(0, 27).replace(/-+$/, '')}-${sha256.slice(0, 8)}`;

/** The name in an id; of another id the whole. */
export const nameOfKeptModel = (policy: string): string => /^own-(.*)-[0-9a-f]{8}$/.exec(policy)?.[1] ?? policy;

const folder = async (): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

/** Keeps a model. UsageError that states both sizes if the browser has too little room. */
export async function keepModel(policy: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
  const noRoom = (cause?: unknown) =>
    new UsageError(
      `the model takes ${megabytes(bytes.length)}, and the browser has room for ${megabytes(Math.max(0, quota - usage))}`,
      { cause },
    );
  if (bytes.length > quota - usage) throw noRoom();
  const file = await (await folder()).getFileHandle(`${policy}${EXTENSION}`, { create: true });
  const stream = await file.createWritable();
  try {
    await stream.write(bytes);
    await stream.close();
  } catch (cause) {
    await stream.abort().catch(() => {});
    throw cause instanceof DOMException && cause.name === 'QuotaExceededError' ? noRoom(cause) : cause;
  }
}

/** The file of a kept model. UsageError if this browser has none of that id. */
export async function keptModel(policy: string): Promise<Uint8Array> {
  try {
    const handle = await (await folder()).getFileHandle(`${policy}${EXTENSION}`);
    return new Uint8Array(await (await handle.getFile()).arrayBuffer());
  } catch (cause) {
    throw new UsageError(
      `policy: the model ${nameOfKeptModel(policy)} is not kept in this browser; open its folder again under Base policy`,
      { cause },
    );
  }
}

/** Ids of the kept models, none where the browser has no private file system. */
export async function keptModels(): Promise<string[]> {
  const ids: string[] = [];
  try {
    for await (const name of (await folder()).keys())
      if (name.endsWith(EXTENSION)) ids.push(name.slice(0, -EXTENSION.length));
  } catch {
    // Frames without storage, and browsers of before 2023.
  }
  return ids.sort();
}
