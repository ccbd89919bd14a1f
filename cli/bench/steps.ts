/** @file Runs steps of the default preset on one backend, in Node or in a page. */
import type { TrainConfig } from '../../src/rl/config/config.ts';
import { knobs } from '../../src/rl/config/knobs.ts';
import { presetConfig } from '../../src/rl/config/presets.ts';
import { LocalTrainer } from '../../src/rl/run/localTrainer.ts';
import type { OpenOptions, RunInfo, StepReport } from '../../src/rl/run/trainer.ts';
import { type LoadedPolicy, nodeEnvironment } from '../environment.ts';
import { createProgress } from '../progress.ts';
import type { StepsMeasured } from './row.ts';

export const PRESET = 'default';

/** The parts of a trainer that the bench uses. */
export interface Stepper {
  open(config: TrainConfig, options: OpenOptions): Promise<RunInfo>;
  step(): Promise<StepReport>;
  statistics(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** Number of warm-up and measured steps. */
export interface Extent {
  readonly warmup: number;
  readonly steps: number;
}

/** The preset without evaluations; `rows` overrides the completions per step. */
export function benchConfig(policy: LoadedPolicy, rows?: number): TrainConfig {
  const config = presetConfig(PRESET);
  return {
    ...config,
    policy: policy.checkpoint.manifest.id,
    evalEvery: 0,
    maxSteps: knobs.maxSteps.max,
    promptsPerStep: rows === undefined ? config.promptsPerStep : rows / config.numGenerations,
  };
}

/**
 * Opens a run, trains, and keeps every report; `label` names it in the progress bar. Closes the trainer, even after a
 * failure.
 */
export async function measureSteps(
  trainer: Stepper,
  label: string,
  config: TrainConfig,
  options: OpenOptions,
  { warmup, steps }: Extent,
): Promise<StepsMeasured> {
  process.stderr.write(`${label}: opening ...\n`);
  try {
    const begun = performance.now();
    const info = await trainer.open(config, options);
    const openSeconds = (performance.now() - begun) / 1000;
    const progress = createProgress(label, warmup + steps);
    const reports: StepReport[] = [];
    const train = async (count: number, note: string) => {
      for (let i = 0; i < count; i++) {
        reports.push(await trainer.step());
        progress.update(reports.length, note);
      }
    };
    await train(warmup, 'warming up');
    const before = await trainer.statistics();
    await train(steps, '');
    progress.finish();
    return { info, openSeconds, warmup, reports, before, after: await trainer.statistics() };
  } finally {
    await trainer.close();
  }
}

/** The trainer of the command line, on onnxruntime-node. */
export function nodeStepper(policy: LoadedPolicy): Stepper {
  const trainer = new LocalTrainer(nodeEnvironment(policy));
  return {
    open: (config, options) => trainer.open(config, options),
    step: () => trainer.step(),
    statistics: () => trainer.statistics(),
    close: () => trainer.dispose(),
  };
}
