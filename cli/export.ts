/** @file `npm run export`: a run as files for another training library, its adapter for PEFT, its base for transformers. */
import { join } from 'node:path';
import { adapterOf, checkBase, hubNameOf } from '../src/app/files/runAdapter.ts';
import { decodeRun, RunFileError, type WholeRun } from '../src/app/files/runFile.ts';
import { libraries, peftFolder, type TrainerLibrary, trainers } from '../src/exporters/index.ts';
import type { ExportFile } from '../src/exporters/python.ts';
import { transformersFolder } from '../src/exporters/transformers.ts';
import { assert, UsageError } from '../src/lib/assert.ts';
import { taskById } from '../src/tasks/index.ts';
import { runCommand } from './command.ts';
import { openedData } from './dataFile.ts';
import { readInput, usageIn } from './environment.ts';
import { choice, type FlagValues, optionalText, requiredText, toggle } from './flags.ts';
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
  merged: toggle('Adds the adapter of --run to the weights of --to transformers.'),
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

/** The adapter in a run’s file. UsageError without a file, or for one without a checkpoint. */
function requiredAdapter(values: Values, whole: WholeRun | null) {
  assert(whole, `--run: ${values.merged ? '--merged adds' : '--to peft writes'} the adapter of a run`);
  const adapter = adapterOf(whole);
  assert(adapter, `--run ${values.run}: it holds no checkpoint, and so no adapter`);
  return adapter;
}

/** The base as a folder for transformers. UsageError if the run was trained on another. */
async function baseFiles(values: Values, whole: WholeRun | null): Promise<readonly ExportFile[]> {
  const adapter = values.merged ? requiredAdapter(values, whole) : null;
  const { checkpoint } = await loadOrigin(values, () => whole?.run.policy.id ?? usualPolicy(values));
  if (whole) usageIn('--run', values.run ?? '', () => checkBase(whole, checkpoint));
  return transformersFolder(checkpoint, adapter?.tuned ?? null);
}

/** The run as scripts of a library that trains. */
function scriptFiles(to: TrainerLibrary, values: Values, whole: WholeRun | null): readonly ExportFile[] {
  const config = whole ? whole.run.config : runConfig(values, values.policy ?? values.base ?? usualPolicy(values));
  assert(
    values.data === undefined || config.task === values.task,
    `--data: the run in ${values.run} is of the task ${config.task}, not of this file`,
  );
  return whole
    ? trainers[to](whole.run.name, config, taskById(config.task), hubNameOf(whole))
    : trainers[to](values.preset, config, taskById(config.task));
}

async function filesOf(values: Values, whole: WholeRun | null): Promise<readonly ExportFile[]> {
  if (values.to === 'transformers') return baseFiles(values, whole);
  assert(!values.merged, '--merged: it belongs to --to transformers');
  if (values.to !== 'peft') return scriptFiles(values.to, values, whole);
  const { config, tuned, origin, baseName } = requiredAdapter(values, whole);
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
