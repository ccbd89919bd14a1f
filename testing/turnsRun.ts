/** @file A run of the calculator task on a tiny untrained policy that leans towards digits and calls. */
import { createRuntime } from '../src/engine/runtime/index.ts';
import { characterTokenizer } from '../src/policy/tokenizer.ts';
import { algorithmOf } from '../src/rl/algorithm/compose.ts';
import { algorithmChoice, loraOf } from '../src/rl/algorithm/configured.ts';
import type { TrainConfig } from '../src/rl/config/config.ts';
import { LocalLane } from '../src/rl/learner/lane.ts';
import type { LearnerSpec } from '../src/rl/learner/learner.ts';
import { ShardedLearner } from '../src/rl/learner/shardedLearner.ts';
import { noSandbox } from '../src/rl/sandbox/rewardFunction.ts';
import type { StepContext } from '../src/rl/step/context.ts';
import { RolloutStore } from '../src/rl/store/rolloutStore.ts';
import { lengthsOf } from '../src/rl/words/lengths.ts';
import { policySlot } from '../src/rl/words/slots.ts';
import { calculator, CALL } from './calculator.ts';
import { tinyCheckpoint, tinyConfig } from './tinyRun.ts';

export const tokenizer = characterTokenizer();

/** 64 trajectories a step in groups of 8. */
export const turnsConfig: TrainConfig = {
  ...tinyConfig,
  difficulty: 1,
  promptsPerStep: 8,
  numGenerations: 8,
  shardSize: 64,
  rank: 8,
  alpha: 16,
  rewardWeights: {},
  learningRate: 0.01,
};

/** The context of that run's first step; the caller disposes of its learner. */
export async function turnsContext(backend: 'node' | 'wasm', seed: number): Promise<StepContext> {
  const config = { ...turnsConfig, seed };
  const choice = algorithmChoice(config);
  const lengths = lengthsOf(calculator, config.difficulty, tokenizer);
  const spec: LearnerSpec = {
    checkpoint: tinyCheckpoint(`0123456789${CALL}`),
    slots: { [policySlot]: { set: { kind: 'lora', lora: loraOf(config) }, algorithm: choice } },
    shardSize: config.shardSize,
    ...lengths,
  };
  const lane = new LocalLane(await createRuntime(backend));
  return {
    config,
    task: calculator,
    algorithm: algorithmOf(choice),
    tokenizer,
    learner: await ShardedLearner.create([lane], spec, seed, new Promise<never>(() => {})),
    sandbox: noSandbox,
    ...lengths,
    memory: {},
    kept: [],
    tokens: 0,
    store: new RolloutStore(),
    now: () => performance.now(),
  };
}
