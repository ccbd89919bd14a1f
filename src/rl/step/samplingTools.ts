/** @file The tools of a sampling in a run: judged rollouts of the policy, and demonstrations of the task. */
import { assert } from '../../lib/assert.ts';
import { random } from '../../lib/random.ts';
import type { Settings } from '../words/setting.ts';
import { valueSamples } from '../advantages/optimalValue.ts';
import { promptSamplerById } from '../prompts/index.ts';
import { judge, shuffledRewards } from '../rewards/reward.ts';
import type { Judged, Group, JudgedTrajectory } from '../trajectory/groups.ts';
import type { Trajectory } from '../trajectory/trajectory.ts';
import { membersOf } from '../words/groupIds.ts';
import { demonstrated } from '../sampling/turns.ts';
import { type RolloutOptions, sampleTrajectories } from '../sampling/rollouts.ts';
import type { StepContext } from './context.ts';
import { policyScores } from './policyScores.ts';
import { setDemonstrations } from './setDemonstrations.ts';
import { slotReward } from './slotReward.ts';
import type { Example, Task } from '../../tasks/task.ts';
import { demonstrationMethod } from '../sampling/demonstrations.ts';
import { offlinePrompts, offlineRightShare, offlineTemperature, withRightShare } from '../sampling/offline.ts';
import type { SamplingTools } from '../sampling/sampling.ts';
import { baseSlot, policySlot } from '../words/slots.ts';

type Surroundings = Omit<StepContext, 'now' | 'algorithm' | 'store' | 'kept' | 'memory' | 'tokens'>;
type Key = readonly (string | number)[];

async function judged(
  surroundings: Surroundings,
  step: number,
  trajectories: readonly Trajectory[],
): Promise<JudgedTrajectory[]> {
  const earned = await judge(trajectories, {
    ...surroundings,
    step,
    learned: slotReward(surroundings),
    policy: policyScores(surroundings, policySlot),
  });
  return trajectories.map((trajectory, row) => ({ ...trajectory, ...(earned[row] as Judged) }));
}

/** Judged completions of each example, in the order of the examples. */
async function completions(
  surroundings: Surroundings,
  step: number,
  examples: readonly Example[],
  options: Omit<RolloutOptions, 'slot'> & Partial<RolloutOptions>,
): Promise<JudgedTrajectory[]> {
  return judged(surroundings, step, await sampleTrajectories(surroundings, examples, { slot: policySlot, ...options }));
}

/** The control arm: the rewards of all completions permuted. */
function shuffled(trajectories: readonly JudgedTrajectory[], key: Key): JudgedTrajectory[] {
  const rewards = shuffledRewards(
    Float32Array.from(trajectories, ({ reward }) => reward),
    key,
  );
  return trajectories.map((trajectory, i) => ({ ...trajectory, reward: rewards[i] as number }));
}

/**
 * The methods of demonstrations: the first that the task lists and, of the expert, the setting's number or the last.
 * UsageError for a number that the task does not have.
 */
function stylesOf({ id, methods, defaultMix }: Task, settings: Settings): SamplingTools['styles'] {
  const other = Object.keys(defaultMix.methods)[0] ?? '';
  const number = Math.round(settings[demonstrationMethod.id] ?? demonstrationMethod.default);
  assert(number <= methods.length, `${demonstrationMethod.id}: ${id} has ${methods.length}, not ${number}`);
  return { usual: methods[0]?.id ?? other, expert: methods.at(number - 1)?.id ?? other };
}

/** Trajectories by their group ids; rewards permuted over all of them in the control arm. */
function grouped(
  trajectories: readonly JudgedTrajectory[],
  { shuffleRewards }: Surroundings['config'],
  shuffleKey: Key,
): Group[] {
  const rewarded = shuffleRewards ? shuffled(trajectories, shuffleKey) : trajectories;
  return membersOf(rewarded.map(({ group }) => group)).map((rows): Group => {
    const completions = rows.map((row) => rewarded[row] as JudgedTrajectory);
    return { example: (completions[0] as JudgedTrajectory).example, completions };
  });
}

export interface StoreMaking {
  readonly prompts: number;
  /** Temperature of the sampling and of the log-probabilities. */
  readonly temperature: number;
  /** Of right completions; 0 for as many as the base writes. */
  readonly rightShare: number;
}

/** Size, temperature and share of right completions of a run's store. */
export const storeMaking = (settings: Settings): StoreMaking => ({
  prompts: Math.round(settings[offlinePrompts.id] ?? offlinePrompts.default),
  temperature: settings[offlineTemperature.id] ?? offlineTemperature.default,
  rightShare: settings[offlineRightShare.id] ?? offlineRightShare.default,
});

