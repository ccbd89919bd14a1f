/** @file The files of a whole run: metrics, scripts and weights for other programs, and the run itself. */
import { peftFolder, trainers } from '../../exporters/index.ts';
import type { ExportFile } from '../../exporters/python.ts';
import { transformersFolder } from '../../exporters/transformers.ts';
import { writeArchive } from '../../lib/zip.ts';
import { decodeCheckpoint, tokenizerReady } from '../../policy/checkpoint.ts';
import { baseFolder } from '../../policy/peft.ts';
import { knownTasks } from '../../tasks/index.ts';
import type { Task } from '../../tasks/task.ts';
import { text } from '../../ui/text.ts';
import { isKeptModel, keptModel } from '../../worker/keptModels.ts';
import { loadPolicy } from '../../worker/loadPolicy.ts';
import { toCsv, toJsonLines } from './metricFiles.ts';
import { adapterOf, checkBase, hubNameOf, type RunAdapter } from './runAdapter.ts';
import { encodeRun, type WholeRun } from './runFile.ts';

const words = text.runs.files;

export interface Made {
  readonly extension: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

/** `folder` stands before each name. */
const archive = (files: readonly ExportFile[], folder = ''): Uint8Array<ArrayBuffer> =>
  writeArchive(
    files.map(({ name, content }) => ({
      name: `${folder}${name}`,
      bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
    })),
  );

function requiredAdapter(whole: WholeRun): RunAdapter {
  const adapter = adapterOf(whole);
  if (!adapter) throw new Error(words.noAdapter);
  return adapter;
}

function taskOf({ run }: WholeRun, tasks: readonly Task[]): Task {
  const task = [...tasks, ...knownTasks].find(({ id }) => id === run.config.task);
  if (!task) throw new Error(words.noTask(run.config.task));
  return task;
}

/** Most weights of a base that the page holds in single precision, 4 bytes each. */
const MOST_WEIGHTS = 100e6;

/**
 * The folder of the base for transformers; `baseUrl` is the page’s. Errors of `loadPolicy`, `keptModel` and `checkBase`,
 * and one for a base that is too large for the page.
 */
async function baseFiles(whole: WholeRun, baseUrl: string, isMerged: boolean): Promise<readonly ExportFile[]> {
  const { policy, config } = whole.run;
  if (policy.parameters > MOST_WEIGHTS) throw new Error(words.largeBase(hubNameOf(whole) ?? policy.id));
  const tuned = isMerged ? requiredAdapter(whole).tuned : null;
  const bytes = isKeptModel(config.policy)
    ? await keptModel(config.policy)
    : await loadPolicy(config.policy, baseUrl, () => {});
  const checkpoint = decodeCheckpoint(bytes);
  checkBase(whole, checkpoint);
  await tokenizerReady(checkpoint.tokenizer);
  return transformersFolder(checkpoint, tuned);
}

type Maker = (whole: WholeRun, tasks: readonly Task[], baseUrl: string) => Made | Promise<Made>;

/** By kind; each throws an Error with a sentence if the file cannot be made. */
export const makers = {
  csv: ({ rows }) => ({ extension: '.csv', content: toCsv(rows) }),
  jsonl: ({ rows }) => ({ extension: '.jsonl', content: toJsonLines(rows) }),
  adapter(whole) {
    const { config, tuned, origin, baseName } = requiredAdapter(whole);
    return { extension: '-adapter.zip', content: archive(peftFolder(config, tuned, origin, baseName)) };
  },
  // In the folder that the adapter names as its base.
  base: async (whole, _, baseUrl) => ({
    extension: '-base.zip',
    content: archive(await baseFiles(whole, baseUrl, false), `${hubNameOf(whole) ?? baseFolder(whole.run.policy.id)}/`),
  }),
  merged: async (whole, _, baseUrl) => ({
    extension: '-merged.zip',
    content: archive(await baseFiles(whole, baseUrl, true)),
  }),
  train(whole, tasks) {
    const files = trainers.trl(whole.run.name, whole.run.config, taskOf(whole, tasks), hubNameOf(whole));
    const [script] = files;
    return script && files.length === 1
      ? { extension: '-train.py', content: script.content }
      : { extension: '-trl.zip', content: archive(files) };
  },
  verl: (whole, tasks) => ({
    extension: '-verl.zip',
    content: archive(trainers.verl(whole.run.name, whole.run.config, taskOf(whole, tasks), hubNameOf(whole))),
  }),
  run: (whole) => ({ extension: '.rollout', content: encodeRun(whole) }),
} satisfies Readonly<Record<string, Maker>>;
