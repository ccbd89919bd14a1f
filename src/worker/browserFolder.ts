/** @file Files of the browser's storage by name: its private file system (OPFS), or the Cache API where it is missing. */
import type { FileFolder } from '../policy/hub/download/fileFolder.ts';
import { HubError } from '../policy/hub/download/hubError.ts';

/** The result of `work`; HubError 'full' or 'storage' that names the file. */
async function stored<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw isFull
      ? new HubError('full', `${name}: the browser's storage is full; what was read so far is kept`, { cause })
      : new HubError('storage', `${name}: the browser's storage cannot be used: ${reason}`, { cause });
  }
}

const isMissing = (cause: unknown): null => {
  if (cause instanceof DOMException && cause.name === 'NotFoundError') return null;
  throw cause;
};

function fileSystemFolder(open: () => Promise<FileSystemDirectoryHandle>): FileFolder {
  return {
    read: (name) =>
      stored(name, async () => {
        const handle = await (await open()).getFileHandle(name).catch(isMissing);
        return handle && new Uint8Array(await (await handle.getFile()).arrayBuffer());
      }),
    write: (name, bytes) =>
      stored(name, async () => {
        const stream = await (await (await open()).getFileHandle(name, { create: true })).createWritable();
        try {
          await stream.write(bytes);
          await stream.close();
        } catch (cause) {
          await stream.abort().catch(() => {});
          throw cause;
        }
      }),
    remove: (name) => stored(name, async () => void (await (await open()).removeEntry(name).catch(isMissing))),
    list: () =>
      stored('the list of models', async () => {
        const sizes = new Map<string, number>();
        for await (const [name, handle] of (await open()).entries())
          if (handle instanceof FileSystemFileHandle) sizes.set(name, (await handle.getFile()).size);
        return sizes;
      }),
  };
}

function cacheFolder(open: () => Promise<Cache>): FileFolder {
  const urlOf = (name: string) => new URL(`/kept/${encodeURIComponent(name)}`, self.location.origin).href;
  const nameOf = (url: string) => decodeURIComponent(url.replace(/^.*\//, ''));
  return {
    read: (name) =>
      stored(name, async () => {
        const kept = await (await open()).match(urlOf(name));
        return kept ? new Uint8Array(await kept.arrayBuffer()) : null;
      }),
    write: (name, bytes) =>
      stored(name, async () =>
        (await open()).put(urlOf(name), new Response(bytes, { headers: { 'Content-Length': String(bytes.length) } })),
      ),
    remove: (name) => stored(name, async () => void (await (await open()).delete(urlOf(name)))),
    list: () =>
      stored('the list of models', async () => {
        const cache = await open();
        const entries = (await cache.keys()).map(async (request): Promise<[string, number]> => {
          const length = (await cache.match(request))?.headers.get('content-length');
          return [nameOf(request.url), Number(length ?? 0)];
        });
        return new Map(await Promise.all(entries));
      }),
  };
}

/** A folder of the browser's storage, made on its first use; `path` as in `rollout-models/parts`. */
export function browserFolder(path: string): FileFolder {
  const hasFileSystem = 'FileSystemFileHandle' in self && 'createWritable' in FileSystemFileHandle.prototype;
  if (!hasFileSystem) return cacheFolder(() => caches.open(path));
  return fileSystemFolder(async () => {
    let folder = await navigator.storage.getDirectory();
    for (const name of path.split('/')) folder = await folder.getDirectoryHandle(name, { create: true });
    return folder;
  });
}

/** Bytes that the browser's storage still takes; unlimited where it does not say. */
export async function storageRoom(): Promise<number> {
  // On plain http there is no such object, whatever its type says.
  const storage: StorageManager | undefined = navigator.storage;
  const { quota = Infinity, usage = 0 } = (await storage?.estimate?.()) ?? {};
  return Math.max(0, quota - usage);
}
