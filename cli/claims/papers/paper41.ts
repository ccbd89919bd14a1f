/**
 * @file "RAFT: Reward rAnked FineTuning" (arXiv 2304.06767): the best of K completions imitated, for several K, on the
 * exact frontier of reward and divergence; and against RLOO at equal reward.
 */
import { exactly, exactMetrics } from '../exact.ts';
import { metricEffect } from '../effect.ts';
import { type Arm, everyRun, type Experiment, type ExperimentRun, ours, runsOf } from '../experiment.ts';
import { differs } from './difference.ts';
import { metric } from './measures.ts';

/** Completions of a step in every arm. */
const COMPLETIONS = 64;
const STEPS = 80;
const common = ['--eval_problems', '8', '--eval_samples', '1'];
const UNPENALISED = ['--beta', '0'];
const groupsOf = (size: number): string[] => [
  '--num_generations',
  String(size),
  '--prompts_per_step',
  String(COMPLETIONS / size),
];
const fixed = ['--steps', String(STEPS), '--learning_rate', '0.002'];
/** A constant, small rate, so that five steps between two checks move the reward little. */
const REWARD = 0.8;
const stopped = [
  '--steps',
  '400',
  '--learning_rate',
  '0.001',
  '--lr_scheduler_type',
  'constant',
  '--stop_reward',
  String(REWARD),
];

const SIZES = [2, 4, 8, 16] as const;
/** The group size of the arms that are compared with another algorithm. */
const SIZE = 8;

const raft = (size: number): Arm => ({
  id: `raft-${size}`,
  title: `RAFT, best of ${size}`,
  flags: ['--algorithm', 'raft', ...common, ...UNPENALISED, ...fixed, ...groupsOf(size)],
});
const superHf = (beta: string): Arm => ({
  id: `superhf-${beta}`,
  title: `SuperHF, best of ${SIZE}, β ${beta}`,
  flags: ['--algorithm', 'superHf', ...common, ...fixed, ...groupsOf(SIZE), '--beta', beta],
  note: 'RAFT with a KL penalty in the loss.',
});
const rloo: Arm = {
  id: 'rloo',
  title: `RLOO, groups of ${SIZE}`,
  flags: ['--algorithm', 'rloo', ...common, ...UNPENALISED, ...fixed, ...groupsOf(SIZE)],
};
const toReward = (algorithm: string, title: string): Arm => ({
  id: `${algorithm}-stopped`,
  title: `${title}, until the reward is ${REWARD}`,
  flags: ['--algorithm', algorithm, ...common, ...UNPENALISED, ...stopped, ...groupsOf(SIZE)],
});
const raftStopped = toReward('raft', `RAFT, best of ${SIZE}`);
const rlooStopped = toReward('rloo', `RLOO, groups of ${SIZE}`);

const figures = exactMetrics('reward', 'kl', 'entropy', 'malformed', 'base entropy');
const [reward, divergence, entropy] = figures as [
  (typeof figures)[number],
  (typeof figures)[number],
  (typeof figures)[number],
];
const steps = metric('steps', 'steps', 'steps', 0, (s) => s.steps);

/** The least rise of the expected reward that counts as learning. */
const LEAST_RISE = 0.1;
/** Above it arms can no longer differ; the best sequence has reward 1. */
const CEILING = 0.95;

/** Entropy and divergence of both arms that stop at the same reward. */
function atEqualReward(runs: readonly ExperimentRun[]): string | null {
  const of = (id: string) =>
    [reward, entropy, divergence].map((one) => metricEffect(one, runsOf(runs, id))?.mean ?? Number.NaN);
  const [mine, theirs] = [of(raftStopped.id), of(rlooStopped.id)];
  if ([...mine, ...theirs].some(Number.isNaN)) return null;
  const words = ([r = 0, h = 0, kl = 0]: readonly number[]) =>
    `${h.toFixed(2)} nats of entropy and a divergence of ${kl.toFixed(2)} at reward ${r.toFixed(3)}`;
  return `Stopped at equal reward RAFT has ${words(mine)}, RLOO ${words(theirs)}.`;
}

export const paper41: Experiment = {
  id: 'paper-41',
  paper: 41,
  claim:
    'Imitating the best of K of its own samples, RAFT raises the reward in every run, and more with K of 8 or 16 than of 2.',
  method: `Three letters of eight, 512 sequences with a reward from 0 to 1 each, so that a group has one best; expected reward, divergence and entropy are computed over all of them, nothing is sampled or held out. ${STEPS} steps of ${COMPLETIONS} completions in every arm, whatever K. Two more arms train until the expected reward, computed every 5 steps, is ${REWARD}: entropies are compared there, since any policy that earns more has less of it. The line is the most reward that any policy can have at a divergence. Sizes and thresholds were chosen on seed 101.`,
  preset: 'exact-seq',
  policies: ['exact-seq'],
  arms: [...SIZES.map(raft), superHf('0.1'), superHf('0.5'), rloo, raftStopped, rlooStopped],
  metrics: [...figures, steps],
  comparisons: [
    { of: 'raft-8', against: 'raft-2', metric: reward.id },
    { of: 'raft-4', against: 'raft-2', metric: reward.id },
    { of: 'raft-16', against: 'raft-8', metric: reward.id },
    { of: raftStopped.id, against: rlooStopped.id, metric: entropy.id },
    { of: raftStopped.id, against: rlooStopped.id, metric: divergence.id },
  ],
  finding: atEqualReward,
  methodArm: `raft-${SIZE}`,
  measure: { metric: reward.id, best: 'highest', arms: [`raft-${SIZE}`, 'superhf-0.1', 'superhf-0.5', rloo.id] },
  power: { of: `raft-${SIZE}`, against: 'raft-2', metric: reward.id },
  live: { of: `raft-${SIZE}`, against: 'raft-2', side: 'above', recorded: rloo.id },
  figure: { kind: 'pareto', x: divergence.id, y: reward.id },
  preconditions: [
    everyRun(
      `raft-${SIZE}`,
      `room above: the expected reward ends at ${CEILING} at most`,
      exactly((e) => e.expectedReward <= CEILING),
    ),
    everyRun(
      `raft-${SIZE}`,
      `room below: the base’s expected reward is 0.7 at most`,
      exactly((_, base) => base.expectedReward <= 0.7),
    ),
  ],
  rules: [
    ...SIZES.map((size) =>
      everyRun(
        `raft-${size}`,
        `the expected reward rises by at least ${LEAST_RISE}`,
        exactly((e, base) => e.expectedReward - base.expectedReward >= LEAST_RISE),
      ),
    ),
    differs('raft-8', 'above', 'raft-2', reward),
    differs('raft-16', 'above', 'raft-2', reward),
    ours(differs(raftStopped.id, 'below', rlooStopped.id, entropy)),
    ours(differs(raftStopped.id, 'above', rlooStopped.id, divergence)),
  ],
};
