/** @file The task of a data file that an address or a kept run names: opened before it is read. */
import { knownTasks } from '../tasks/index.ts';
import { namedFiles } from '../tasks/fileId.ts';
import { isOwnTask } from '../tasks/own/ownTask.ts';
import { loadCode } from '../ui/load.ts';
import type { RunDatabase } from './storage/storage.ts';
import type { LibraryHost } from './stores/library.ts';

/** The word of a link that holds a whole task file. */
export const TASK_FILE = 'task_file';

const load = () => loadCode('files', () => import('./files/ownTasks.ts'));

/** The word for a link with this task; null if the task is not a small task file. */
export function linkTextOf(id: string): string | null {
  const task = knownTasks.find((one) => one.id === id);
  return (task && isOwnTask(task) && task.own.linkText) || null;
}

/** Opens the task from kept files, or from the link's own text. Never rejects: a task that stays unknown is named later. */
async function open(
  id: string,
  linkText: string | null,
  find: (sha256: string) => Promise<Uint8Array | null>,
): Promise<void> {
  try {
    await (await load()).openNamed(id, linkText, find);
  } catch {
    // The reader of the address, or of the kept run, names the file.
  }
}

/** Opens the task that these words of an address name; null if they name none that is not open. */
export function openLinked(words: URLSearchParams, host: Pick<LibraryHost, 'open'>): Promise<void> | null {
  const id = words.get('task') ?? '';
  if (!namedFiles(id) || knownTasks.some((task) => task.id === id)) return null;
  const database = host.open().catch(() => null);
  const find = async (sha256: string) => (await database)?.file(sha256).catch(() => null) ?? null;
  return open(id, words.get(TASK_FILE), find).then(async () => void (await database)?.close());
}

/** The host, whose database is opened with the tasks that its runs name: a run of an unknown task cannot be read. */
export const withKeptTasks = (host: LibraryHost): LibraryHost => ({
  ...host,
  async open(): Promise<RunDatabase> {
    const database = await host.open();
    for (const id of await database.tasks())
      if (namedFiles(id) && !knownTasks.some((task) => task.id === id))
        await open(id, null, (sha256) => database.file(sha256));
    return database;
  },
});
