/** @file Opens a run: its policy, and the learner of its first stage. */
import { assert, present, UsageError } from '../../lib/assert.ts';
import type { Checkpoint, Manifest } from '../../policy/checkpoint.ts';
import { adapterLayout } from '../../policy/lora.ts';
import { taskById } from '../../tasks/index.ts';
import { algorithmOf } from '../algorithm/compose.ts';
import { algorithmChoice, checkSettings, loraOf, trainsAll } from '../algorithm/configured.ts';
import { stageConfig } from '../algorithm/stages.ts';
import type { TrainConfig } from '../config/config.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { trainingTask } from '../prompts/priorPrompt.ts';
import { rewardTerms } from '../rewards/composition.ts';
import { type Files, openOwnTask } from '../sandbox/ownTask.ts';
import type { RewardSandbox } from '../sandbox/rewardFunction.ts';
import { writersOf } from '../step/setDemonstrations.ts';
import { contextOf } from '../step/teacher.ts';
import { namedStore } from '../store/namedStore.ts';
import { RolloutStore } from '../store/rolloutStore.ts';
import { policySlot } from '../words/slots.ts';
import { heldSlots } from './heldSlots.ts';
import { checkFit } from './ownFit.ts';
import {
  learnerOf,
  type MadeLearner,
  type Progress,
  readPolicy,
  type Run,
  surroundingsOf,
  type TrainerEnvironment,
} from './run.ts';
import type { OpenOptions, PolicyInfo, RunInfo } from './trainer.ts';

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

/** The algorithm of a stage. UsageError for settings, terms or a task that it cannot train with. */
function checkedAlgorithm(config: TrainConfig): Algorithm {
  const algorithm = algorithmOf(algorithmChoice(config));
  checkSettings(algorithm, config);
  rewardTerms(trainingTask(config), config);
  if (algorithm.advantage.needs === 'teacher') contextOf(trainingTask(config));
  if (algorithm.needsWriters) writersOf(trainingTask(config));
  return algorithm;
}

/** Puts the number of the stage, from 0, before the message of a UsageError. */
function complainOfStage(stage: number, check: () => void): void {
  try {
    check();
  } catch (cause) {
    if (cause instanceof UsageError) throw new UsageError(`stage ${stage + 1}: ${cause.message}`, { cause });
    throw cause;
  }
}

/**
 * Loads the policy and makes a learner for its first stage; `loading` hears of each part. `files` holds those that the
 * configuration names by their SHA-256. The run takes over the sandbox.
 */
export async function openRun(
  environment: TrainerEnvironment,
  whole: TrainConfig,
  options: OpenOptions,
  loading: Loading,
  files: Files,
  sandbox: RewardSandbox,
): Promise<Run> {
  const configs = Array.from({ length: whole.stages?.length ?? 1 }, (_, index) => stageConfig(whole, index));
  assert(
    !whole.stages || !configs.some(trainsAll),
    'trained_weights: stages hand an adapter on, and all weights are none; choose adapter',
  );
  for (const { task } of configs) await openOwnTask(task, files);
  // Every stage is refused before the policy is loaded.
  configs.forEach((config, stage) => {
    if (whole.stages) complainOfStage(stage, () => checkedAlgorithm(config));
    else checkedAlgorithm(config);
  });
  const opening = async (run: TrainConfig, index: number) => {
    const config = stageConfig(run, index);
    const algorithm = checkedAlgorithm(config);
    // Rollouts that do not fit are refused before the graphs are built.
    const { policy, checkpoint, surroundings, given } = await loaded(environment, config, loading, files, sandbox);
    const { tokenizer, promptLength, completionLength } = surroundings;
    const lengths = { promptLength, completionLength };
    const held = heldSlots(run, index);
    const { spec, rows } = learnerOf(config, algorithm, policy, lengths, held);
    loading('graphs', 0, null);
    const made = await environment.createLearner(spec, config.seed, options, rows);
    const { learner, shardSize = config.shardSize } = made;
    const adapterSize = adapterLayout(checkpoint.config, loraOf(config)).size;
    const store = new RolloutStore(given);
    const effective = { ...config, shardSize };
    const stage = { config: effective, learner, tokenizer, algorithm, lengths, store, held, adapterSize };
    return { stage, made, policy: policyInfo(checkpoint, policy.length), policyHash: checkpoint.manifest.sha256 };
  };
  const { stage, made, policy, policyHash } = await opening(whole, 0);
  const effective = { ...whole, shardSize: stage.config.shardSize };
  return {
    ...fresh(),
    ...stage,
    whole: whole.stages ? effective : stage.config,
    info: infoOf(effective, made, policy),
    policyHash,
    rolloutFile: whole.rolloutFile === '' ? null : (files[whole.rolloutFile] ?? null),
    sandbox,
    initial: await stage.learner.state(),
    openStage: async (run, index) => (await opening(run, index)).stage,
  };
}
