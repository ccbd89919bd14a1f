/** @file A trajectory as it grows: the policy's turns and the environment's answers, in tokens. */
import { assert } from '../../lib/assert.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import { environmentOf } from '../../tasks/environment.ts';
import type { Environment, Example, Task } from '../../tasks/task.ts';
import {
  promptLengthOf,
  transcript,
  type Trajectory,
  type TrajectoryParent,
  type Turn,
  turnText,
} from '../trajectory/trajectory.ts';

export interface TurnSurroundings {
  readonly task: Pick<Task, 'environment'>;
  readonly tokenizer: Tokenizer;
  /** Most tokens after a prompt, the environment's answers included. */
  readonly completionLength: number;
}

export interface Growing {
  readonly example: Example;
  readonly environment: Environment;
  readonly group: number;
  /** Names its draws. */
  readonly key: readonly (string | number)[];
  readonly promptLength: number;
  readonly ids: number[];
  readonly written: number[];
  readonly logProbs: number[];
  readonly turns: Turn[];
  readonly parent?: TrajectoryParent;
  /** First token of the next turn, where a fork inherits the turn's beginning. */
  begun?: number | undefined;
  /** Absent while the policy is to write on. */
  terminated?: boolean;
}

const zeros = (count: number): number[] => Array<number>(count).fill(0);

/** Begins an example. */
export async function opened(
  { task, tokenizer }: Pick<TurnSurroundings, 'task' | 'tokenizer'>,
  example: Example,
  group: number,
  key: Growing['key'],
): Promise<Growing> {
  const environment = environmentOf(task);
  const prompt = await environment.reset(example);
  assert(prompt === example.prompt, `environment: it begins with ${JSON.stringify(prompt)}, which is not the prompt`);
  const ids = tokenizer.encodePrompt(prompt);
  const promptLength = ids.length;
  const [written, logProbs] = [zeros(promptLength), zeros(promptLength)];
  return { example, environment, group, key, promptLength, ids, written, logProbs, turns: [] };
}

/**
 * Goes back to the first `at` tokens of a trajectory, where the policy was writing; they are the parent's and not
 * `written` here. UsageError where no turn of the policy covers that place.
 */
export async function reopened(
  { task, tokenizer }: TurnSurroundings,
  from: Trajectory,
  parent: TrajectoryParent,
  group: number,
  key: Growing['key'],
): Promise<Growing> {
  const { at } = parent;
  const current = from.turns.find(({ start, end }) => start <= at && at < end);
  assert(current, `at: the policy writes no token ${at} of that trajectory`);
  const turns = from.turns.filter(({ end }) => end <= at);
  const environment = environmentOf(task);
  const actions = turns.map(({ start, end }) => turnText(tokenizer, from.ids.slice(start, end)));
  await environment.restore(from.example, actions);
  return {
    example: from.example,
    environment,
    group,
    key,
    promptLength: promptLengthOf(from),
    ids: from.ids.slice(0, at),
    written: zeros(at),
    logProbs: zeros(at),
    turns,
    parent,
    begun: current.start,
  };
}

/** Number of `ids` up to and including the first stop in the text of the turn; null where it has none. */
function lengthToStop(
  tokenizer: Tokenizer,
  before: readonly number[],
  ids: readonly number[],
  stops: readonly string[],
): number | null {
  if (stops.length === 0) return null;
  const last = ids.findIndex((_, i) => {
    const text = tokenizer.spell([...before, ...ids.slice(0, i + 1)]);
    return stops.some((stop) => text.includes(stop));
  });
  return last < 0 ? null : last + 1;
}

function append(row: Growing, ids: readonly number[], written: 0 | 1, logProbs: ArrayLike<number> | null): void {
  ids.forEach((id, i) => {
    row.ids.push(id);
    row.written.push(written);
    row.logProbs.push(logProbs?.[i] ?? 0);
  });
}

/**
 * A demonstration as if it had been sampled, with its end token and without log-probabilities; the environment writes
 * its own part of the text. UsageError where the text says otherwise.
 */
export async function demonstrated(
  surroundings: Pick<TurnSurroundings, 'task' | 'tokenizer'>,
  example: Example,
  text: string,
  group: number,
): Promise<Trajectory> {
  const { task, tokenizer } = surroundings;
  const row = await opened(surroundings, example, group, []);
  let rest = text;
  do {
    const ids = tokenizer.encode(rest);
    const stopped = lengthToStop(tokenizer, [], ids, row.environment.stops);
    const turn = stopped === null ? tokenizer.encodeCompletion(rest) : ids.slice(0, stopped);
    const start = row.ids.length;
    append(row, turn, 1, null);
    row.turns.push({ start, end: row.ids.length });
    const written = turnText(tokenizer, turn);
    rest = rest.slice(written.length);
    if (!task.environment) break;
    const { observation, reward, done } = await row.environment.step(written);
    row.turns.splice(-1, 1, { start, end: row.ids.length, reward });
    if (done) break;
    assert(
      rest.startsWith(observation),
      `demonstration: the environment answers ${JSON.stringify(observation)}, not ${JSON.stringify(rest)}`,
    );
    append(row, tokenizer.encode(observation), 0, null);
    rest = rest.slice(observation.length);
  } while (rest !== '');
  row.terminated = true;
  return grown(tokenizer, row);
}

/** Appends the drawn tokens as a turn, cut at a stop, and the environment's answer where the turn was closed. */
export async function grow(
  { task, tokenizer, completionLength }: TurnSurroundings,
  row: Growing,
  drawn: { readonly ids: readonly number[]; readonly logProbs: Float32Array },
): Promise<void> {
  const capacity = row.promptLength + completionLength;
  const start = row.begun ?? row.ids.length;
  row.begun = undefined;
  const within = drawn.ids.slice(0, capacity - row.ids.length);
  const stopped = lengthToStop(tokenizer, row.ids.slice(start), within, row.environment.stops);
  const ids = within.slice(0, stopped ?? within.length);
  append(row, ids, 1, drawn.logProbs);
  const turn = { start, end: row.ids.length };
  row.turns.push(turn);
  if (stopped === null && !tokenizer.endIds.includes(ids.at(-1) ?? NaN)) {
    row.terminated = false;
    return;
  }
  const { observation, reward, done } = await row.environment.step(turnText(tokenizer, row.ids.slice(start)));
  // A task's own verifier judges the whole at once; only an environment pays turns.
  if (task.environment) row.turns.splice(-1, 1, { ...turn, reward });
  const answer = done ? [] : tokenizer.encode(observation);
  if (done) row.terminated = true;
  // The policy needs room for one token after the answer.
  else if (row.ids.length + answer.length >= capacity) row.terminated = false;
  else append(row, answer, 0, null);
}

/** The trajectory of a row that is at its end. */
export function grown(tokenizer: Tokenizer, row: Growing): Trajectory {
  const { example, ids, written, logProbs, group, parent } = row;
  const turns = row.turns as [Turn, ...Turn[]];
  return {
    example,
    ids,
    written: Uint8Array.from(written),
    logProbs: Float32Array.from(logProbs),
    turns,
    text: transcript(tokenizer, { ids, turns }),
    terminated: row.terminated === true,
    group,
    ...(parent ? { parent } : {}),
  };
}