/** Prompts as they are drawn at step 0. */
const firstPrompts = ({ task, config }: Pick<Surroundings, 'task' | 'config'>, count: number): readonly Example[] =>
  promptSamplerById(config.promptSampler).prompts({ task, config, step: 0, memory: {}, count, first: 0 });

/**
 * The base's answers to prompts as they are drawn at step 0: a function of the configuration alone, which a resumed
 * run makes again.
 */
export async function baseGroups(
  surroundings: Surroundings,
  { prompts, temperature, rightShare }: StoreMaking,
): Promise<readonly Group[]> {
  const { config, task } = surroundings;
  const { seed, numGenerations: samples } = config;
  const examples = firstPrompts({ task, config }, prompts);
  const written = await completions(surroundings, 0, examples, {
    key: [seed, 'stored rollout'],
    samples,
    temperature,
    slot: baseSlot,
  });
  return withRightShare(asStore(written, config), rightShare);
}

const asStore = (trajectories: readonly JudgedTrajectory[], config: Surroundings['config']): Group[] =>
  grouped(trajectories, config, [config.seed, 'shuffled rewards', 'store']).map((group) => ({
    ...group,
    writtenAt: 0,
  }));

/** A store from outside with this run's rewards, since those of a file may have other weights. */
async function rejudged(surroundings: Surroundings, given: readonly Group[]): Promise<Group[]> {
  const trajectories = given.flatMap(({ completions: of }, group) =>
    of.map((trajectory) => ({ ...trajectory, group })),
  );
  return asStore(await judged(surroundings, 0, trajectories), surroundings.config);
}

/** The sampling tools of step `step`. */
export function samplingTools(context: StepContext, step: number, settings: Settings): SamplingTools {
  const { config, task, store, kept } = context;
  const { seed, numGenerations: size, promptsPerStep, temperature } = config;
  const sampler = promptSamplerById(config.promptSampler);
  return {
    promptsPerStep,
    settings,
    step,
    kept,
    random: (...key) => random(seed, ...key),
    stored() {
      const making = storeMaking(settings);
      // Other fields that the store depends on need a restart.
      return store.groups(JSON.stringify(making), (given) =>
        given ? rejudged(context, given) : baseGroups(context, making),
      );
    },
    async groups(count, attempt) {
      const examples = sampler.prompts({ ...context, step, count, first: attempt * count });
      // The first attempt has the key of sampling without further attempts, so that both give the same completions.
      const key = attempt === 0 ? [seed, 'rollout', step] : [seed, 'rollout', step, 'attempt', attempt];
      const fresh = await completions(context, step, examples, { key, samples: size, temperature });
      return grouped(fresh, config, [seed, 'shuffled rewards', step, ...(attempt === 0 ? [] : [attempt])]);
    },
    fromSet: async (chosen) => judged(context, step, await setDemonstrations(context, chosen)),
    styles: stylesOf(task, settings),
    firstPrompts: (count) => firstPrompts(context, count),
    async demonstrations(requests) {
      const written = requests.map(({ example, group, key, style, quality }) => {
        const stream = random(seed, 'demonstration', ...key);
        return demonstrated(context, example, task.demonstration(stream, example, style, quality === 'wrong'), group);
      });
      return judged(context, step, await Promise.all(written));
    },
  };
}

/** The reward of the greedy completion of each group's prompt, [groups]. */
export async function greedyRewards(
  surroundings: Surroundings,
  groups: readonly Group[],
  step: number,
): Promise<Float32Array> {
  const greedy = await completions(
    surroundings,
    step,
    groups.map(({ example }) => example),
    { key: [surroundings.config.seed, 'greedy', step], samples: 1, temperature: 0 },
  );
  return Float32Array.from(greedy, ({ reward }) => reward);
}

/**
 * Rewards of `num_value_samples` completions that the base writes for each group's prompt, [groups][samples]. A run
 * meets ever new prompts, so they are written in the step that meets the prompt and not before the run.
 */
export async function baseRewards(
  surroundings: Surroundings,
  groups: readonly Group[],
  step: number,
  settings: Settings,
): Promise<number[][]> {
  const samples = Math.round(settings[valueSamples.id] ?? valueSamples.default);
  const written = await completions(
    surroundings,
    step,
    groups.map(({ example }) => example),
    {
      key: [surroundings.config.seed, 'value', step],
      samples,
      temperature: surroundings.config.temperature,
      slot: baseSlot,
    },
  );
  return groups.map((_, g) => written.slice(g * samples, (g + 1) * samples).map(({ reward }) => reward));
}
