/** @file The task of a data file that an address or a kept run names: opened before it is read. */
import { knownTasks } from '../tasks/index.ts';
import { namedFiles } from '../tasks/fileId.ts';
import { isOwnTask } from '../tasks/own/ownTask.ts';
import { loadCode } from '../ui/load.ts';
import { COMPARE, readPlanLink } from './stores/comparisonPlan.ts';
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

/** The words of an address, and those of the arms of a comparison in it. */
function wordsIn(words: URLSearchParams): readonly URLSearchParams[] {
  const plan = readPlanLink(words.get(COMPARE) ?? '');
  return typeof plan === 'string' ? [words] : [words, ...plan.arms.map((arm) => new URLSearchParams(arm.words))];
}

/** Opens the tasks that an address names; null if it names none that is not open. */
export function openLinked(address: URLSearchParams, host: Pick<LibraryHost, 'open'>): Promise<void> | null {
  const missing = wordsIn(address).filter((words) => {
    const id = words.get('task') ?? '';
    return namedFiles(id) && !knownTasks.some((task) => task.id === id);
  });
  if (missing.length === 0) return null;
  const database = host.open().catch(() => null);
  const find = async (sha256: string) => (await database)?.file(sha256).catch(() => null) ?? null;
  const openAll = async () => {
    for (const words of missing) await open(words.get('task') ?? '', words.get(TASK_FILE), find);
    (await database)?.close();
  };
  return openAll();
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
