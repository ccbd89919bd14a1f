/** @file The request of a training run on the command line, and a line of its output. */
import type { TrainConfig } from '../src/rl/config/config.ts';
import type { StepMetrics } from '../src/rl/metrics/index.ts';
import type { Budget } from './budget.ts';
import type { CliBackend, LoadedPolicy, StoreFile } from './environment.ts';
import type { OodSet } from './ood.ts';

export interface RunRequest {
  readonly preset: string;
  readonly config: TrainConfig;
  readonly policy: LoadedPolicy;
  readonly backend: CliBackend;
  readonly workers: number;
  /** Held-out problems before and after, and sampled completions of each. */
  readonly evalProblems: number;
  readonly evalSamples: number;
  readonly ood?: readonly OodSet[];
  /** Measures all difficulties of the task, before, after, and whenever prompts in order are done with one. */
  readonly retention?: boolean;
  /** Ends the run before its last step. */
  readonly budget?: Budget;
  /** Rollouts for an offline run; without them the base writes the store. */
  readonly store?: StoreFile;
  /** Flat adapter of an earlier stage, in the layout of the run's, that the run begins with. */
  readonly init?: Float32Array;
  /** Where the run is saved, so that a killed one can be resumed. */
  readonly keep?: KeptState;
}

/** A step; `stage`, from 1, in a run of stages. */
export type StepLine = { readonly step: number; readonly stage?: number } & StepMetrics & {
    readonly 'time/tokens_per_second': number;
  };

export interface KeptState {
  readonly path: string;
  readonly request: string;
  /** Whether to resume from a saved state. */
  readonly resume: boolean;
}
