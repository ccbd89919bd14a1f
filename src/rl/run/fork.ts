/** @file Forks under another algorithm: of an open run, with a learner of its own, and of a snapshot. */
import { assert, present } from '../../lib/assert.ts';
import { algorithmOf } from '../algorithm/compose.ts';
import { algorithmChoice, checkSettings } from '../algorithm/configured.ts';
import { stageConfig } from '../algorithm/stages.ts';
import type { TrainConfig } from '../config/config.ts';
import { copyOfState, type LearnerState, mapSlots, type SlotSizes } from '../learner/state.ts';
import { trainingTask } from '../prompts/priorPrompt.ts';
import { RIVER_VOCABULARY } from '../river/river.ts';
import { checkedConfig, learnerOf, readPolicy, type Run, type TrainerEnvironment } from './run.ts';
import { checkedSnapshot, readSnapshot } from './snapshot.ts';
import { stageIn } from './stages.ts';
import type { RunSnapshot } from './trainer.ts';

/** Fields in which a fork may differ: all others decide the completions, their rewards, or the trained numbers. */
const free: ReadonlySet<string> = new Set<keyof TrainConfig>([
  'algorithm',
  'objectiveText',
  'settings',
  'beta',
  'epsilon',
  'learningRate',
  'maxGradNorm',
  'numIterations',
  'numMinibatches',
  'entropyCoef',
  'entropyTarget',
  'topEntropyQuantile',
  'klTarget',
  'klHorizon',
  'warmupSteps',
  'maxSteps',
  'shardSize',
  'evalEvery',
  'evalProblems',
  'advantage',
  'aggregation',
  'maskedCompletions',
  'zeroStdGroups',
  'klEstimator',
  'klPlacement',
  'klBiasCorrection',
  'klControl',
  'importanceCorrection',
  'offPolicyMask',
  'lrScheduler',
]);

/** Names of the fields that differ between a run and its fork although a fork may not differ in them. */
const barredIn = (run: TrainConfig, fork: TrainConfig): readonly (keyof TrainConfig)[] =>
  (Object.keys(fork) as (keyof TrainConfig)[]).filter(
    (name) => !free.has(name) && JSON.stringify(fork[name]) !== JSON.stringify(run[name]),
  );

/** A configuration as that of the run's stage alone, with the fields in which it differs from the run. */
const inStage = ({ config: own, whole }: Run, asked: TrainConfig): TrainConfig =>
  whole.stages
    ? {
        ...own,
        ...Object.fromEntries(
          Object.entries(asked).filter(
            ([name, value]) => JSON.stringify(value) !== JSON.stringify(whole[name as keyof TrainConfig]),
          ),
        ),
      }
    : asked;

/** The validated configuration of a fork. UsageError that names the fields in which it may not differ from the run. */
function forkConfig(run: Run, config: TrainConfig): TrainConfig {
  const { config: own, tokenizer, info } = run;
  const checked = inStage(run, checkedConfig(config));
  const names = barredIn(own, checked);
  assert(names.length === 0, `${names.join(', ')}: the fork samples and judges as the run does`);
  const task = trainingTask(checked);
  assert(!task.environment, `${task.title}: one update is compared for tasks that are answered in one turn`);
  assert(
    tokenizer.vocabSize <= RIVER_VOCABULARY,
    `The policy ${info.policy.id} chooses among ${tokenizer.vocabSize} tokens; one update is compared for policies with at most ${RIVER_VOCABULARY}`,
  );
  return { ...checked, shardSize: own.shardSize };
}

/** A copy of the state for slots of these sizes: a critic's head is last in the layout and starts at 0. */
function fitted(state: LearnerState, sizes: SlotSizes): LearnerState {
  return mapSlots(copyOfState(state), ({ parameters, optimizer, updates }, slot) => {
    const { size } = present(sizes[slot], slot);
    const fit = (vector: Float32Array): Float32Array => {
      const whole = new Float32Array(size);
      whole.set(vector.subarray(0, size));
      return whole;
    };
    return { parameters: fit(parameters), optimizer: mapSlots(optimizer, fit), updates };
  });
}

/** The run with another algorithm and a learner of its own, at the same state. The learner is the caller's. */
export async function forkOf(run: Run, environment: TrainerEnvironment, asked: TrainConfig): Promise<Run> {
  const config = forkConfig(run, asked);
  const algorithm = algorithmOf(algorithmChoice(config));
  checkSettings(algorithm, config);
  const { policy } = await readPolicy(environment, config.policy);
  const { spec, rows } = learnerOf(config, algorithm, policy, run.lengths, run.held);
  const { backend } = run.info;
  const { learner, shardSize = config.shardSize } = await environment.createLearner(
    spec,
    config.seed,
    { backend, workers: 1 },
    rows,
  );
  try {
    await learner.restore(fitted(await run.learner.state(), learner.info.slots));
  } catch (error) {
    await learner.dispose();
    throw error;
  }
  return { ...run, config: { ...config, shardSize }, algorithm, learner };
}

/**
 * The snapshot as the beginning of a run with another algorithm, length or seed: weights, optimizer, controllers and
 * kept rollouts stay, and a critic that only one of the two has starts at 0 or is left out. UsageError that names a
 * field in which the run may not differ, and for a damaged snapshot or another policy.
 */
export function forkedSnapshot(snapshot: RunSnapshot, { whole: config, policyHash, learner }: Run): RunSnapshot {
  const read = readSnapshot(snapshot);
  const { index } = stageIn(read.memory);
  const names = barredIn(stageConfig(read.config, index), { ...stageConfig(config, index), seed: read.config.seed });
  assert(names.length === 0, `snapshot: it was taken with another ${names.join(', ')}`);
  const { slots } = learner.info;
  for (const slot of Object.keys(read.state)) assert(slots[slot], `snapshot: this algorithm has no slot ${slot}`);
  return checkedSnapshot({ ...read, config, state: fitted(read.state, slots) }, { config, policyHash, slots });
}
