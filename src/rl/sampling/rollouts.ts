/** @file Prompts in, trajectories out: the policy and the environment write in turn; the keys of every random draw. */
import { random } from '../../lib/random.ts';
import type { Sampled } from '../../policy/sampler.ts';
import type { Example } from '../../tasks/task.ts';
import type { RolloutBatch } from '../trajectory/tokens.ts';
import type { Trajectory } from '../trajectory/trajectory.ts';
import { grow, type Growing, grown, opened, reopened, type TurnSurroundings } from './turns.ts';

export interface RolloutSurroundings extends TurnSurroundings {
  readonly learner: { sample(batch: RolloutBatch): Promise<Sampled> };
}

export interface RolloutOptions {
  readonly key: readonly (string | number)[];
  /** Trajectories of each example, or of each place that they fork from. */
  readonly samples: number;
  readonly temperature: number;
  /** The slot that samples. */
  readonly slot: string;
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
  { temperature, slot }: RolloutOptions,
): Promise<{ readonly ids: number[]; readonly logProbs: Float32Array }[]> {
  const uniforms = uniformsOf(rows, completionLength);
  const prompts = rows.map(({ ids }) => ids);
  const { tokenIds, logProbs, lengths } = await learner.sample({ prompts, uniforms, temperature, slot });
  const width = tokenIds.length / rows.length;
  return rows.map((_, row) => {
    const [start, end] = [row * width, row * width + (lengths[row] as number)];
    return { ids: Array.from(tokenIds.subarray(start, end)), logProbs: logProbs.slice(start, end) };
  });
}

async function finished(
  surroundings: RolloutSurroundings,
  rows: readonly Growing[],
  options: RolloutOptions,
): Promise<Trajectory[]> {
  let open = rows;
  while (open.length > 0) {
    const drawn = await drawTurns(surroundings, open, options);
    await Promise.all(open.map((row, i) => grow(surroundings, row, drawn[i] as (typeof drawn)[number])));
    open = open.filter(({ terminated }) => terminated === undefined);
  }
  return rows.map((row) => grown(surroundings.tokenizer, row));
}

/** `samples` rows of each of `count` places; rows of one place follow each other. */
const rowsOf = (
  { key, samples }: RolloutOptions,
  count: number,
  row: (of: number, key: Growing['key']) => Promise<Growing>,
) =>
  Promise.all(
    Array.from({ length: count * samples }, (_, r) => {
      const of = Math.floor(r / samples);
      return row(of, [...key, of, r % samples]);
    }),
  );

/**
 * Samples each example `samples` times; trajectories of one example are adjacent and share a group id, counted from 0.
 * The policy writes until an end token or a stop of the environment, whose answer is appended as forced tokens; this
 * repeats until the environment is done or `completionLength` tokens follow the prompt.
 */
export const sampleTrajectories = async (
  surroundings: RolloutSurroundings,
  examples: readonly Example[],
  options: RolloutOptions,
): Promise<Trajectory[]> => {
  const rows = await rowsOf(options, examples.length, (group, key) =>
    opened(surroundings, examples[group] as Example, group, key),
  );
  return finished(surroundings, rows, options);
};

/** A place to fork from: before token `at` of `trajectory`, which is row `row` of its sampling. */
export interface Fork {
  readonly trajectory: Trajectory;
  readonly row: number;
  readonly at: number;
}

/**
 * Continues each place `samples` times with the environment as it stood there. Continuations of one place share a
 * group; the tokens up to `at` stay the parent's and are not `written` in them. UsageError where the policy did not
 * write token `at`.
 */
export const forkTrajectories = async (
  surroundings: RolloutSurroundings,
  forks: readonly Fork[],
  options: RolloutOptions,
): Promise<Trajectory[]> => {
  const rows = await rowsOf(options, forks.length, (group, key) => {
    const { trajectory, row, at } = forks[group] as Fork;
    return reopened(surroundings, trajectory, { row, at }, group, key);
  });
  return finished(surroundings, rows, options);
};
