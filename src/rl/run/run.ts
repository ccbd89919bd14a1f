/** @file A run from opening on: the policy, the learner and the counters that a trainer keeps for it. */
import { UsageError } from '../../lib/assert.ts';
import { type Checkpoint, decodeCheckpoint, tokenizerFrom, tokenizerReady } from '../../policy/checkpoint.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Memory } from '../words/memory.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { algorithmChoice, loraOf, trainedSet } from '../algorithm/configured.ts';
import { trainConfigSchema, type TrainConfig } from '../config/config.ts';
import { complaintOf } from '../config/stages.ts';
import { largestUpdate } from '../step/innerLoop.ts';
import type { Learner, LearnerSpec } from '../learner/learner.ts';
import type { LearnerState } from '../learner/state.ts';
import { trainingTask } from '../prompts/priorPrompt.ts';
import type { RewardSandbox } from '../sandbox/rewardFunction.ts';
import type { StoreSurroundings } from '../store/stored.ts';
import type { Prefix } from '../river/completionTree.ts';
import type { Example } from '../../tasks/task.ts';
import type { Group } from '../trajectory/groups.ts';
import type { RolloutStore } from '../store/rolloutStore.ts';
import type { Written } from '../store/written.ts';
import type { OpenOptions, RunInfo } from './trainer.ts';
import { policySlot } from '../words/slots.ts';
import { type HeldSlots, nothingHeld } from './heldSlots.ts';
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

/** The parts of a run that each of its stages has of its own. */
export interface RunStage {
  /** Of the stage alone. Replaced, never mutated, so that a step in flight keeps its own. */
  config: TrainConfig;
  learner: Learner;
  tokenizer: Tokenizer;
  algorithm: Algorithm;
  lengths: { readonly promptLength: number; readonly completionLength: number };
  /** The rollouts of a run that learns offline. */
  store: RolloutStore;
  /** Slots that hold the policy at the end of earlier stages, and the one that is the reference. */
  held: HeldSlots;
  /** Numbers of the policy's slot without those of a critic, which come last. */
  adapterSize: number;
}

export interface Run extends RunStage {
  /** The configuration with all stages; equal to `config` without stages. */
  whole: TrainConfig;
  readonly info: RunInfo;
  readonly policyHash: string;
  readonly sandbox: RewardSandbox;
  readonly initial: LearnerState;
  /** Makes the parts of another stage. */
  readonly openStage: (whole: TrainConfig, index: number) => Promise<RunStage>;
  /** Within the stage. */
  nextStep: number;
  tokens: number;
  /** Numbers of controllers and baselines, carried from step to step. */
  memory: Memory;
  /** Groups of earlier steps, for replay. */
  kept: readonly Group[];
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
  if (!result.success) throw new UsageError(result.error.issues.map(complaintOf).join('; '));
  return result.data;
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

/**
 * The learner of a configuration over a policy file, with slots for the policies that a run's stages refer to; `rows`
 * of its largest update.
 */
export function learnerOf(
  config: TrainConfig,
  algorithm: Algorithm,
  checkpoint: Uint8Array,
  lengths: Run['lengths'],
  { slots, reference }: HeldSlots = nothingHeld,
): { readonly spec: LearnerSpec; readonly rows: number } {
  const lora = loraOf(config);
  const spec: LearnerSpec = {
    checkpoint,
    slots: {
      [policySlot]: { set: trainedSet(config, algorithm), algorithm: algorithmChoice(config) },
      ...Object.fromEntries(slots.map((slot) => [slot, { set: { kind: 'lora' as const, lora } }])),
    },
    ...(reference === undefined ? {} : { referenceSlot: reference }),
    shardSize: config.shardSize,
    ...lengths,
  };
  return { spec, rows: largestUpdate(algorithm, config.promptsPerStep * config.numGenerations, config.numMinibatches) };
}
