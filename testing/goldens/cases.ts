/** @file The runs of the goldens: eight configurations, each of a few seconds on one core. */
import type { TrainConfig } from '../../src/rl/config/config.ts';
import { presetConfig } from '../../src/rl/config/presets.ts';

export const STEPS = 20;

const small: Partial<TrainConfig> = {
  promptsPerStep: 4,
  numGenerations: 4,
  shardSize: 8,
  rank: 4,
  alpha: 8,
  warmupSteps: 2,
  maxSteps: STEPS,
  evalEvery: 10,
  evalProblems: 8,
};

/** A preset with few completions, and the changes of the case. */
const caseOf = (preset: string, changes: Partial<TrainConfig> = {}): TrainConfig => ({
  ...presetConfig(preset),
  ...small,
  ...changes,
});

/** On a base of 115 000 parameters; several of its two short formats succeed, so rewards differ within a group. */
const formats = (changes: Partial<TrainConfig>): TrainConfig =>
  caseOf('formats', { policy: 'echo-even-small', difficulty: 4, learningRate: 0.003, ...changes });

/** By name. All numbers of an algorithm are explicit, so that a later default changes no golden. */
export const cases: Readonly<Record<string, TrainConfig>> = {
  default: caseOf('default'),
  countdown: caseOf('countdown'),
  'exact optimum': caseOf('exact-seq', { warmupSteps: 0 }),
  ppo: formats({ algorithm: 'ppo', beta: 0.05, klPlacement: 'reward', numIterations: 2 }),
  dpo: formats({ algorithm: 'dpo', beta: 0.1 }),
  raft: formats({ algorithm: 'raft' }),
  chord: formats({ algorithm: 'chord', beta: 0.02, settings: { mu: 0.5, mu_valley: 0.1, mu_decay_steps: 10 } }),
  replay: formats({
    rollouts: 'replay',
    settings: { replay_steps: 2, replay_share: 0.5 },
    klControl: 'adaptive',
    beta: 0.05,
  }),
};
