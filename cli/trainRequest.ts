/** @file The request of a training run on the command line, and a line of its output. */
import type { TrainConfig } from '../src/rl/config/config.ts';
import type { StepMetrics } from '../src/rl/metrics/catalogue.ts';
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
  /** What it does not train on and is measured on too. */
  readonly ood?: readonly OodSet[];
  /** Ends the run before its last step. */
  readonly budget?: Budget;
  /** What an offline run learns from, where it is not to be what the base writes. */
  readonly store?: StoreFile;
  /** Where the run is saved on its way, so that one that was killed can go on. */
  readonly keep?: KeptState;
}

export type StepLine = { readonly step: number } & StepMetrics & { readonly 'time/tokens_per_second': number };

/** Where a run is saved. */
export interface KeptState {
  readonly path: string;
  /** The request's hash. */
  readonly request: string;
  /** Whether to go on from what is there. */
  readonly resume: boolean;
}
