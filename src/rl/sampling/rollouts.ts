/** @file Prompts in, trajectories out: the policy and the environment write in turn; the keys of every random draw. */
import { assert } from '../../lib/assert.ts';
import { random } from '../../lib/random.ts';
import type { Sampled } from '../../policy/sampler.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import { environmentOf } from '../../tasks/environment.ts';
import type { Environment, Example, Task } from '../../tasks/task.ts';
import type { RolloutBatch } from '../trajectory/tokens.ts';
import { transcript, type Trajectory, type Turn, turnText } from '../trajectory/trajectory.ts';

type Key = readonly (string | number)[];

export interface RolloutSurroundings {
  readonly task: Pick<Task, 'verify' | 'environment'>;
  readonly tokenizer: Tokenizer;
  readonly learner: { sample(batch: RolloutBatch): Promise<Sampled> };
  /** Largest number of tokens after a prompt, the environment's answers included. */
  readonly completionLength: number;
}

export interface RolloutOptions {
  readonly key: Key;
  /** Trajectories of each example. */
  readonly samples: number;
  readonly temperature: number;
  readonly policy: RolloutBatch['policy'];
}

/** An unfinished trajectory. */
interface Growing {
  readonly example: Example;
  readonly environment: Environment;
  readonly group: number;
  /** Key of its random draws. */
  readonly key: Key;
  readonly ids: number[];
  readonly written: number[];
  readonly logProbs: number[];
  readonly turns: Turn[];
  /** Absent until the trajectory ends. */
  terminated?: boolean;
}

async function opened(
  { task, tokenizer }: RolloutSurroundings,
  example: Example,
  group: number,
  key: Key,
): Promise<Growing> {
  const environment = environmentOf(task);
  const prompt = await environment.reset(example);
  assert(prompt === example.prompt, `environment: it begins with ${JSON.stringify(prompt)}, which is not the prompt`);
  const ids = tokenizer.encodePrompt(prompt);
  const zeros = () => Array<number>(ids.length).fill(0);
  return { example, environment, group, key, ids, written: zeros(), logProbs: zeros(), turns: [] };
}

/**
 * Uniform numbers of a turn, [rows, completionLength]; the first turn has the key of a single-turn completion, so that
 * both draw alike.
 */
function uniformsOf(rows: readonly Growing[], completionLength: number): Float32Array {
  const uniforms = new Float32Array(rows.length * completionLength);
  rows.forEach(({ key, turns }, row) => {
    const stream = random(...key, ...(turns.length === 0 ? [] : ['turn', turns.length]));
    for (let t = 0; t < completionLength; t++) uniforms[row * completionLength + t] = stream.uniform();
  });
  return uniforms;
}

/** The next turn of each row. The whole prefix is the prompt, so every turn fills the caches again. */
async function drawTurns(
  { learner, completionLength }: RolloutSurroundings,
  rows: readonly Growing[],
  { temperature, policy }: RolloutOptions,
): Promise<{ readonly ids: number[]; readonly logProbs: Float32Array }[]> {
  const uniforms = uniformsOf(rows, completionLength);
  const { tokenIds, logProbs, lengths } = await learner.sample({
    prompts: rows.map(({ ids }) => ids),
    uniforms,
    temperature,
    policy,
  });
  const width = tokenIds.length / rows.length;
  return rows.map((_, row) => {
    const [start, end] = [row * width, row * width + (lengths[row] as number)];
    return { ids: Array.from(tokenIds.subarray(start, end)), logProbs: logProbs.slice(start, end) };
  });
}

/** Number of a turn's tokens up to and including its first stop; null without one. */
function lengthToStop(tokenizer: Tokenizer, ids: readonly number[], stops: readonly string[]): number | null {
  if (stops.length === 0) return null;
  let text = '';
  const last = ids.findIndex((id) => {
    text += tokenizer.tokenText(id);
    return stops.some((stop) => text.includes(stop));
  });
  return last < 0 ? null : last + 1;
}

/** Appends a turn, and the environment's answer if the turn was closed. */
async function grow(
  { task, tokenizer, completionLength }: RolloutSurroundings,
  row: Growing,
  drawn: { readonly ids: readonly number[]; readonly logProbs: Float32Array },
): Promise<void> {
  const start = row.ids.length;
  const first = row.turns[0]?.start ?? start;
  const room = completionLength - (start - first);
  const within = drawn.ids.slice(0, room);
  const stopped = lengthToStop(tokenizer, within, row.environment.stops);
  const ids = within.slice(0, stopped ?? room);
  row.ids.push(...ids);
  row.written.push(...ids.map(() => 1));
  row.logProbs.push(...drawn.logProbs.subarray(0, ids.length));
  const turn = { start, end: row.ids.length };
  row.turns.push(turn);
  if (stopped === null && !tokenizer.endIds.includes(ids.at(-1) ?? NaN)) {
    row.terminated = false;
    return;
  }
  const { observation, reward, done } = await row.environment.step(turnText(tokenizer, ids));
  // Only environments reward turns; a task's verifier judges the whole trajectory.
  if (task.environment) row.turns.splice(-1, 1, { ...turn, reward });
  if (done) {
    row.terminated = true;
    return;
  }
  const answer = tokenizer.encode(observation);
  if (row.ids.length + answer.length >= first + completionLength) {
    row.terminated = false;
    return;
  }
  row.ids.push(...answer);
  row.written.push(...answer.map(() => 0));
  row.logProbs.push(...answer.map(() => 0));
}

function grown(
  tokenizer: Tokenizer,
  { example, ids, written, logProbs, turns, group, terminated }: Growing,
): Trajectory {
  const [turn, ...more] = turns as [Turn, ...Turn[]];
  const trajectory = { ids, turns: [turn, ...more] as const };
  return {
    ...trajectory,
    example,
    written: Uint8Array.from(written),
    logProbs: Float32Array.from(logProbs),
    text: transcript(tokenizer, trajectory),
    terminated: terminated === true,
    group,
  };
}

/**
 * Samples each example `samples` times; trajectories of one example are adjacent and share a group id, counted from 0.
 * The policy writes until an end token or a stop of the environment, whose answer is appended as forced tokens; this
 * repeats until the environment is done or `completionLength` tokens follow the prompt.
 */
export async function sampleTrajectories(
  surroundings: RolloutSurroundings,
  examples: readonly Example[],
  options: RolloutOptions,
): Promise<Trajectory[]> {
  const rows = await Promise.all(
    examples.flatMap((example, group) =>
      Array.from({ length: options.samples }, (_, i) =>
        opened(surroundings, example, group, [...options.key, group, i]),
      ),
    ),
  );
  let open = rows;
  while (open.length > 0) {
    const drawn = await drawTurns(surroundings, open, options);
    await Promise.all(open.map((row, i) => grow(surroundings, row, drawn[i] as (typeof drawn)[number])));
    open = open.filter(({ terminated }) => terminated === undefined);
  }
  return rows.map((row) => grown(surroundings.tokenizer, row));
}
