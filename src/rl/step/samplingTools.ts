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
import { slotReward } from './slotReward.ts';
import type { Example, Task } from '../../tasks/task.ts';
import { demonstrationMethod } from '../sampling/demonstrations.ts';
import { offlinePrompts, offlineTemperature } from '../sampling/offline.ts';
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

/** The expert's method: that of the setting's number, or the last that the task lists. UsageError for another number. */
function expertMethod({ id, methods, defaultMix }: Task, settings: Settings): string {
  const number = Math.round(settings[demonstrationMethod.id] ?? demonstrationMethod.default);
  assert(number <= methods.length, `${demonstrationMethod.id}: ${id} has ${methods.length}, not ${number}`);
  return methods.at(number - 1)?.id ?? Object.keys(defaultMix.methods)[0] ?? '';
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
}

/** Size and temperature of a run's store. */
export const storeMaking = (settings: Settings): StoreMaking => ({
  prompts: Math.round(settings[offlinePrompts.id] ?? offlinePrompts.default),
  temperature: settings[offlineTemperature.id] ?? offlineTemperature.default,
});

/**
 * The base's answers to prompts as they are drawn at step 0: a function of the configuration alone, which a resumed
 * run makes again.
 */
export async function baseGroups(surroundings: Surroundings, { prompts, temperature }: StoreMaking): Promise<Group[]> {
  const { config, task } = surroundings;
  const { seed, numGenerations: samples } = config;
  const examples = promptSamplerById(config.promptSampler).prompts({
    task,
    config,
    step: 0,
    memory: {},
    count: prompts,
    first: 0,
  });
  const written = await completions(surroundings, 0, examples, {
    key: [seed, 'stored rollout'],
    samples,
    temperature,
    slot: baseSlot,
  });
  return asStore(written, config);
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
    async demonstrations(groups, each) {
      const demonstrations = groups.flatMap(({ example }, g) =>
        Array.from({ length: each }, (_, i) => {
          const text = task.demonstration(
            random(seed, 'demonstration', step, g, i),
            example,
            expertMethod(task, settings),
            false,
          );
          return demonstrated(context, example, text, g);
        }),
      );
      return judged(context, step, await Promise.all(demonstrations));
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
