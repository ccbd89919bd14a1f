/** @file The settings of a run on which its memory and time depend. */
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Task } from '../../tasks/task.ts';
import type { TrainConfig } from '../config/config.ts';
import { lengthsOf } from '../words/lengths.ts';

/** Plain data, so that it can be sent to a worker. */
export interface RunShape {
  readonly promptsPerStep: number;
  /** Completions of a step. */
  readonly rows: number;
  /** Rows that are sampled together, of which each has its own part of the cache. */
  readonly rowsAtOnce: number;
  /** Passes over the completions of a step. */
  readonly numIterations: number;
  /** Most tokens of a prompt, and of a completion with its end token. */
  readonly promptLength: number;
  readonly completionLength: number;
  readonly rank: number;
}

type Settings = Pick<
  TrainConfig,
  'promptsPerStep' | 'numGenerations' | 'numIterations' | 'rank' | 'shardSize' | 'difficulty'
>;

/** Tokens around a message in a chat template; SmolLM2's and Qwen's take 10 to 30. */
const FRAME = 30;

/** Lengths before the tokenizer is read: a token spells at least one character. */
const unread: Pick<Tokenizer, 'tokenLengths'> = {
  tokenLengths: ({ prompt, completion, messages = 1 }) => ({
    promptLength: FRAME * messages + prompt,
    completionLength: completion + 1,
  }),
};

/** The shape of a run on this task, in tokens of the tokenizer if it is there. */
export function runShapeOf(
  config: Settings,
  task: Pick<Task, 'lengths' | 'environment'>,
  tokenizer: Pick<Tokenizer, 'tokenLengths'> = unread,
): RunShape {
  const { promptsPerStep, numGenerations, numIterations, rank, shardSize } = config;
  return {
    promptsPerStep,
    rows: promptsPerStep * numGenerations,
    numIterations,
    rank,
    rowsAtOnce: shardSize,
    ...lengthsOf(task, config.difficulty, tokenizer),
  };
}
