/** @file Completions of the base for a difficulty profile, counted problem by problem. */
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Example, Task } from '../../tasks/task.ts';
import type { Learner } from '../learner/learner.ts';
import type { RewardSettings } from '../rewards/composition.ts';
import { judge } from '../rewards/reward.ts';
import { sampleTrajectories } from '../sampling/rollouts.ts';
import type { RewardSandbox } from '../sandbox/rewardFunction.ts';
import { promptLengthOf, type Trajectory, writtenCount } from '../trajectory/trajectory.ts';
import { membersOf } from '../words/groupIds.ts';
import { policyScores } from '../step/policyScores.ts';
import { lengthsOf } from '../words/lengths.ts';
import { baseSlot } from '../words/slots.ts';

export interface ProfileSettings {
  readonly difficulty: number;
  readonly temperature: number;
  readonly groupSize: number;
  readonly seed: number;
  readonly rewards: RewardSettings;
}

export interface ProfileSurroundings {
  readonly learner: Learner;
  readonly tokenizer: Tokenizer;
  readonly task: Task;
  readonly sandbox: RewardSandbox;
  /** Room of the learner in tokens; difficulties that need more are not measured. */
  readonly promptLength: number;
  readonly completionLength: number;
}

/** Counts of one problem's completions. */
export interface Tally {
  readonly samples: number;
  readonly right: number;
  /** How often each reward was earned. */
  readonly rewards: readonly number[];
  readonly tokens: number;
  readonly cut: number;
}

/** Share of groups of `size` out of `n` completions that are all of one kind of `count`: C(count, size) / C(n, size). */
function allOfKind(n: number, count: number, size: number): number {
  let share = 1;
  for (let i = 0; i < size; i++) share *= Math.max(0, count - i) / (n - i);
  return share;
}

/** Expected share of groups of `size` whose rewards are all equal, over all groups that the completions could form. */
export const noSignalOf = ({ samples, rewards }: Pick<Tally, 'samples' | 'rewards'>, size: number): number =>
  rewards.reduce((sum, count) => sum + allOfKind(samples, count, Math.min(size, samples)), 0);

/** Samples and judges completions of some problems by the base. */
export async function tallies(
  surroundings: ProfileSurroundings,
  { rewards: config, seed }: ProfileSettings,
  examples: readonly Example[],
  samples: number,
  temperature: number,
  piece: number,
): Promise<Tally[]> {
  const { learner, tokenizer, task, sandbox, completionLength } = surroundings;
  const difficulty = examples[0]?.difficulty ?? 0;
  const key = [seed, 'profile', difficulty, temperature, piece];
  const drawn = await sampleTrajectories({ learner, tokenizer, task, completionLength }, examples, {
    key,
    samples,
    temperature,
    slot: baseSlot,
  });
  // The learner has room for the longest difficulty; a run at this one would cut a longer completion.
  const room = lengthsOf(task, difficulty, tokenizer).completionLength;
  const trajectories = drawn.map((one) =>
    one.ids.length - promptLengthOf(one) > room ? { ...one, terminated: false } : one,
  );
  const judged = await judge(trajectories, {
    task,
    config,
    step: 0,
    sandbox,
    policy: policyScores(surroundings, baseSlot),
  });
  return membersOf(trajectories.map(({ group }) => group)).map((rows) => {
    const counts = new Map<number, number>();
    for (const row of rows) {
      const { reward = 0 } = judged[row] ?? {};
      counts.set(reward, (counts.get(reward) ?? 0) + 1);
    }
    return {
      samples: rows.length,
      right: rows.filter((row) => judged[row]?.verdict.correct).length,
      rewards: [...counts.values()],
      tokens: rows.reduce((sum, row) => sum + Math.min(room, writtenCount(trajectories[row] as Trajectory)), 0),
      cut: rows.filter((row) => !trajectories[row]?.terminated).length,
    };
  });
}
