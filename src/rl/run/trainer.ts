/** @file What a trainer can be asked and what it tells: plain data both ways, so that it may live in a worker. */
import type { MethodShare } from '../step/methodShares.ts';
import type { GroupReport } from '../step/report.ts';
import type { Backend } from '../../engine/runtime/runtime.ts';
import type { Memory } from '../words/memory.ts';
import type { Settings } from '../words/setting.ts';
import type { LiveChanges, TrainConfig } from '../config/config.ts';
import type { ExactReport } from '../exact/readout.ts';
import type { LearnerState } from '../learner/state.ts';
import type { StepMetrics } from '../metrics/catalogue.ts';
import type { StoredRollout } from '../store/stored.ts';
import type { StoreSummary, RolloutFile } from '../store/storeFile.ts';

/** Accuracy on problems that training never sees. */
export interface EvaluationReport {
  readonly step: number;
  readonly problems: number;
  readonly samplesPerProblem: number;
  /** Share of correct completions sampled at temperature 1. */
  readonly sampled: number;
  /**
   * Its 95 % interval for problems like these, never of zero width (`accuracyInterval`); both ends `sampled` where that
   * is computed.
   */
  readonly interval: readonly [number, number];
  readonly greedy: number;
  /** Share of each method among sampled completions and its accuracy there (absent where it was never used). */
  readonly methods: Readonly<Record<string, MethodShare>>;
  readonly meanLength: number;
  /**
   * Present where each problem was answered several times: by k, the mean over problems of the unbiased pass@k (arXiv
   * 2107.03374).
   */
  readonly passAtK?: Readonly<Record<string, number>>;
  /** Present with it: different completions of one problem, the mean over problems. */
  readonly distinct?: number;
  /** By difficulty, where the problems are of several, in equal numbers as far as there are enough. */
  readonly levels?: Readonly<
    Record<string, { readonly problems: number; readonly sampled: number; readonly greedy: number }>
  >;
  /** The same problems without the prior prompt, where the run has one. */
  readonly bare?: Pick<EvaluationReport, 'sampled' | 'greedy' | 'methods'>;
  /**
   * Present for a task whose outcomes are all listed: then `sampled` is computed and not sampled, and no problem is
   * held out.
   */
  readonly exact?: ExactReport;
}

/** A committed step. */
export interface StepReport {
  readonly step: number;
  readonly metrics: StepMetrics;
  readonly groups: readonly GroupReport[];
  readonly evaluation?: EvaluationReport;
  readonly tokensPerSecond: number;
  /** The numbers that the algorithm read at this step, schedules and controllers applied, by id. */
  readonly settings: Settings;
}

