/**
 * @file `npm run record`: records a real run of a preset in the small file that the page draws, labelled as recorded,
 * while it loads.
 */
import { codeVersion } from '../scripts/version.mjs';
import type { RecordedScene } from '../src/app/stores/recordedScene.ts';
import { presetConfig, presets } from '../src/rl/config/presets.ts';
import { policyFor } from '../src/rl/pretraining/policies.ts';
import { taskById } from '../src/tasks/index.ts';
import { runCommand } from './command.ts';
import { loadPolicyFile } from './environment.ts';
import { choice, type FlagValues, numeric, text } from './flags.ts';
import { writeWhole } from './output.ts';
import { createProgress } from './progress.ts';
import { createSceneRecorder } from './recordScene.ts';
import { type RunSummary, trainRun } from './trainRun.ts';
import type { StepLine } from './trainRequest.ts';

const flags = {
  preset: choice(
    'The preset to record.',
    presets.filter(({ model }) => model === undefined).map(({ id }) => id),
    'default',
  ),
  seed: numeric('Seed of the run; not that of a live run, which would be drawn over its own answer.', 2, {
    min: 0,
    max: 2 ** 31 - 1,
    integer: true,
  }),
  out: text('Where the file goes; without it to where the page finds that of its preset.', 'FILE', ''),
};

/** Enough digits for a drawing some hundred pixels high. */
const short = (value: number): number => Number(value.toPrecision(4));

/** The metrics drawn by the first charts. */
function columnNames(task: string): string[] {
  const methods = taskById(task).methods.flatMap(({ id }) => [`methods/${id}/share`, `methods/${id}/accuracy`]);
  return ['reward', 'kl_exact', 'entropy', 'completions/mean_length', ...methods];
}

const value = (line: StepLine, name: string): number | null => {
  const found = Object.entries(line).find(([key]) => key === name)?.[1];
  return typeof found === 'number' && Number.isFinite(found) ? short(found) : null;
};

/** Fewer completions give no reliable accuracy of a method; the page does not draw such a number either. */
const fewest = 4;

/** One number per step, null if not measured or measured on too few completions. `completions`: number per step. */
function column(lines: readonly StepLine[], name: string, completions: number): (number | null)[] {
  const share = /^(methods\/.+)\/accuracy$/.exec(name)?.[1];
  return lines.map((line) =>
    share !== undefined && (value(line, `${share}/share`) ?? 0) * completions < fewest - 0.5 ? null : value(line, name),
  );
}

function recorded(summary: RunSummary, lines: readonly StepLine[], version: string, scene: RecordedScene): object {
  const completions = summary.config.promptsPerStep * summary.config.numGenerations;
  const columns = Object.fromEntries(columnNames(summary.task).map((name) => [name, column(lines, name, completions)]));
  return {
    format: 'rollout-recorded',
    version: 1,
    preset: summary.preset,
    seed: summary.seed,
    date: new Date().toISOString().slice(0, 10),
    codeVersion: version,
    backend: summary.backend,
    command: `npm run record -- --preset ${summary.preset} --seed ${summary.seed}`,
    weightsHash: summary.weightsHash,
    columns,
    evaluations: [
      { step: 0, sampled: short(summary.baseAccuracy), greedy: short(summary.baseGreedy) },
      { step: lines.length, sampled: short(summary.finalAccuracy), greedy: short(summary.finalGreedy) },
    ],
    scene,
  };
}

async function record({ preset, seed, out: wanted }: FlagValues<typeof flags>): Promise<void> {
  const out = wanted === '' ? `public/recorded/${preset}.json` : wanted;
  const config = { ...presetConfig(preset), seed };
  const policy = loadPolicyFile(policyFor(config.task, config.policy));
  // The version of the code as loaded: files may change meanwhile.
  const version = codeVersion();
  const lines: StepLine[] = [];
  const scenes = createSceneRecorder(config.maxSteps);
  const progress = createProgress('training', config.maxSteps);
  const { summary } = await trainRun(
    { preset, config, policy, backend: 'node', workers: 1, evalProblems: 256, evalSamples: 1 },
    {
      look: scenes.look,
      step: (line) => {
        lines.push(line);
        progress.update(line.step + 1, `reward ${(line.reward ?? 0).toFixed(2)}`);
      },
    },
  );
  progress.finish();
  writeWhole(
    '--out',
    out,
    new TextEncoder().encode(`${JSON.stringify(recorded(summary, lines, version, scenes.scene()))}\n`),
  );
  process.stdout.write(
    `${out}: ${lines.length} steps, held-out accuracy ${summary.baseAccuracy.toFixed(2)} -> ${summary.finalAccuracy.toFixed(2)}\n`,
  );
}

await runCommand(
  { name: 'record', summary: 'Trains a preset on Node and writes its curves for the page’s first minute.', flags },
  record,
);
