/** @file A run from opening on: the policy, the learner and the counters that a trainer keeps for it. */
import { present, UsageError } from '../../lib/assert.ts';
import {
  type Checkpoint,
  decodeCheckpoint,
  type Manifest,
  tokenizerFrom,
  tokenizerReady,
} from '../../policy/checkpoint.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Memory } from '../words/memory.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { algorithmOf } from '../algorithm/compose.ts';
import { algorithmChoice, checkSettings, trainedSet } from '../algorithm/configured.ts';
import { trainConfigSchema, type TrainConfig } from '../config/config.ts';
import { contextOf } from '../step/teacher.ts';
import { largestUpdate } from '../step/innerLoop.ts';
import type { Learner, LearnerSpec } from '../learner/learner.ts';
import type { LearnerState } from '../learner/state.ts';
import { taskById } from '../../tasks/index.ts';
import { type Files, openOwnTask } from '../sandbox/ownTask.ts';
import { checkFit } from './ownFit.ts';
import { trainingTask } from '../prompts/priorPrompt.ts';
import { rewardTerms } from '../rewards/composition.ts';
import type { RewardSandbox } from '../sandbox/rewardFunction.ts';
import { namedStore } from '../store/namedStore.ts';
import type { StoreSurroundings } from '../store/stored.ts';
import type { Prefix } from '../river/completionTree.ts';
import type { Example } from '../../tasks/task.ts';
import type { Group } from '../trajectory/groups.ts';
import { RolloutStore } from '../store/rolloutStore.ts';
import type { Written } from '../store/written.ts';
import type { OpenOptions, PolicyInfo, RunInfo } from './trainer.ts';
import { policySlot } from '../words/slots.ts';
import { withChats } from '../words/chats.ts';
import { lengthsOf } from '../words/lengths.ts';

export type Progress = (loadedBytes: number, totalBytes: number | null) => void;

/** A learner and facts about it for people. */
export interface MadeLearner {
  readonly learner: Learner;
  /** Reason for not using a faster backend. */
  readonly backendReason?: string;
  /** Present if it differs from the spec's. */
  readonly shardSize?: number;
}

/** The functions that a trainer needs from its surroundings. */
export interface TrainerEnvironment {
  /** Loads a policy file, with progress. */
  loadPolicy(id: string, progress: Progress): Promise<Uint8Array>;
  /** A learner on the preferred backend; `stepRows` is the number of completions of one update. */
  createLearner(spec: LearnerSpec, seed: number, options: OpenOptions, stepRows: number): Promise<MadeLearner>;
  now(): number;
  /** Makes the sandbox of the user's code, which starts on its first call; terms and checkers in code fail if absent. */
  createSandbox?(): RewardSandbox;
  /** Rollouts from outside, for an offline run that names no file; the base samples them if absent. */
  givenRollouts?(surroundings: StoreSurroundings): Promise<readonly Group[]>;
  /** Yields to messages between two steps; a timer if absent. */
  turn?(): Promise<void>;
}

export interface Run {
  /** Replaced, never mutated, so that a step in flight keeps its own. */
  config: TrainConfig;
  readonly info: RunInfo;
  readonly policyHash: string;
  readonly learner: Learner;
  readonly tokenizer: Tokenizer;
  readonly algorithm: Algorithm;
  readonly sandbox: RewardSandbox;
  readonly lengths: { readonly promptLength: number; readonly completionLength: number };
  readonly initial: LearnerState;
  nextStep: number;
  tokens: number;
  /** Numbers of controllers and baselines, carried from step to step. */
  memory: Memory;
  /** Groups of earlier steps, for replay. */
  kept: readonly Group[];
  /** The rollouts of a run that learns offline. */
  readonly store: RolloutStore;
  /** Rollout file of the store, if the configuration names one. */
  readonly rolloutFile: Uint8Array | null;
  /** Trajectories of the newest steps. */
  written: readonly Written[];
  /** The prompt of the newest river, with its problem and its completions. */
  pinned: { readonly prompt: string; readonly example: Example | null; readonly hints: readonly Prefix[] } | null;
  /** Step of the last checkpoint. */
  checkpointed: number | null;
  /** Error that ended the run, once device or workers are lost. */
  dead: Error | null;
}

/** The validated configuration, or a UsageError with the schema's messages. */
export function checkedConfig(config: unknown): TrainConfig {
  const result = trainConfigSchema.safeParse(config);
  if (!result.success) throw new UsageError(result.error.issues.map((issue) => issue.message).join('; '));
  return result.data;
}

/** A manifest for people and files; the texts of a tokenizer of the hub take megabytes. */
function shownManifest({ tokenizer, ...rest }: Manifest): PolicyInfo['manifest'] {
  if (tokenizer.kind !== 'hub') return { ...rest, tokenizer };
  const { tokenizer: _, settings: __, chatTemplate: ___, ...framing } = tokenizer;
  return { ...rest, tokenizer: framing };
}

