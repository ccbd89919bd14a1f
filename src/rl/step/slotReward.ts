/** @file Rewards that a slot of the learner gives, and how a head learns one from pairs. */
import { float32 } from '../../lib/floats.ts';
import type { Rates } from '../../engine/optim/optimizer.ts';
import { assert } from '../../lib/assert.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Learner } from '../learner/learner.ts';
import { pairMean } from '../objectives/pairs.ts';
import { overTokens } from '../trajectory/batch.ts';
import type { GradientBatch, TokenBatch } from '../trajectory/tokens.ts';
import { type Trajectory, writtenCount } from '../trajectory/trajectory.ts';
import type { Lengths } from '../words/lengths.ts';

interface Surroundings extends Lengths {
  readonly learner: Learner;
  readonly tokenizer: Pick<Tokenizer, 'padId'>;
}

/** Trajectories as sequences, with the next-token columns of the tokens that the policy wrote. */
function sequencesOf(
  trajectories: readonly Trajectory[],
  { promptLength, completionLength, tokenizer }: Omit<Surroundings, 'learner'>,
): { readonly batch: TokenBatch; readonly columns: number; readonly places: readonly (readonly number[])[] } {
  const length = promptLength + completionLength;
  const tokenIds = new Int32Array(trajectories.length * length).fill(tokenizer.padId);
  trajectories.forEach(({ ids }, row) => tokenIds.set(ids, row * length));
  const places = trajectories.map(({ written }, row) =>
    // Column t speaks of token t + 1.
    [...written.keys()].filter((i) => written[i] === 1).map((i) => row * (length - 1) + i - 1),
  );
  return { batch: { rows: trajectories.length, tokenIds, temperature: 1 }, columns: length - 1, places };
}

/**
 * The reward of each trajectory by a slot: its head's value at the last written token or, for a slot without a head,
 * the mean log-probability of the written tokens in nats. UsageError for a slot that is not there.
 */
export const slotReward =
  (surroundings: Surroundings) =>
  async (slot: string, trajectories: readonly Trajectory[]): Promise<readonly number[]> => {
    const { learner } = surroundings;
    assert(learner.has(slot), `reward term: this run has no slot "${slot}"`);
    const { batch, places } = sequencesOf(trajectories, surroundings);
    const { logProbs, values } = await learner.read(batch, slot);
    return places.map((of) =>
      of.length === 0
        ? 0
        : values
          ? (values[of.at(-1) as number] as number)
          : of.reduce((sum, place) => sum + (logProbs[place] as number), 0) / of.length,
    );
  };

/** Trajectories as a batch of pairs for `bradleyTerry`, each with the preferred one first. */
function pairBatch(
  pairs: readonly (readonly [chosen: Trajectory, rejected: Trajectory])[],
  surroundings: Surroundings,
): GradientBatch {
  const trajectories = pairs.flat();
  const { batch, columns, places } = sequencesOf(trajectories, surroundings);
  const [mask, selected] = [0, 1].map(() => new Float32Array(batch.rows * columns)) as [Float32Array, Float32Array];
  for (const of of places) {
    for (const place of of) mask[place] = 1;
    if (of.length > 0) selected[of.at(-1) as number] = 1;
  }
  const shapes = trajectories.map((trajectory) => ({
    length: writtenCount(trajectory),
    terminated: trajectory.terminated,
  }));
  const weights = float32(overTokens(pairMean(shapes), mask, columns));
  return { ...batch, arrays: { mask, selected, weights }, settings: {} };
}

/** One update of the head in `slot` on pairs; returns the mean loss of a pair in nats. */
export async function learnReward(
  surroundings: Surroundings,
  slot: string,
  pairs: readonly (readonly [chosen: Trajectory, rejected: Trajectory])[],
  rates: Rates,
): Promise<{ loss: number; gradNorm: number }> {
  const { learner } = surroundings;
  const { loss } = await learner.gradient(pairBatch(pairs, surroundings), slot);
  return { loss, ...(await learner.update(rates, slot)) };
}
