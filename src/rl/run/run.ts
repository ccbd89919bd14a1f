/** @file A run from opening on: the policy, the learner and the counters that a trainer keeps for it. */
import { present, UsageError } from '../../lib/assert.ts';
import { type Checkpoint, decodeCheckpoint, tokenizerFrom } from '../../policy/checkpoint.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Memory } from '../words/memory.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { algorithmOf } from '../algorithm/compose.ts';
import { algorithmChoice, checkSettings, loraOf } from '../algorithm/configured.ts';
import { trainConfigSchema, type TrainConfig } from '../config/config.ts';
import { largestUpdate } from '../step/innerLoop.ts';
import type { Learner, LearnerSpec } from '../learner/learner.ts';
import type { LearnerState } from '../learner/state.ts';
import { trainingTask } from '../prompts/priorPrompt.ts';
import { rewardTerms } from '../rewards/composition.ts';
import { noSandbox, type RewardSandbox } from '../sandbox/rewardFunction.ts';
import { namedStore } from '../store/namedStore.ts';
import type { StoreSurroundings } from '../store/stored.ts';
import type { Group } from '../trajectory/groups.ts';
import { RolloutStore } from '../store/rolloutStore.ts';
import type { Written } from '../store/written.ts';
import type { OpenOptions, PolicyInfo, RunInfo } from './trainer.ts';
import { policySlot } from '../words/slots.ts';
import { lengthsOf } from '../words/lengths.ts';

export type Progress = (loadedBytes: number, totalBytes: number | null) => void;

/** A learner and facts about it for people. */
export interface MadeLearner {
  readonly learner: Learner;
  /** Why not a faster backend. */
  readonly backendReason?: string;
  /** Present where the learner took another shard size than the spec's. */
  readonly shardSize?: number;
}

/** The functions that a trainer needs from its surroundings. */
export interface TrainerEnvironment {
  /** The policy file of that id, with progress. */
  loadPolicy(id: string, progress: Progress): Promise<Uint8Array>;
  /** A learner on the preferred backend; `stepRows` is the number of completions of one update. */
  createLearner(spec: LearnerSpec, seed: number, options: OpenOptions, stepRows: number): Promise<MadeLearner>;
  now(): number;
  /**
   * Where reward terms of the user run; nothing is to be started before the first call. There are none where absent.
   */
  createSandbox?(): RewardSandbox;
  /**
   * Rollouts from outside, for a run that learns offline and names no file of its own; the base writes them where
   * absent.
   */
  givenRollouts?(surroundings: StoreSurroundings): readonly Group[];
  /** Lets messages in between two steps; a timer where absent. */
  turn?(): Promise<void>;
}

export interface Run {
  /** Changed as a whole, so that a step in flight keeps the one it began with. */
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
  /** Groups of the steps before, for later ones to learn from again. */
  kept: readonly Group[];
  /** The rollouts of a run that learns offline. */
  readonly store: RolloutStore;
  /** The file that holds it, where the configuration names one. */
  readonly rolloutFile: Uint8Array | null;
  /** Trajectories of the newest steps. */
  written: readonly Written[];
  /** Steps of the last checkpoint. */
  checkpointed: number | null;
  /** Why the run is over, where what computed it is gone. */
  dead: Error | null;
}

/** The schema's complaints in one sentence, or the checked configuration. */
export function checkedConfig(config: unknown): TrainConfig {
  const result = trainConfigSchema.safeParse(config);
  if (!result.success) throw new UsageError(result.error.issues.map((issue) => issue.message).join('; '));
  return result.data;
}

function policyInfo({ manifest, weights }: Checkpoint, bytes: number): PolicyInfo {
  const parameters = [...weights.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return { id: manifest.id, parameters, bytes, bits: manifest.bits, manifest };
}

/** Facts of a run with this configuration and policy that rollouts from outside must fit. */
export function surroundingsOf(config: TrainConfig, checkpoint: Checkpoint): StoreSurroundings {
  const task = trainingTask(config);
  const tokenizer = tokenizerFrom(checkpoint.tokenizer);
  return {
    task,
    tokenizer,
    groupSize: config.numGenerations,
    ...lengthsOf(task, config.difficulty, tokenizer),
  };
}

/**
 * Loads the policy and makes a learner for it; `loading` hears the progress. `file` holds the rollouts that
 * the configuration names.
 */
export async function openRun(
  environment: TrainerEnvironment,
  config: TrainConfig,
  options: OpenOptions,
  loading: (label: string, ...progress: Parameters<Progress>) => void,
  file?: Uint8Array,
): Promise<Run> {
  const choice = algorithmChoice(config);
  const algorithm = algorithmOf(choice);
  checkSettings(algorithm, config);
  // Refuses terms that do not exist before anything is loaded.
  rewardTerms(trainingTask(config), config);
  const policy = await environment.loadPolicy(config.policy, (...progress) =>
    loading(`policy ${config.policy}`, ...progress),
  );
  const checkpoint = decodeCheckpoint(policy);
  const surroundings = surroundingsOf(config, checkpoint);
  const { tokenizer, promptLength, completionLength } = surroundings;
  const lengths = { promptLength, completionLength };
  // Refused before the graphs are built.
  const given =
    config.rolloutFile === ''
      ? (environment.givenRollouts?.(surroundings) ?? null)
      : namedStore(config.rolloutFile, file, surroundings);
  const spec: LearnerSpec = {
    checkpoint: policy,
    slots: {
      [policySlot]: {
        set: { kind: 'lora', lora: { ...loraOf(config), critic: algorithm.advantage.needs === 'critic' } },
        algorithm: choice,
      },
    },
    shardSize: config.shardSize,
    ...lengths,
  };
  loading('graphs', 0, null);
  const {
    learner,
    backendReason,
    shardSize = config.shardSize,
  } = await environment.createLearner(
    spec,
    config.seed,
    options,
    largestUpdate(algorithm, config.promptsPerStep * config.numGenerations, config.numMinibatches),
  );
  const { backend, description: backendDescription, workers, slots } = learner.info;
  const effective = { ...config, shardSize };
  const info: RunInfo = {
    config: effective,
    backend,
    backendDescription,
    workers,
    adapterParameters: present(slots[policySlot], policySlot).size,
    policy: policyInfo(checkpoint, policy.length),
    ...(backendReason === undefined ? {} : { backendReason }),
  };
  return {
    config: effective,
    info,
    policyHash: checkpoint.manifest.sha256,
    learner,
    tokenizer,
    algorithm,
    lengths,
    store: new RolloutStore(given),
    rolloutFile: config.rolloutFile === '' ? null : (file ?? null),
    written: [],
    sandbox: environment.createSandbox?.() ?? noSandbox,
    initial: await learner.state(),
    nextStep: 0,
    tokens: 0,
    memory: {},
    kept: [],
    checkpointed: null,
    dead: null,
  };
}
