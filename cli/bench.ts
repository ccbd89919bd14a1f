/** @file `npm run bench`: time and counts of a step on Node, and on WASM and WebGPU in a headless Chromium. */
import { z } from 'zod';
import { assert } from '../src/lib/assert.ts';
import { presetConfig } from '../src/rl/config/presets.ts';
import { measureBackends } from './bench/backends.ts';
import { projectVersion, thisMachine } from './bench/machine.ts';
import { type BenchBackend, benchBackends, type BenchReport } from './bench/row.ts';
import { PRESET } from './bench/steps.ts';
import { benchTable } from './bench/table.ts';
import { Refuted, runCommand } from './command.ts';
import { loadPolicyFile } from './environment.ts';
import { type Flag, type FlagValues, optionalNumber, optionalText, text } from './flags.ts';
import { writeWhole } from './output.ts';

const { numGenerations, promptsPerStep } = presetConfig(PRESET);

const backendList: Flag<readonly BenchBackend[]> = {
  summary: 'What to measure.',
  placeholder: 'LIST',
  fallback: benchBackends.join(','),
  absent: benchBackends,
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
  json: optionalText('Also writes everything as JSON.', 'FILE.json'),
};

async function bench(values: FlagValues<typeof flags>): Promise<void> {
  const { rows: gpuRows, steps, backends } = values;
  assert(
    gpuRows === undefined || gpuRows % numGenerations === 0,
    `--rows: a multiple of ${numGenerations}, the size of a group, is needed, not ${gpuRows}`,
  );
  const policy = loadPolicyFile(values.policy);
  const { rows, browser } = await measureBackends(policy, { backends, steps, gpuRows });
  const report: BenchReport = {
    date: new Date().toISOString(),
    version: projectVersion(),
    machine: thisMachine(browser),
    preset: PRESET,
    policy: policy.checkpoint.manifest.id,
    rows,
  };
  process.stdout.write(`${benchTable(report)}\n`);
  if (values.json !== undefined)
    writeWhole('--json', values.json, new TextEncoder().encode(`${JSON.stringify(report, null, 1)}\n`));
  if (rows.every((row) => 'unavailable' in row))
    throw new Refuted('nothing could be measured; the reasons stand above');
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