function policyInfo({ manifest, weights }: Checkpoint, bytes: number): PolicyInfo {
  const parameters = [...weights.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return { id: manifest.id, parameters, bytes, bits: manifest.bits, manifest: shownManifest(manifest) };
}

/** Facts of a run with this configuration and policy that rollouts from outside must fit. */
export function surroundingsOf(config: TrainConfig, checkpoint: Checkpoint, sandbox: RewardSandbox): StoreSurroundings {
  const task = trainingTask(config);
  const tokenizer = withChats(tokenizerFrom(checkpoint.tokenizer), task);
  return {
    task,
    tokenizer,
    sandbox,
    groupSize: config.numGenerations,
    ...lengthsOf(task, config.difficulty, tokenizer),
  };
}

/** A policy's file and its content, whose tokenizer can be built. */
export async function readPolicy(environment: TrainerEnvironment, id: string, progress: Progress = () => {}) {
  const policy = await environment.loadPolicy(id, progress);
  const checkpoint = decodeCheckpoint(policy, true);
  await tokenizerReady(checkpoint.tokenizer);
  return { policy, checkpoint };
}

type Loading = (label: string, ...progress: Parameters<Progress>) => void;

/** The policy file, and the rollouts from outside that fit the run; null where it learns from none. */
async function loaded(
  environment: TrainerEnvironment,
  config: TrainConfig,
  loading: Loading,
  files: Files,
  sandbox: RewardSandbox,
) {
  const { policy, checkpoint } = await readPolicy(environment, config.policy, (...progress) =>
    loading(`policy ${config.policy}`, ...progress),
  );
  checkFit(taskById(config.task), checkpoint, config.difficulty);
  const surroundings = surroundingsOf(config, checkpoint, sandbox);
  const given =
    config.rolloutFile === ''
      ? ((await environment.givenRollouts?.(surroundings)) ?? null)
      : await namedStore(config.rolloutFile, files[config.rolloutFile], surroundings);
  return { policy, checkpoint, surroundings, given };
}

/** Facts of an opened run for people and files. */
function infoOf(config: TrainConfig, { learner, backendReason }: MadeLearner, policy: PolicyInfo): RunInfo {
  const { backend, description: backendDescription, workers, slots } = learner.info;
  return {
    config,
    backend,
    backendDescription,
    workers,
    adapterParameters: present(slots[policySlot], policySlot).size,
    policy,
    ...(backendReason === undefined ? {} : { backendReason }),
  };
}

/** Counters and memory of a run before its first step. */
const fresh = (): Pick<
  Run,
  'written' | 'nextStep' | 'tokens' | 'memory' | 'kept' | 'pinned' | 'checkpointed' | 'dead'
> => ({
  written: [],
  nextStep: 0,
  tokens: 0,
  memory: {},
  kept: [],
  pinned: null,
  checkpointed: null,
  dead: null,
});

/** The learner of a configuration over a policy file; `rows` of its largest update. */
export function learnerOf(
  config: TrainConfig,
  algorithm: Algorithm,
  checkpoint: Uint8Array,
  lengths: Run['lengths'],
): { readonly spec: LearnerSpec; readonly rows: number } {
  const spec: LearnerSpec = {
    checkpoint,
    slots: {
      [policySlot]: { set: trainedSet(config, algorithm), algorithm: algorithmChoice(config) },
    },
    shardSize: config.shardSize,
    ...lengths,
  };
  return { spec, rows: largestUpdate(algorithm, config.promptsPerStep * config.numGenerations, config.numMinibatches) };
}

/**
 * Loads the policy and makes a learner for it; `loading` hears of each stage. `files` holds those that the
 * configuration names by their SHA-256. The run takes over the sandbox.
 */
export async function openRun(
  environment: TrainerEnvironment,
  config: TrainConfig,
  options: OpenOptions,
  loading: Loading,
  files: Files,
  sandbox: RewardSandbox,
): Promise<Run> {
  await openOwnTask(config.task, files);
  const algorithm = algorithmOf(algorithmChoice(config));
  checkSettings(algorithm, config);
  // Refuses unknown terms, and a task without a prompt for the teacher, before the policy is loaded.
  rewardTerms(trainingTask(config), config);
  if (algorithm.advantage.needs === 'teacher') contextOf(trainingTask(config));
  // Rollouts that do not fit are refused before the graphs are built.
  const { policy, checkpoint, surroundings, given } = await loaded(environment, config, loading, files, sandbox);
  const { tokenizer, promptLength, completionLength } = surroundings;
  const lengths = { promptLength, completionLength };
  const { spec, rows } = learnerOf(config, algorithm, policy, lengths);
  loading('graphs', 0, null);
  const made = await environment.createLearner(spec, config.seed, options, rows);
  const { learner, shardSize = config.shardSize } = made;
  const effective = { ...config, shardSize };
  return {
    ...fresh(),
    config: effective,
    info: infoOf(effective, made, policyInfo(checkpoint, policy.length)),
    policyHash: checkpoint.manifest.sha256,
    learner,
    tokenizer,
    algorithm,
    lengths,
    store: new RolloutStore(given),
    rolloutFile: config.rolloutFile === '' ? null : (files[config.rolloutFile] ?? null),
    sandbox,
    initial: await learner.state(),
  };
}
