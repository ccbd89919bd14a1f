/** @file Interface of a trainer: calls and events are plain data, so that it can live in a worker. */
import type { MethodShare } from '../metrics/methodShares.ts';
import type { GroupReport } from '../step/report.ts';
import type { Backend } from '../../engine/runtime/runtime.ts';
import type { Memory } from '../words/memory.ts';
import type { Settings } from '../words/setting.ts';
import type { LiveChanges, TrainConfig } from '../config/config.ts';
import type { ExactReport } from '../exact/readout.ts';
import type { LearnerState } from '../learner/state.ts';
import type { StepMetrics } from '../metrics/index.ts';
import type { StoredRollout } from '../store/stored.ts';
import type { Files } from '../sandbox/ownTask.ts';
import type { River, RiverQuery } from '../river/river.ts';
import type { OneUpdate, UpdateQuery } from './updateReport.ts';
import type { DifficultyProfile } from './profile.ts';
import type { StoreSummary, RolloutFile } from '../store/storeFile.ts';

/** Accuracy on held-out problems. */
export interface EvaluationReport {
  readonly step: number;
  readonly problems: number;
  readonly samplesPerProblem: number;
  /** Share of correct completions sampled at temperature 1. */
  readonly sampled: number;
  /**
   * 95 % interval of `sampled`, never of zero width (`accuracyInterval`); both ends equal `sampled` if that is
   * computed.
   */
  readonly interval: readonly [number, number];
  readonly greedy: number;
  /** Share of each method among sampled completions, and its accuracy (absent if it was never used). */
  readonly methods: Readonly<Record<string, MethodShare>>;
  readonly meanLength: number;
  /**
   * Present for several completions per problem: by k, the mean over problems of the unbiased pass@k (arXiv
   * 2107.03374).
   */
  readonly passAtK?: Readonly<Record<string, number>>;
  /** Present with `passAtK`: distinct completions per problem, the mean over problems. */
  readonly distinct?: number;
  /**
   * By difficulty, if there are several; problems are divided equally as far as there are enough. `solved`: share of
   * problems with a right one among their sampled completions.
   */
  readonly levels?: Readonly<
    Record<
      string,
      {
        readonly problems: number;
        readonly sampled: number;
        readonly greedy: number;
        /** Share of completions whose steps are all right; for a task with a term for steps. */
        readonly steps?: number;
        /** Share of problems that one completion at least solves: pass@k at k = samplesPerProblem. */
        readonly solved?: number;
      }
    >
  >;
  /** KL(policy, base) of a completion, nats, estimated on the sampled ones; if asked for. */
  readonly kl?: number;
  /** The same problems without the prior prompt, if the run has one. */
  readonly bare?: Pick<EvaluationReport, 'sampled' | 'greedy' | 'methods'>;
  /** Present for a task with listed outcomes: `sampled` is then computed, and no problem is held out. */
  readonly exact?: ExactReport;
}

/** The stage of a step, from 0, and the number of steps before it. */
export interface StageReport {
  readonly index: number;
  readonly begun: number;
}

/** A committed step. */
export interface StepReport {
  readonly step: number;
  readonly metrics: StepMetrics;
  readonly groups: readonly GroupReport[];
  readonly evaluation?: EvaluationReport;
  readonly tokensPerSecond: number;
  /** Settings that the algorithm read at this step, schedules and controllers applied, by id. */
  readonly settings: Settings;
  /** Present in a run of stages. */
  readonly stage?: StageReport;
}

