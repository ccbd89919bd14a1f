/** @file `npm run train`: a training run without a page, as a table for people or as lines of JSON. */
import { existsSync, rmSync } from 'node:fs';
import { assert, UsageError } from '../src/lib/assert.ts';
import { CHECKPOINT_EVERY, type TrainConfig } from '../src/rl/config/config.ts';
import { loraOf, trainsAll } from '../src/rl/algorithm/configured.ts';
import { encodeAdapter } from './adapterFile.ts';
import { initAt } from './adapterPath.ts';
import { projectVersion } from './bench/machine.ts';
import { budgetFlags, budgetOf } from './budget.ts';
import { withData } from './dataFile.ts';
import { endWithParent, runCommand, watchInterrupt } from './command.ts';
import { backends, loadStore } from './environment.ts';
import { forecastText } from './forecast.ts';
import { oodFlag, oodSets } from './ood.ts';
import { choice, type FlagValues, numeric, optionalText, toggle } from './flags.ts';
import { checkWritable, openJsonLines, writeWhole } from './output.ts';
import { createProgress } from './progress.ts';
import { loadRunOrigin, runConfig, runFlags } from './runFlags.ts';
import { type RunSummary, trainRun } from './trainRun.ts';
import type { RunRequest, StepLine, KeptState } from './trainRequest.ts';
import { stagedConfig, stagesFlag } from './stageResult.ts';
import { requestHash, statePath } from './trainState.ts';
import { checkedConfig } from '../src/rl/run/localTrainer.ts';
import { createStepTable, summaryText } from './trainTable.ts';

const flags = {
  json: optionalText(
    'Writes one JSON line a step and a last line with the held-out accuracies; - is stdout.',
    'FILE',
    'a table on stdout',
  ),
  backend: choice('Where the graphs run.', backends, 'node'),
  workers: numeric('Lanes that share the shards of a step; any number gives the same bits.', 1, {
    min: 1,
    max: 16,
    integer: true,
  }),
  ...runFlags,
  evalProblems: {
    ...numeric('Held-out problems before and after.', 256, { min: 8, max: 2048, integer: true }),
    name: 'eval_problems',
  },
  evalSamples: {
    ...numeric('Completions sampled for each of them at temperature 1.', 4, { min: 1, max: 64, integer: true }),
    name: 'eval_samples',
  },
  ood: oodFlag,
  retention: toggle(
    'Measures every difficulty of the task before and after, and whenever prompts in order are done with one; the run ends when all are known.',
  ),
  ...budgetFlags,
  offline: optionalText(
    'Learns offline, from rollouts that npm run rollouts wrote or that are in its form.',
    'FILE.jsonl',
    'what the base writes, where --rollouts is offline',
  ),
  init: optionalText(
    'An adapter to begin with, of an earlier stage: what --save wrote, or in PEFT’s form. Its rank and alpha must be those of the run. The optimizer begins anew; the KL penalty still refers to the base.',
    'PATH',
    'one without effect',
  ),
  stages: stagesFlag,
  resume: toggle(
    `Goes on exactly from where a run with the same flags was killed or stopped; the state is saved every ${CHECKPOINT_EVERY} steps.`,
  ),
  save: optionalText('Writes the tuned adapter, matrices by name.', 'FILE.safetensors'),
};

/** The configuration with stages, whose rules are judged on as many problems as the run; --steps limits the last one. */
function withStagesOf(
  { stages, steps, maxSteps = steps, evalProblems }: FlagValues<typeof flags>,
  config: TrainConfig,
): TrainConfig {
  if (stages === undefined) return config;
  const staged = { ...stagedConfig(config, stages), evalProblems };
  return maxSteps === undefined ? staged : checkedConfig({ ...staged, maxSteps });
}

