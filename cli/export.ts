/** @file `npm run export`: a run as files for another training library, its adapter for PEFT, its base for transformers. */
import { join } from 'node:path';
import { adapterOf, checkBase, hubNameOf, type RunAdapter } from '../src/app/files/runAdapter.ts';
import { decodeRun, RunFileError, type WholeRun } from '../src/app/files/runFile.ts';
import { libraries, peftFolder, type TrainerLibrary, trainers } from '../src/exporters/index.ts';
import type { ExportFile } from '../src/exporters/python.ts';
import { transformersFolder } from '../src/exporters/transformers.ts';
import { assert, UsageError } from '../src/lib/assert.ts';
import { type Checkpoint, tokenizerReady } from '../src/policy/checkpoint.ts';
import { taskById } from '../src/tasks/index.ts';
import { decodeAdapter } from './adapterFile.ts';
import { runCommand } from './command.ts';
import { openedData } from './dataFile.ts';
import { inFile, readInput, usageIn } from './environment.ts';
import { choice, type FlagValues, optionalText, requiredText, toggle } from './flags.ts';
import { folderSource } from './modelFolder.ts';
import { writeWhole } from './output.ts';
import { loadOrigin } from './policyOrigin.ts';
import { runConfig, runFlags, usualPolicy } from './runFlags.ts';

const flags = {
  to: choice(
    'Library: trl and verl train the run elsewhere, peft reads its adapter, transformers its base.',
    libraries,
    'trl',
  ),
  out: requiredText('Where the files go.', 'DIR'),
  run: optionalText(
    'A run that the page saved: its settings instead of the flags of training below, and its newest adapter.',
    'FILE.rollout',
    'the flags below',
  ),
  adapter: optionalText(
    'Tuned adapter that npm run train -- --save wrote for this base.',
    'FILE.safetensors',
    'that of --run',
  ),
  merged: toggle('Adds the adapter to the weights of --to transformers.'),
  ...runFlags,
};
type Values = FlagValues<typeof flags>;

/** Flags of training that also act beside a run file. */
const besideRun: ReadonlySet<string> = new Set<keyof typeof runFlags>([
  'policy',
  'base',
  'model',
  'bits',
  'chat',
  'data',
  'checker',
]);

/** UsageError that names a flag of training beside a run file. */
function checkBesideRun(values: Values): void {
  for (const [name, flag] of Object.entries(runFlags)) {
    const isGiven = values[name as keyof typeof runFlags] !== flag.absent;
    assert(
      besideRun.has(name) || !isGiven,
      `--${('name' in flag ? flag.name : undefined) ?? name}: the settings of a run in a file are its own`,
    );
  }
}

/** The run in the file. UsageError that names it. */
function readRunFile(path: string): WholeRun {
  const bytes = readInput('--run', path);
  try {
    return decodeRun(bytes);
  } catch (cause) {
    if (cause instanceof RunFileError) throw new UsageError(`--run ${path}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** The base of the flags, or else of the run. UsageError if the run was trained on another. */
async function loadBase(values: Values, whole: WholeRun | null): Promise<Checkpoint> {
  const { checkpoint } = await loadOrigin(values, () => whole?.run.policy.id ?? usualPolicy(values));
  if (whole) await usageIn('--run', values.run ?? '', () => checkBase(whole, checkpoint));
  return checkpoint;
}

/** The adapter in its own file. UsageError for one of another base. */
async function fileAdapter(path: string, values: Values): Promise<RunAdapter> {
  const { config, manifest } = await loadBase(values, null);
  const bytes = readInput('--adapter', path);
  const { flat, lora } = inFile('--adapter', path, () => decodeAdapter(bytes, config, manifest.sha256));
  return {
    config,
    tuned: { lora, flat },
    origin: { policy: manifest.id, policyHash: manifest.sha256 },
    ...(manifest.hub ? { baseName: manifest.hub.name } : {}),
  };
}

/** The adapter of the flags. UsageError without a file, or for a run without a checkpoint. */
async function adapterFrom(values: Values, whole: WholeRun | null): Promise<RunAdapter> {
  assert(whole === null || values.adapter === undefined, '--run and --adapter: one adapter is written');
  if (values.adapter !== undefined) return fileAdapter(values.adapter, values);
  assert(whole, `--run or --adapter: ${values.merged ? '--merged adds' : '--to peft writes'} an adapter`);
  const adapter = adapterOf(whole);
  assert(adapter, `--run ${values.run}: it holds no checkpoint, and so no adapter`);
  return adapter;
}

/** The run as scripts of a library that trains. */
function scriptFiles(to: TrainerLibrary, values: Values, whole: WholeRun | null): readonly ExportFile[] {
  const config = whole ? whole.run.config : runConfig(values, values.policy ?? values.base ?? usualPolicy(values));
  assert(
    values.data === undefined || config.task === values.task,
    `--data: the run in ${values.run} is of the task ${config.task}, not of this file`,
  );
  const model = whole ? hubNameOf(whole) : values.model && folderSource(values.model).name;
  return trainers[to](whole?.run.name ?? values.preset, config, taskById(config.task), model);
}

async function filesOf(values: Values, whole: WholeRun | null): Promise<readonly ExportFile[]> {
  const { to, merged } = values;
  assert(!merged || to === 'transformers', '--merged: it belongs to --to transformers');
  if (to === 'transformers') {
    const tuned = merged ? (await adapterFrom(values, whole)).tuned : null;
    const base = await loadBase(values, whole);
    await tokenizerReady(base.tokenizer);
    return transformersFolder(base, tuned);
  }
  if (to !== 'peft') return scriptFiles(to, values, whole);
  const { config, tuned, origin, baseName } = await adapterFrom(values, whole);
  return peftFolder(config, tuned, origin, baseName);
}

async function exportRun(given: Values): Promise<void> {
  if (given.run !== undefined) checkBesideRun(given);
  // A script trains another model: the texts of the file need not fit the base.
  const values = await openedData(given, () => {});
  const whole = values.run === undefined ? null : readRunFile(values.run);
  for (const { name, content } of await filesOf(values, whole)) {
    const path = join(values.out, name);
    writeWhole('--out', path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
    process.stdout.write(`${path}\n`);
  }
}

await runCommand(
  {
    name: 'export',
    summary: 'Writes a run as files for TRL or verl, its adapter for PEFT, or its base for transformers.',
    flags,
  },
  exportRun,
);
