/** @file `npm run bench`: time and counts of a step on Node, and on WASM and WebGPU in a headless Chromium. */
import { z } from 'zod';
import { assert, present } from '../src/lib/assert.ts';
import { presetConfig } from '../src/rl/config/presets.ts';
import { compareWith } from './bench/against/against.ts';
import { comparisonText } from './bench/against/verdict.ts';
import { measureBackends } from './bench/backends.ts';
import { projectVersion, thisMachine } from './bench/machine.ts';
import { measureModel, modelText } from './bench/model/measure.ts';
import { modelIds, modelShapes } from './bench/model/shapes.ts';
import { profileBackends } from './bench/profile/profile.ts';
import { profileText } from './bench/profile/table.ts';
import { type BenchBackend, benchBackends, type BenchReport } from './bench/row.ts';
import { type BackendSlopes, measureSlopes } from './bench/slopes/slopes.ts';
import { slopesText } from './bench/slopes/table.ts';
import { PRESET } from './bench/steps.ts';
import { benchTable } from './bench/table.ts';
import { Refuted, runCommand } from './command.ts';
import { loadPolicyFile } from './environment.ts';
import { type Flag, type FlagValues, optionalNumber, optionalText, text, toggle } from './flags.ts';
import { writeWhole } from './output.ts';

const { numGenerations, promptsPerStep } = presetConfig(PRESET);

const backendList: Flag<readonly BenchBackend[] | undefined> = {
  summary: 'What to measure.',
  placeholder: 'LIST',
  fallbackNote: `${benchBackends.join(',')}; node,wasm with --profile, node with --slopes, --against and --model`,
  absent: undefined,
  schema: z
    .string()
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(
      z.array(
        z.enum(benchBackends, { error: `names from ${benchBackends.join(', ')} are needed, with commas between them` }),
      ),
    ),
};

const flags = {
  backends: backendList,
  steps: optionalNumber(
    'Measured steps of each; they follow on steps that warm up.',
    '20, and 2 on a software adapter',
    { min: 1, max: 1000, integer: true },
  ),
  rows: optionalNumber(
    `Completions of a step on WebGPU, a multiple of ${numGenerations}.`,
    `${promptsPerStep * numGenerations}, and ${numGenerations} on a software adapter`,
    { min: numGenerations, max: 128, integer: true },
  ),
  policy: text('Base: id of a shipped policy or path of a .safetensors file.', 'ID|PATH', 'default'),
  profile: toggle(
    'Where the time of a step goes instead: by graph and kind of kernel, on node and wasm with one worker.',
  ),
  slopes: toggle(
    'Log-log slopes of time instead: against batch, length, layers, rank, vocabulary and workers, on node and wasm.',
  ),
  against: optionalText(
    'Compares this tree with another commit instead, both in one run; exit code 1 if a ratio lost more than 15 %.',
    'COMMIT',
  ),
  model: {
    summary: `Time and memory of a micro-batch of a large model with random weights instead, one layer at a time: ${modelIds.join(', ')}.`,
    placeholder: 'MODEL',
    absent: undefined,
    schema: z.enum(modelIds, { error: `one of ${modelIds.join(', ')} is needed` }),
  } satisfies Flag<(typeof modelIds)[number] | undefined>,
  json: optionalText('Also writes everything as JSON.', 'FILE.json'),
};

type Values = FlagValues<typeof flags>;

/** Text for the terminal, data for `--json`, and the reason for exit code 1 if there is one. */
interface Outcome {
  readonly text: string;
  readonly data: object;
  readonly refuted?: string;
}

async function stepRows({ backends = benchBackends, steps, rows: gpuRows, policy: id }: Values): Promise<Outcome> {
  const policy = loadPolicyFile(id);
  const { rows, browser } = await measureBackends(policy, { backends, steps, gpuRows });
  const report: BenchReport = {
    ...heading(browser),
    preset: PRESET,
    policy: policy.checkpoint.manifest.id,
    rows,
  };
  const nothing = rows.every((row) => 'unavailable' in row);
  return {
    text: benchTable(report),
    data: report,
    ...(nothing ? { refuted: 'nothing could be measured; the reasons stand above' } : {}),
  };
}

const heading = (browser: string | null = null) => ({
  date: new Date().toISOString(),
  version: projectVersion(),
  machine: thisMachine(browser),
});

async function profiled({ backends = ['node', 'wasm'], steps, policy }: Values): Promise<Outcome> {
  const profiles = await profileBackends(loadPolicyFile(policy), backends, steps);
  return { text: profiles.map(profileText).join('\n\n'), data: { ...heading(), preset: PRESET, profiles } };
}

async function sloped({ backends = ['node'] }: Values): Promise<Outcome> {
  assert(
    backends.some((backend) => backend !== 'webgpu'),
    '--slopes: node or wasm is needed',
  );
  const slopes: BackendSlopes[] = [];
  for (const backend of backends) if (backend !== 'webgpu') slopes.push(await measureSlopes(backend));
  return { text: slopes.map(slopesText).join('\n\n'), data: { ...heading(), slopes } };
}

async function compared({ backends = ['node'], steps, against }: Values): Promise<Outcome> {
  const { commit, rounds, parts } = await compareWith(present(against, '--against'), backends, steps);
  const lost = parts.filter((part) => part.lost).map(({ subject, part }) => `${subject}: ${part}`);
  return {
    text: comparisonText(commit, rounds.length, parts),
    data: { ...heading(), against: commit, rounds, parts },
    ...(lost.length > 0 ? { refuted: `more than 15 % lost against ${commit}: ${lost.join('; ')}` } : {}),
  };
}

async function modelled({ backends: [backend = 'node'] = ['node'], model }: Values): Promise<Outcome> {
  assert(backend !== 'webgpu', '--model: node or wasm is needed');
  const name = present(model, '--model');
  const measured = await measureModel(modelShapes[name], backend);
  return { text: modelText(name, measured), data: { ...heading(), model: name, backend, ...measured } };
}

/** The mode that the flags select; all others of them must be absent. */
function modeOf({ profile, slopes, against, model }: Values): (values: Values) => Promise<Outcome> {
  const asked = [
    profile && profiled,
    slopes && sloped,
    against !== undefined && compared,
    model !== undefined && modelled,
  ].filter((mode) => mode !== false);
  assert(asked.length <= 1, '--profile, --slopes, --against, --model: one of them at a time');
  return asked[0] ?? stepRows;
}

async function bench(values: Values): Promise<void> {
  assert(
    values.rows === undefined || values.rows % numGenerations === 0,
    `--rows: a multiple of ${numGenerations}, the size of a group, is needed, not ${values.rows}`,
  );
  const { text: printed, data, refuted } = await modeOf(values)(values);
  process.stdout.write(`${printed}\n`);
  if (values.json !== undefined)
    writeWhole('--json', values.json, new TextEncoder().encode(`${JSON.stringify(data, null, 1)}\n`));
  if (refuted !== undefined) throw new Refuted(refuted);
}

await runCommand(
  {
    name: 'bench',
    summary:
      'Measures a step of the default preset: tokens a second, where the time goes, and what the GPU is asked to do.',
    flags,
  },
  bench,
);
