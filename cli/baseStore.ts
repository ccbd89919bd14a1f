/** @file The rollouts that the base writes for an offline run, without running it. */
import { tokenizerFrom } from '../src/policy/checkpoint.ts';
import type { TrainConfig } from '../src/rl/config/config.ts';
import { algorithmChoice, loraOf } from '../src/rl/algorithm/configured.ts';
import type { Group } from '../src/rl/trajectory/groups.ts';
import { baseGroups, storeMaking } from '../src/rl/step/samplingTools.ts';
import { trainingTask } from '../src/rl/prompts/priorPrompt.ts';
import { createNodeSandbox } from '../src/worker/nodeSandbox.ts';
import { type CliBackend, createLearner, type LoadedPolicy } from './environment.ts';
import { policySlot } from '../src/rl/words/slots.ts';
import { checkFit } from '../src/rl/run/ownFit.ts';
import { withChats } from '../src/rl/words/chats.ts';
import { lengthsOf } from '../src/rl/words/lengths.ts';

/** The base's completions of the store's prompts under this configuration. */
export async function baseStore(
  config: TrainConfig,
  policy: LoadedPolicy,
  backend: CliBackend,
  workers: number,
): Promise<readonly Group[]> {
  const task = trainingTask(config);
  checkFit(task, policy.checkpoint, config.difficulty);
  const tokenizer = withChats(tokenizerFrom(policy.checkpoint.tokenizer), task);
  const lengths = lengthsOf(task, config.difficulty, tokenizer);
  const learner = await createLearner(
    {
      checkpoint: policy.bytes,
      slots: { [policySlot]: { set: { kind: 'lora', lora: loraOf(config) }, algorithm: algorithmChoice(config) } },
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
      tokenizer,
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
