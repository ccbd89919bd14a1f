/** @file Steps of runs on several slots over a tiny untrained policy. */
import { createRuntime } from '../src/engine/runtime/index.ts';
import { characterTokenizer } from '../src/policy/tokenizer.ts';
import { algorithmOf } from '../src/rl/algorithm/compose.ts';
import { algorithmChoice } from '../src/rl/algorithm/configured.ts';
import type { TrainConfig } from '../src/rl/config/config.ts';
import { GpuLearner } from '../src/rl/learner/gpuLearner.ts';
import { LocalLane } from '../src/rl/learner/lane.ts';
import type { LearnerSpec, SlotSpec } from '../src/rl/learner/learner.ts';
import { ShardedLearner } from '../src/rl/learner/shardedLearner.ts';
import { noSandbox } from '../src/rl/sandbox/rewardFunction.ts';
import type { StepContext } from '../src/rl/step/context.ts';
import { RolloutStore } from '../src/rl/store/rolloutStore.ts';
import { lengthsOf } from '../src/rl/words/lengths.ts';
import type { Task } from '../src/tasks/task.ts';
import { tinyCheckpoint } from './tinyRun.ts';

/** `device` is the learner made for WebGPU, on onnxruntime-node. */
export type Place = 'node' | 'wasm' | 'device';

export interface SlotsRun {
  readonly config: TrainConfig;
  readonly task: Task;
  /** Without its algorithm a slot is trained by that of the configuration. */
  readonly slots: Readonly<Record<string, SlotSpec>>;
}

/** The context of the run's first step; the caller disposes of its learner. */
const tokenizer = characterTokenizer();

export async function slotsContext(place: Place, { config, task, slots }: SlotsRun): Promise<StepContext> {
  const algorithm = algorithmChoice(config);
  const lengths = lengthsOf(task, config.difficulty, tokenizer);
  const spec: LearnerSpec = {
    checkpoint: tinyCheckpoint(),
    slots: Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, { algorithm, ...slot }])),
    shardSize: config.shardSize,
    ...lengths,
  };
  const runtime = await createRuntime(place === 'device' ? 'node' : place);
  const learner =
    place === 'device'
      ? await GpuLearner.create(runtime, spec, config.seed)
      : await ShardedLearner.create([new LocalLane(runtime)], spec, config.seed, new Promise<never>(() => {}));
  return {
    config,
    task,
    algorithm: algorithmOf(algorithm),
    tokenizer,
    learner,
    sandbox: noSandbox,
    ...lengths,
    memory: {},
    kept: [],
    tokens: 0,
    store: new RolloutStore(),
    now: () => performance.now(),
  };
}
