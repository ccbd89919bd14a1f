/** @file A run as files for other programs and other people; loaded when somebody asks for one. */
import { writeArchive } from '../../lib/zip.ts';
import { parsePolicyConfig } from '../../policy/config.ts';
import { loraTargets } from '../../policy/lora.ts';
import { encodePeft } from '../../policy/peft.ts';
import type { Task } from '../../tasks/task.ts';
import { download } from '../../ui/download.ts';
import { text } from '../../ui/text.ts';
import type { Library } from '../stores/library.ts';
import type { Session } from '../stores/session.ts';
import { collect } from './collect.ts';
import { toCsv, toJsonLines } from './metricFiles.ts';
import { decodeRun, encodeRun, LARGEST_FILE, type WholeRun } from './runFile.ts';
import { trainScript } from './trainScript.ts';

export const fileKinds = ['csv', 'jsonl', 'adapter', 'train', 'run'] as const;
export type FileKind = (typeof fileKinds)[number];

interface Made {
  readonly extension: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

const words = text.runs.files;

/** The newest adapter with its settings, as PEFT's two files in an archive. */
function adapterArchive({ run, snapshots }: WholeRun): Uint8Array<ArrayBuffer> {
  const snapshot = snapshots.at(-1);
  if (!snapshot) throw new Error(words.noAdapter);
  const { rank, alpha } = snapshot.config;
  const lora = { rank, alpha, targets: [...loraTargets] };
  const files = encodePeft(parsePolicyConfig(run.policy.manifest['config']), lora, snapshot.state.adapter, { policy: run.policy.id, policyHash: snapshot.policyHash });
  return writeArchive(Object.entries(files).map(([name, bytes]) => ({ name, bytes })));
}

function taskOf({ run }: WholeRun, tasks: readonly Task[]): Task {
  const task = tasks.find(({ id }) => id === run.config.task);
  if (!task) throw new Error(words.noTask(run.config.task));
  return task;
}

const makers: Readonly<Record<FileKind, (whole: WholeRun, tasks: readonly Task[]) => Made>> = {
  csv: ({ rows }) => ({ extension: '.csv', content: toCsv(rows) }),
  jsonl: ({ rows }) => ({ extension: '.jsonl', content: toJsonLines(rows) }),
  adapter: (whole) => ({ extension: '-adapter.zip', content: adapterArchive(whole) }),
  train: (whole, tasks) => ({ extension: '-train.py', content: trainScript(whole.run.name, whole.run.config, taskOf(whole, tasks)) }),
  run: (whole) => ({ extension: '.rollout', content: encodeRun(whole) }),
};

/** Hands a file of the run to the browser's downloads. Throws with a sentence where it cannot be made. */
export async function saveRun(kind: FileKind, session: Session, library: Library, tasks: readonly Task[], id: string): Promise<void> {
  const whole = await collect(session, library, id);
  if (!whole) throw new Error(words.noAdapter);
  const { extension, content } = makers[kind](whole, tasks);
  download(`${whole.run.name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}${extension}`, content);
}

/** Reads a run that somebody chose, and adds it to the list. Throws with a sentence where it is none. */
export async function openRunFile(library: Library, file: File): Promise<void> {
  if (file.size > LARGEST_FILE) throw new Error(words.tooLarge);
  await library.add(decodeRun(new Uint8Array(await file.arrayBuffer())));
}
