/** @file A tiny untrained policy and a short run on it. */
import { createRuntime } from '../src/engine/runtime/index.ts';
import { present } from '../src/lib/assert.ts';
import { encodeCheckpoint, quantizeWeights } from '../src/policy/checkpoint.ts';
import type { PolicyConfig } from '../src/policy/config.ts';
import { characterTokenizer } from '../src/policy/tokenizer.ts';
import { defaultConfig, type TrainConfig } from '../src/rl/config/config.ts';
import type { Lane } from '../src/rl/learner/jobs.ts';
import { LocalLane } from '../src/rl/learner/lane.ts';
import { ShardedLearner } from '../src/rl/learner/shardedLearner.ts';
import { LocalTrainer } from '../src/rl/run/localTrainer.ts';
import type { StepMetrics } from '../src/rl/metrics/index.ts';
import { initialWeights, namedWeights } from '../src/rl/pretraining/pretrainer.ts';
import type { RewardSandbox } from '../src/rl/sandbox/rewardFunction.ts';
import { QuickJsSandbox } from '../src/rl/sandbox/sandbox.ts';

const tinyPolicy: PolicyConfig = {
  vocabSize: 64,
  dim: 32,
  layers: 1,
  heads: 2,
  kvHeads: 2,
  hiddenDim: 64,
  maxSequence: 64,
  ropeTheta: 10000,
  ropeInterleaved: false,
  normEps: 1e-5,
  tiedHead: false,
};

/**
 * Random weights biased towards digits (or other characters) and the end token, so that some completions are well
 * formed and rewards vary.
 */
function leaningWeights(characters: string) {
  const { dim, vocabSize } = tinyPolicy;
  const tokenizer = characterTokenizer();
  const weights = namedWeights(tinyPolicy, initialWeights(tinyPolicy, 1));
  const [embedding, head] = ['embedding', 'head'].map((name) => present(weights.get(name), name).data);
  for (let token = 0; token < vocabSize; token++) present(embedding, 'embedding')[token * dim] = 3;
  for (const token of [...tokenizer.encode(characters), tokenizer.eosId]) present(head, 'head')[token] = 0.8;
  return weights;
}

export function tinyCheckpoint(characters = '0123456789'): Uint8Array {
  return encodeCheckpoint(
    {
      ...quantizeWeights({ config: tinyPolicy, weights: leaningWeights(characters) }, 4),
      tokenizer: characterTokenizer().describe(),
    },
    { id: 'tiny', title: 'Untrained', date: '2026-11-01', mixture: {}, pretraining: {}, accuracies: {} },
  );
}

/** Sixteen completions per step in four shards; only the format is rewarded. */
export const tinyConfig: TrainConfig = {
  ...defaultConfig,
  policy: 'tiny',
  difficulty: 2,
  promptsPerStep: 4,
  numGenerations: 4,
  shardSize: 4,
  rank: 2,
  alpha: 4,
  rewardWeights: { format: 1 },
  learningRate: 0.01,
  warmupSteps: 0,
  evalEvery: 0,
  evalProblems: 8,
  maxSteps: 1000,
};

type MakeLanes = () => Promise<{ lanes: readonly Lane[]; lost: Promise<string> }>;

/** A trainer whose learners run on the lanes of `makeLanes`; by default on one lane in this thread. */
export function tinyTrainer(makeLanes?: MakeLanes): LocalTrainer {
  return trainerOf(tinyCheckpoint(), makeLanes);
}

/** The same with a given policy file. */
export function trainerOf(
  checkpoint: Uint8Array,
  makeLanes: MakeLanes = oneLane,
  createSandbox: () => RewardSandbox = () => new QuickJsSandbox(),
): LocalTrainer {
  return new LocalTrainer({
    loadPolicy: async () => checkpoint,
    async createLearner(spec, seed) {
      const { lanes, lost } = await makeLanes();
      return { learner: await ShardedLearner.create(lanes, spec, seed, lost) };
    },
    now: () => performance.now(),
    createSandbox,
  });
}

async function oneLane() {
  return { lanes: [new LocalLane(await createRuntime('node'))], lost: new Promise<never>(() => {}) };
}

export const onNode = { backend: 'node', workers: 1 } as const;

/** A step's metrics without its times. */
export const timeless = (metrics: StepMetrics) =>
  Object.fromEntries(Object.entries(metrics).filter(([name]) => !name.startsWith('time/') && name !== 'step_time'));
