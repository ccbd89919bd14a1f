/** @file Scores that the policy itself gives completions: self-certainty and the gain of the reference answer. */
import { assert } from '../../lib/assert.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Verdict } from '../../tasks/task.ts';
import type { Learner } from '../learner/learner.ts';
import type { PolicyScores } from '../rewards/sharedTerms.ts';
import { promptLengthOf, type Trajectory } from '../trajectory/trajectory.ts';
import { baseSlot } from '../words/slots.ts';
import type { Lengths } from '../words/lengths.ts';

interface Surroundings extends Lengths {
  readonly learner: Pick<Learner, 'read'>;
  readonly tokenizer: Pick<Tokenizer, 'padId' | 'encode'>;
}

/** Token ids of one row, and the places of the tokens that count. */
interface Sequence {
  readonly ids: readonly number[];
  readonly places: readonly number[];
}

/** Rows as a batch of the learner's width, whose column t speaks of token t + 1. */
function batchOf(
  sequences: readonly Sequence[],
  { promptLength, completionLength, tokenizer }: Omit<Surroundings, 'learner'>,
) {
  const length = promptLength + completionLength;
  const columns = length - 1;
  const tokenIds = new Int32Array(sequences.length * length).fill(tokenizer.padId);
  const mask = new Float32Array(sequences.length * columns);
  sequences.forEach(({ ids, places }, row) => {
    tokenIds.set(ids, row * length);
    for (const place of places) mask[row * columns + place - 1] = 1;
  });
  return { columns, batch: { rows: sequences.length, tokenIds, temperature: 1, arrays: { mask } } };
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length);

/** Places of the tokens that a policy wrote. */
const writtenPlacesOf = ({ written }: Pick<Trajectory, 'written'>): number[] =>
  [...written.keys()].filter((i) => written[i] === 1);

/**
 * KL(policy, base) of a completion, nats: the mean of log pi - log pi_base over completions that the policy drew at
 * temperature 1, as their trajectories state it.
 */
export async function sampledDivergence(
  surroundings: Surroundings,
  trajectories: readonly Trajectory[],
): Promise<number> {
  const rows = trajectories.map((trajectory) => ({ ids: trajectory.ids, places: writtenPlacesOf(trajectory) }));
  const { batch, columns } = batchOf(rows, surroundings);
  const { logProbs } = await surroundings.learner.read(batch, baseSlot);
  return meanOf(
    rows.map(({ places }, row) =>
      places.reduce(
        (sum, place) =>
          sum + (trajectories[row]?.logProbs[place] as number) - (logProbs[row * columns + place - 1] as number),
        0,
      ),
    ),
  );
}

/** The text before the answer that was read; null where there is none. */
function workingOf(text: string, { parsed }: Pick<Verdict, 'parsed'>): string | null {
  const at = parsed === null ? -1 : text.lastIndexOf(parsed);
  return at < 0 ? null : text.slice(0, at);
}

/** The prompt, `working` and the reference answer, whose tokens count; none count if they do not fit. */
function answered(trajectory: Trajectory, working: string, surroundings: Surroundings): Sequence {
  const { tokenizer, promptLength, completionLength } = surroundings;
  const before = [...trajectory.ids.slice(0, promptLengthOf(trajectory)), ...tokenizer.encode(working)];
  const ids = [...before, ...tokenizer.encode(trajectory.example.answer)];
  if (ids.length > promptLength + completionLength) return { ids: [], places: [] };
  return { ids, places: [...ids.keys()].slice(before.length) };
}

/**
 * Scores of `trajectories` by the policy in `slot` at temperature 1. `certainty` is the mean of KL(U, pi) = -log V -
 * mean log pi over the vocabulary (Intuitor, arXiv 2505.19590, eq. 4); UsageError if distributions are never whole.
 * `answerGain` is clip(p - p', 0, 1), p the mean probability of the reference answer's tokens after the completion's
 * working and p' directly after the prompt (RLPR, arXiv 2506.18254, eqs. 3 and 4); 0 without an answer to replace.
 */
export const policyScores =
  (surroundings: Surroundings, slot: string) =>
  (trajectories: readonly Trajectory[], verdicts: readonly Verdict[]): PolicyScores => ({
    async certainty() {
      const rows = trajectories.map((trajectory) => ({ ids: trajectory.ids, places: writtenPlacesOf(trajectory) }));
      const { batch, columns } = batchOf(rows, surroundings);
      const { logDistribution } = await surroundings.learner.read(batch, slot, true);
      assert(logDistribution, 'reward term certainty: the distributions of this model are never computed whole');
      const size = logDistribution.length / (rows.length * columns);
      return rows.map(({ places }, row) =>
        meanOf(
          places.map((place) => {
            const at = (row * columns + place - 1) * size;
            return -Math.log(size) - meanOf([...logDistribution.subarray(at, at + size)]);
          }),
        ),
      );
    },
    async answerGain() {
      const workings = trajectories.map(({ text }, row) => workingOf(text, verdicts[row] as Verdict));
      const rows = ['with', 'without'].flatMap((which) =>
        trajectories.map((trajectory, row) =>
          answered(trajectory, which === 'with' ? (workings[row] ?? '') : '', surroundings),
        ),
      );
      const { batch, columns } = batchOf(rows, surroundings);
      const { logProbs } = await surroundings.learner.read(batch, slot);
      const likelihoods = rows.map(({ places }, row) =>
        meanOf(places.map((place) => Math.exp(logProbs[row * columns + place - 1] as number))),
      );
      return workings.map((working, row) => {
        const gain = (likelihoods[row] as number) - (likelihoods[trajectories.length + row] as number);
        return working === null ? 0 : Math.min(1, Math.max(0, gain));
      });
    },
  });