async function requestOf(values: FlagValues<typeof flags>): Promise<RunRequest & { readonly keep: KeptState }> {
  const policy = await loadRunOrigin(values);
  const given = runConfig(await withData(values, policy), policy.checkpoint.manifest.id);
  if (values.offline !== undefined && values.rollouts !== undefined && values.rollouts !== 'offline')
    throw new UsageError(`--offline: a store of rollouts was given, and --rollouts is ${values.rollouts}`);
  const single = values.offline === undefined ? given : { ...given, rollouts: 'offline' };
  const config = withStagesOf(values, single);
  if (trainsAll(config))
    for (const flag of ['save', 'init', 'ood'] as const)
      assert(values[flag] === undefined, `--${flag}: --trained_weights all trains no adapter`);
  const { preset, backend, workers, evalProblems, evalSamples, ood, retention, resume } = values;
  const request: RunRequest = {
    preset,
    config,
    policy,
    backend,
    workers,
    evalProblems,
    evalSamples,
    budget: budgetOf(values),
    ...(retention ? { retention } : {}),
    ...(ood === undefined ? {} : { ood: oodSets(ood) }),
    ...(values.offline === undefined ? {} : { store: loadStore(values.offline) }),
    ...(values.init === undefined ? {} : { init: initAt('--init', values.init, policy.checkpoint, loraOf(config)) }),
  };
  const hash = requestHash(request, projectVersion());
  return { ...request, keep: { path: statePath(hash), request: hash, resume } };
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const goesOn = (steps: number): string => `stopped after step ${steps}; --resume goes on from there`;

/** Says whether an earlier run with these flags is resumed. */
function announce({ path, resume }: KeptState): void {
  const isThere = existsSync(path);
  if (resume && !isThere) say('No run with these flags and of this version is saved; starting at its first step.');
  if (!resume && isThere)
    say('Starting anew; the state of an earlier run will be replaced (--resume would go on from it).');
}

function save(
  path: string,
  { config, policy }: RunRequest,
  { preset, steps, policyHash }: RunSummary,
  adapter: Float32Array,
): void {
  const { config: policyConfig, manifest } = policy.checkpoint;
  const run = { preset, task: config.task, difficulty: config.difficulty, seed: config.seed, steps };
  writeWhole(
    '--save',
    path,
    encodeAdapter(policyConfig, adapter, { policy: manifest.id, policyHash, lora: loraOf(config), run }),
  );
}

async function train(values: FlagValues<typeof flags>): Promise<void> {
  endWithParent();
  if (values.save !== undefined) checkWritable('--save', values.save);
  const request = await requestOf(values);
  const { keep } = request;
  announce(keep);
  if (values.model !== undefined) say(await forecastText(request));
  const json = values.json === undefined ? null : openJsonLines(values.json);
  const table = json ? null : createStepTable((line) => process.stdout.write(`${line}\n`));
  const interrupt = watchInterrupt();
  const progress = createProgress('training', request.config.maxSteps);
  try {
    const { summary, adapter } = await trainRun(request, {
      stage: (name) => {
        progress.finish();
        say(`${name} ...`);
      },
      resumed: (lines) => {
        say(`going on from step ${lines.length}`);
        for (const line of lines) {
          json?.write(line);
          table?.add(line);
        }
      },
      unsaved: (why) => {
        progress.finish();
        say(`${why}; if this run is stopped, it cannot go on`);
      },
      kept: (steps) => {
        progress.finish();
        say(goesOn(steps));
      },
      step: (line: StepLine) => {
        json?.write(line);
        progress.update(line.step + 1, `reward ${(line.reward ?? 0).toFixed(2)}`);
        table?.add(line);
      },
      stop: () => interrupt.asked,
    });
    progress.finish();
    table?.end();
    json?.write(summary);
    if (values.json !== '-') process.stdout.write(`${summaryText(summary)}\n`);
    if (values.save !== undefined) save(values.save, request, summary, adapter);
    if (summary.interrupted) say(goesOn(summary.steps));
    else rmSync(keep.path, { force: true });
  } finally {
    interrupt.release();
    json?.close();
  }
}

await runCommand(
  {
    name: 'train',
    summary: 'Fine-tunes a policy by GRPO on Node and measures it on held-out problems before and after.',
    flags,
  },
  train,
);