/** Provenance of the base, shown next to the charts. */
export interface PolicyInfo {
  readonly id: string;
  readonly parameters: number;
  readonly bytes: number;
  readonly bits: number;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** The answer to `open`. */
export interface RunInfo {
  /** As it runs: on WebGPU `shardSize` is that of a whole step. */
  readonly config: TrainConfig;
  readonly backend: Backend;
  /** Adapter name or build, for people. */
  readonly backendDescription: string;
  /** Why this backend and not a faster one; absent on WebGPU. */
  readonly backendReason?: string;
  readonly workers: number;
  readonly policy: PolicyInfo;
  readonly adapterParameters: number;
}

export type Status = 'empty' | 'loading' | 'ready' | 'running' | 'pausing' | 'paused' | 'finished' | 'failed';

/** An error as data: what happened, what was kept, what to do. */
export interface TrainerError {
  readonly code: string;
  readonly message: string;
  readonly kept: string;
  readonly remedy: string;
  /** What a library said, where the message is not its own. */
  readonly details?: string;
}

/**
 * A committed step as data: a fresh trainer opened with `config` and given this goes on as if nothing had happened, bit
 * for bit on Node and WASM, up to rounding on WebGPU.
 */
export interface RunSnapshot {
  readonly config: TrainConfig;
  /** SHA-256 of the policy, from its manifest. */
  readonly policyHash: string;
  /** Steps committed. */
  readonly step: number;
  /** Tokens seen so far. */
  readonly tokens: number;
  readonly state: LearnerState;
  /** What controllers and baselines carry from step to step. */
  readonly memory: Memory;
  /** Rollouts that later steps may learn from again, in whole groups, the oldest first; absent where none are kept. */
  readonly kept?: readonly StoredRollout[] | undefined;
}

export type TrainerEvent =
  | { readonly type: 'status'; readonly status: Status }
  | {
      readonly type: 'loading';
      readonly label: string;
      readonly loadedBytes: number;
      readonly totalBytes: number | null;
    }
  | { readonly type: 'step'; readonly report: StepReport }
  | { readonly type: 'evaluation'; readonly report: EvaluationReport }
  /** Every `CHECKPOINT_EVERY` steps, when training pauses or ends, and where possible before a failure. */
  | { readonly type: 'checkpoint'; readonly snapshot: RunSnapshot }
  | { readonly type: 'error'; readonly error: TrainerError };

export interface OpenOptions {
  /**
   * Preferred backend; 'auto' takes WebGPU where a graphics adapter exists (one that computes on the CPU does not
   * count), else WASM.
   */
  readonly backend: Backend | 'auto';
  /** Rollout workers on WASM; 'auto' takes what the machine has cores for. */
  readonly workers: number | 'auto';
}

export interface AskOptions {
  readonly temperature: number;
  readonly seed: number;
  readonly samples: number;
}

export interface Answer {
  readonly text: string;
  readonly tokens: readonly string[];
  readonly logProbs: readonly number[];
  /** Present where the prompt is one that the current task can judge. */
  readonly correct?: boolean;
}

/** Of a completion that was sampled: the places before each of its tokens. */
export interface DistributionsQuery {
  readonly prompt: string;
  readonly tokenIds: readonly number[];
  /** The step that sampled it, as its report numbers it. */
  readonly step: number;
  /** How many tokens of each policy are told, the likeliest first. */
  readonly top: number;
}

/** What each policy says of a place. */
export interface ByPolicy<T> {
  /** The frozen base. */
  readonly base: T;
  /**
   * The policy as the newest step found it, ahead of its first update. Present where the completion is of that step and
   * the adapter is still held.
   */
  readonly before?: T;
  /** The policy with the adapter as it stands when the question is answered; beside a `before`, as the step left it. */
  readonly now: T;
}

/** The distribution before one token, tempered as the run samples. */
export interface TokenDistribution {
  /**
   * Probabilities of the likeliest tokens of each policy and of the sampled one, by `now`; the rest of the vocabulary
   * is left out.
   */
  readonly candidates: readonly ({ readonly token: string; readonly sampled: boolean } & ByPolicy<number>)[];
  /** Of the sampled token, nats. */
  readonly logProb: ByPolicy<number>;
  /** Over the whole vocabulary, nats. */
  readonly entropy: ByPolicy<number>;
}

/**
 * A trainer, in this thread or behind a worker: the caller does not know which it holds. Calls may be made at any time
 * and in any order; they act in that order. What asks the policy something while it trains is answered between two
 * steps.
 */
export interface Trainer {
  /**
   * Loads the policy, compiles the graphs and makes a fresh adapter; replaces any run before it. `rollouts` is the file
   * that the configuration names by its SHA-256; RolloutFileError where it is absent, another, or does not fit.
   */
  open(config: TrainConfig, options: OpenOptions, rollouts?: Uint8Array): Promise<RunInfo>;
  /** Trains until `maxSteps` or `pause`; returns at once, progress comes as events. */
  start(): Promise<void>;
  /** Resolves when the step in flight is committed. */
  pause(): Promise<void>;
  /** One step. */
  step(): Promise<StepReport>;
  /** Back to step 0 with a fresh adapter, same configuration. */
  reset(): Promise<void>;
  /** Changes knobs that apply at the next step; refuses others by name. */
  adjust(changes: LiveChanges): Promise<void>;
  /** Held-out accuracy of the current adapter. */
  evaluate(problems: number, samplesPerProblem: number): Promise<EvaluationReport>;
  /** The same prompt answered by the base and by the tuned policy, with the same random numbers. */
  ask(prompt: string, options: AskOptions): Promise<{ base: readonly Answer[]; tuned: readonly Answer[] }>;
  /**
   * The distribution before each token of a completion under the base and under the current adapter; of the newest step
   * also under the adapter that it found, unless the run was opened, reset or restored, or a step failed, since. What
   * any other adapter would have said needs that adapter: restore a snapshot of its step first.
   */
  distributions(query: DistributionsQuery): Promise<readonly TokenDistribution[]>;
  /** The last committed step. */
  snapshot(): Promise<RunSnapshot>;
  /** Goes to the step of a snapshot, which must be of the same policy and of a configuration that needs no restart. */
  restore(snapshot: RunSnapshot): Promise<void>;
  /**
   * What the run learns from offline, or what its policy wrote in the newest steps, as a file; `writer` names the run
   * in it.
   */
  rollouts(writer: string): Promise<RolloutFile>;
  /**
   * What a file of rollouts holds, read as a run of this configuration would. RolloutFileError that names line and
   * field.
   */
  readRollouts(file: Uint8Array, config: TrainConfig): Promise<StoreSummary>;
  /** The adapter's numbers, flat; for saving and tests. */
  adapter(): Promise<Float32Array>;
  /** Memory and device counters. */
  statistics(): Promise<Readonly<Record<string, number>>>;
  dispose(): Promise<void>;
}

export type Listen = (listener: (event: TrainerEvent) => void) => () => void;
