/** @file A trajectory: tokens of a prompt and of the turns after it, with the writer of each token. */
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Example } from '../../tasks/task.ts';

/** One turn of the policy: tokens from `start` up to, not including, `end`; its end token or closing stop included. */
export interface Turn {
  readonly start: number;
  readonly end: number;
  /** Part of the trajectory's reward that the environment paid for this turn; absent if only the whole is rewarded. */
  readonly reward?: number | undefined;
}

/** Origin of a fork: its first `at` tokens are those of row `row` of the parent's sampling. */
export interface TrajectoryParent {
  readonly row: number;
  readonly at: number;
}

export interface Trajectory {
  readonly example: Example;
  /** Prompt, turns of the policy, and the environment's answers between them. */
  readonly ids: readonly number[];
  /** [ids.length]: 1 where the policy (or an expert) wrote the token; 0 for prompt, environment and forced tokens. */
  readonly written: Uint8Array;
  /** [ids.length], nats: log-probability of each written token when it was drawn; 0 elsewhere, and for an expert. */
  readonly logProbs: Float32Array;
  /** In order, at least one. The prompt precedes the first; the environment's answers lie between them. */
  readonly turns: readonly [Turn, ...Turn[]];
  /** Text after the prompt, without end tokens. */
  readonly text: string;
  /** Ended by an end token or by the environment, not by the length limit. */
  readonly terminated: boolean;
  /** Group id: trajectories of one sampling with the same id share a prompt. */
  readonly group: number;
  /** Present in a fork. */
  readonly parent?: TrajectoryParent;
}

/** Tokens before the first turn. */
export const promptLengthOf = ({ turns }: Pick<Trajectory, 'turns'>): number => turns[0].start;

/** Number of tokens that the policy wrote, end tokens included. */
export const writtenCount = ({ written }: Pick<Trajectory, 'written'>): number =>
  written.reduce((count, w) => count + w, 0);

/** Ids of the tokens that the policy wrote. */
export const writtenIds = ({ ids, written }: Pick<Trajectory, 'ids' | 'written'>): number[] =>
  ids.filter((_, i) => written[i] === 1);

/** Rewards of the turns that the environment paid, in order. */
export const turnRewardsOf = ({ turns }: { readonly turns: readonly Pick<Turn, 'reward'>[] }): number[] =>
  turns.flatMap(({ reward }) => (reward === undefined ? [] : [reward]));

/** Whether the policy wrote all tokens after the prompt in a single turn without a reward of its own. */
export const isPlain = ({ turns, ids, written }: Pick<Trajectory, 'turns' | 'ids' | 'written'>): boolean =>
  turns.length === 1 &&
  turns[0].end === ids.length &&
  turns[0].reward === undefined &&
  written.indexOf(0, turns[0].start) < 0;

/** The text of a policy's turn, without the end token that may close it. */
export const turnText = (tokenizer: Tokenizer, ids: readonly number[]): string =>
  tokenizer.spell(tokenizer.endIds.includes(ids.at(-1) ?? NaN) ? ids.slice(0, -1) : ids);

/** The text after the prompt, without the end tokens that close turns. */
export function transcript(tokenizer: Tokenizer, { ids, turns }: Pick<Trajectory, 'ids' | 'turns'>): string {
  const pieces = turns.map(({ start, end }, t) => {
    const answer = ids.slice(end, turns[t + 1]?.start ?? ids.length);
    return turnText(tokenizer, ids.slice(start, end)) + tokenizer.spell(answer);
  });
  return pieces.join('');
}

/**
 * Rewards of a trajectory's turns, `end` counted in written tokens; they sum to `reward`. The last segment has the part
 * of `reward` that no earlier turn was paid; empty without written tokens.
 */
export function segmentsOf(
  { turns, written }: Pick<Trajectory, 'turns' | 'written'>,
  reward: number,
): { readonly end: number; readonly reward: number }[] {
  const countTo = (end: number): number => writtenCount({ written: written.subarray(0, end) });
  const all = countTo(written.length);
  if (all === 0) return [];
  if (Number.isNaN(reward)) return [{ end: all, reward }];
  const paid = turns.slice(0, -1).map(({ end, reward: r = 0 }) => ({ end: countTo(end), reward: r }));
  const rest = reward - paid.reduce((sum, { reward: r }) => sum + r, 0);
  // A turn that a fork inherits was paid to its parent.
  return [...paid.filter(({ end }) => end > 0), { end: all, reward: rest }];
}
