/** @file Saves a run as files for other programs and other people; loaded on demand. */
import type { Task } from '../../tasks/task.ts';
import { download } from '../../ui/download.ts';
import { rolloutWords } from '../../ui/rollouts/words.ts';
import { text } from '../../ui/text.ts';
import { nameOf } from '../storage/names.ts';
import type { Library } from '../stores/library.ts';
import type { Session } from '../stores/session.ts';
import { shasOf } from '../../tasks/fileId.ts';
import { collect } from './collect.ts';
import { decodeRun, LARGEST_FILE } from './runFile.ts';
import { type Made, makers } from './makers.ts';
import { openNamed } from './ownTasks.ts';

export type FileKind = keyof typeof makers | 'rollouts';

const words = text.runs.files;

const save = (name: string, { extension, content }: Made): void =>
  download(`${name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}${extension}`, content);

/** Saves the rollout file of an offline run, or else the completions in memory; answers a sentence that says which. */
async function saveRollouts({ run }: Session, library: Library, id: string): Promise<string> {
  const { runs } = library.getState();
  const kept = runs.find((one) => one.id === id);
  const name = kept?.name ?? nameOf(id, new Set());
  const extension = '-rollouts.jsonl';
  const { key, config } = run.getState();
  if (key === id && config) {
    const { text: content, rollouts, steps } = await run.trainer().rollouts(name);
    save(name, { extension, content });
    return steps ? rolloutWords.saved.steps(rollouts, ...steps) : rolloutWords.saved.store(rollouts);
  }
  const sha256 = kept?.config.rolloutFile ?? '';
  if (sha256 === '') throw new Error(rolloutWords.saved.notInHand);
  const file = await library.file(sha256);
  if (!file) throw new Error(rolloutWords.saved.absent(sha256));
  save(name, { extension, content: file.slice() });
  return rolloutWords.saved.file(sha256);
}

/**
 * Saves a file of the run through the browser’s downloads; answers a sentence for the user, or null. Throws an Error
 * with a sentence if the file cannot be made.
 */
export async function saveRun(
  kind: FileKind,
  session: Session,
  library: Library,
  tasks: readonly Task[],
  id: string,
): Promise<string | null> {
  if (kind === 'rollouts') return saveRollouts(session, library, id);
  const whole = await collect(session, library, id);
  if (!whole) throw new Error(words.noAdapter);
  const { task, rolloutFile } = whole.run.config;
  await openNamed(task, null, (sha256) => library.file(sha256));
  save(whole.run.name, await makers[kind](whole, tasks, document.baseURI));
  if (kind !== 'run') return null;
  if (shasOf(task).length > 0) return words.apart;
  return rolloutFile === '' ? null : rolloutWords.saved.apart;
}

/** Reads a chosen run file and adds the run to the list. Throws an Error with a sentence if it is invalid. */
export async function openRunFile(library: Library, file: File): Promise<void> {
  if (file.size > LARGEST_FILE) throw new Error(words.tooLarge);
  await library.add(decodeRun(new Uint8Array(await file.arrayBuffer())));
}