/** Provenance of the base, shown next to the charts. */
export interface PolicyInfo {
  readonly id: string;
  readonly parameters: number;
  readonly bytes: number;
  readonly bits: number;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** Result of `open`. */
export interface RunInfo {
  /** The configuration in effect: on WebGPU `shardSize` is the rows of a whole update. */
  readonly config: TrainConfig;
  readonly backend: Backend;
  /** Adapter name or build, for people. */
  readonly backendDescription: string;
  /** Reason for not using a faster backend; absent on WebGPU. */
  readonly backendReason?: string;
  readonly workers: number;
  readonly policy: PolicyInfo;
  readonly adapterParameters: number;
}

export type Status = 'empty' | 'loading' | 'ready' | 'running' | 'pausing' | 'paused' | 'finished' | 'failed';

/** An error as data: cause, kept state and remedy. */
export interface TrainerError {
  readonly code: string;
  readonly message: string;
  readonly kept: string;
  readonly remedy: string;
  /** The library's own text, if `message` is not that. */
  readonly details?: string;
}

/**
 * A committed step as data: a fresh trainer opened with `config` and restored to it continues bit for bit on Node and
 * WASM, up to rounding on WebGPU.
 */
export interface RunSnapshot {
  readonly config: TrainConfig;
  /** SHA-256 of the policy, from its manifest. */
  readonly policyHash: string;
  /** Steps committed. */
  readonly step: number;
  /** Prompt and completion tokens so far. */
  readonly tokens: number;
  readonly state: LearnerState;
  /** State of controllers, baselines and prompt samplers. */
  readonly memory: Memory;
  /** Rollouts for replay in later steps, in whole groups, the oldest first; absent if none are kept. */
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
  /** Completions of a difficulty profile so far. */
  | { readonly type: 'profile'; readonly done: number; readonly total: number }
  /** Every `CHECKPOINT_EVERY` steps, when a stage or the training ends or pauses, and if possible after a failure. */
  | { readonly type: 'checkpoint'; readonly snapshot: RunSnapshot }
  | { readonly type: 'error'; readonly error: TrainerError };

export interface OpenOptions {
  /** Preferred backend; 'auto' takes WebGPU if there is a hardware graphics adapter, else WASM. */
  readonly backend: Backend | 'auto';
  /** Rollout workers on WASM; 'auto' depends on the number of cores. */
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
  /** Present if the task can judge the prompt. */
  readonly correct?: boolean;
}

/** Asks for the distribution before each token of a sampled completion. */
export interface DistributionsQuery {
  readonly prompt: string;
  readonly tokenIds: readonly number[];
  /** `StepReport.step` of the step that sampled it. */
  readonly step: number;
  /** Number of most likely tokens to list per policy; if absent, as many as suit the vocabulary. */
  readonly top?: number;
}

/** A value for each policy. */
export interface ByPolicy<T> {
  /** The frozen base. */
  readonly base: T;
  /**
   * The policy before the newest step's first update. Present if the completion is of that step and the learner still
   * holds the adapter.
   */
  readonly before?: T;
  /** The policy with the current adapter; beside `before`, that after the step. */
  readonly now: T;
}

/** The distribution before one token, tempered as the run samples. */
export interface TokenDistribution {
  /**
   * Probabilities of the most likely tokens of each policy and of the sampled one, sorted by `now`; other tokens are
   * left out.
   */
  readonly candidates: readonly ({
    readonly token: string;
    readonly sampled: boolean;
    /** The token is no text. */
    readonly control?: boolean;
  } & ByPolicy<number>)[];
  /** Of the sampled token, nats. */
  readonly logProb: ByPolicy<number>;
  /** Over the whole vocabulary, nats. */
  readonly entropy: ByPolicy<number>;
}

/**
 * A trainer, in this thread or in a worker. Calls may be made at any time and act in order. Calls that read the policy
 * during training are answered between two steps.
 */
export interface Trainer {
  /**
   * Loads the policy, compiles the graphs and makes a fresh adapter; replaces any earlier run. `files` holds those that
   * the configuration names by their SHA-256; RolloutFileError or DataFileError if one is absent, another, or does not
   * fit.
   */
  open(config: TrainConfig, options: OpenOptions, files?: Files): Promise<RunInfo>;
  /**
   * Resolves if the policy can read and write the problems of the data file that the task's id names. UsageError that
   * names the line, or DataFileError.
   */
  checkTask(task: string, policy: string, files: Files): Promise<void>;
  /** Trains until `maxSteps`, the end of the last stage, or `pause`; returns at once, progress comes as events. */
  start(): Promise<void>;
  /** Resolves when the step in flight is committed. */
  pause(): Promise<void>;
  /** Trains one step. */
  step(): Promise<StepReport>;
  /** Back to step 0 with a fresh adapter, same configuration. */
  reset(): Promise<void>;
  /** Changes fields that apply at the next step; rejects others by name. */
  adjust(changes: LiveChanges): Promise<void>;
  /** Held-out accuracy of the current adapter. */
  evaluate(problems: number, samplesPerProblem: number): Promise<EvaluationReport>;
  /** How hard the run's task is for the base, with events of progress; null if `stopProfile` ended it. */
  profile(): Promise<DifficultyProfile | null>;
  /** Ends a profile after the piece in flight. */
  stopProfile(): Promise<void>;
  /** The same prompt answered by the base and by the tuned policy, with the same random numbers. */
  ask(prompt: string, options: AskOptions): Promise<{ base: readonly Answer[]; tuned: readonly Answer[] }>;
  /**
   * The distribution before each token of a completion under the base and the current adapter; for the newest step also
   * under the adapter before it, unless the run was opened, reset or restored, or a step failed, since. For another
   * adapter, restore a snapshot of its step first.
   */
  distributions(query: DistributionsQuery): Promise<readonly TokenDistribution[]>;
  /**
   * The completions of a prompt as a tree with exact probabilities under the current adapter, and with `before` as
   * `distributions` under the adapter before the newest step. UsageError for a vocabulary that is too large, and for a
   * task of several turns.
   */
  river(query: RiverQuery): Promise<River>;
  /**
   * The next step under another algorithm, on a fork with the run's weights, optimizer and completions; the run stays
   * as it is. UsageError for an algorithm that the run cannot take, a large vocabulary, and a task of several turns.
   */
  oneUpdate(query: UpdateQuery): Promise<OneUpdate>;
  /** The last committed step. */
  snapshot(): Promise<RunSnapshot>;
  /**
   * Moves to the step of a snapshot of the same policy, whose configuration differs only in live fields. `asFork`: the
   * run continues as a fork, which may also differ in algorithm and seed (`forkedSnapshot`).
   */
  restore(snapshot: RunSnapshot, asFork?: boolean): Promise<void>;
  /** The store of an offline run, or the newest completions of its policy, as a file; `writer` names the run in it. */
  rollouts(writer: string): Promise<RolloutFile>;
  /**
   * Summary of a rollout file, validated for a run of this configuration. RolloutFileError that names line and field.
   */
  readRollouts(file: Uint8Array, config: TrainConfig): Promise<StoreSummary>;
  /** The adapter's numbers, flat; for saving and tests. */
  adapter(): Promise<Float32Array>;
  /** Memory and device counters. */
  statistics(): Promise<Readonly<Record<string, number>>>;
  dispose(): Promise<void>;
}

export type Listen = (listener: (event: TrainerEvent) => void) => () => void;
