/** @file The rollouts that the base writes for an offline run, without running it. */
import { tokenizerFrom } from '../src/policy/checkpoint.ts';
import type { TrainConfig } from '../src/rl/config.ts';
import { algorithmChoice, loraOf } from '../src/rl/configured.ts';
import type { Group } from '../src/rl/sampling/sampling.ts';
import { baseGroups, storeMaking } from '../src/rl/sampling/tools.ts';
import { trainingTask } from '../src/rl/posed.ts';
import { createNodeSandbox } from '../src/worker/nodeSandbox.ts';
import { type CliBackend, createLearner, type LoadedPolicy } from './environment.ts';

/** The base's completions of the store's prompts under this configuration. */
export async function baseStore(
  config: TrainConfig,
  policy: LoadedPolicy,
  backend: CliBackend,
  workers: number,
): Promise<Group[]> {
  const task = trainingTask(config);
  const characters = task.lengths(config.difficulty);
  const lengths = { promptLength: characters.prompt, completionLength: characters.completion + 1 };
  const learner = await createLearner(
    {
      checkpoint: policy.bytes,
      lora: loraOf(config),
      algorithm: algorithmChoice(config),
      shardSize: config.shardSize,
      ...lengths,
    },
    config.seed,
    backend,
    workers,
  );
  const sandbox = createNodeSandbox();
  try {
    const surroundings = {
      config,
      task,
      tokenizer: tokenizerFrom(policy.checkpoint.tokenizer),
      learner,
      sandbox,
      ...lengths,
    };
    return await baseGroups(surroundings, storeMaking(config.settings));
  } finally {
    sandbox.dispose();
    await learner.dispose();
  }
}
