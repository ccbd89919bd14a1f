/** @file The exact frontier of expected reward and divergence, for the front of an experiment with listed outcomes. */
import { tokenizerFrom } from '../../src/policy/checkpoint.ts';
import { presetConfig } from '../../src/rl/config/presets.ts';
import { frontier } from '../../src/rl/exact/optimum.ts';
import { baseOutcomes } from '../../src/rl/exact/readout.ts';
import { lengthsOf } from '../../src/rl/words/lengths.ts';
import { policySlot } from '../../src/rl/words/slots.ts';
import { taskById } from '../../src/tasks/index.ts';
import { createLearner, loadPolicyFile } from '../environment.ts';
import { SHARD, smallestLora } from '../measure.ts';
import type { Experiment } from './experiment.ts';

/** [KL in nats, expected reward], by falling divergence. */
export type FrontierPoints = readonly (readonly [kl: number, reward: number])[];

/** From nearly the best outcome alone to nearly the base. */
const betas = Array.from({ length: 33 }, (_, i) => 0.005 * 2 ** (i / 4));

/** Of the experiment's first base with its preset's task and rewards; null without a front or listed outcomes. */
export async function exactFrontier({ figure, policies, preset }: Experiment): Promise<FrontierPoints | null> {
  const { task: id, difficulty, rewardWeights } = presetConfig(preset);
  const task = taskById(id);
  if (figure?.kind !== 'pareto' || !task.outcomes) return null;
  const { bytes, checkpoint } = loadPolicyFile(policies[0] ?? '');
  const tokenizer = tokenizerFrom(checkpoint.tokenizer);
  const lengths = lengthsOf(task, difficulty, tokenizer);
  const slots = { [policySlot]: { set: { kind: 'lora' as const, lora: smallestLora } } };
  const learner = await createLearner({ checkpoint: bytes, slots, shardSize: SHARD, ...lengths }, 0, 'node', 1);
  try {
    const rowLength = lengths.promptLength + lengths.completionLength;
    const outcomes = await baseOutcomes(learner, tokenizer, task, { difficulty, rewardWeights, rowLength });
    return outcomes && frontier(outcomes, betas);
  } finally {
    await learner.dispose();
  }
}
