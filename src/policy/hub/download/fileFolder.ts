/** @file Where a model under way is kept: files by name. */

/** The errors of storage are HubErrors 'full' and 'storage'. */
export interface FileFolder {
  /** Null if there is no such file. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Writes the whole file or nothing. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  remove(name: string): Promise<void>;
  /** Bytes of each file by name. */
  list(): Promise<ReadonlyMap<string, number>>;
}

export async function removeAll(folder: FileFolder): Promise<void> {
  for (const name of (await folder.list()).keys()) await folder.remove(name);
}

/** A folder that lasts as long as this thread. */
export function memoryFolder(files = new Map<string, Uint8Array<ArrayBuffer>>()): FileFolder {
  return {
    read: async (name) => files.get(name)?.slice() ?? null,
    write: async (name, bytes) => void files.set(name, bytes.slice()),
    remove: async (name) => void files.delete(name),
    list: async () => new Map([...files].map(([name, { length }]) => [name, length])),
  };
}
