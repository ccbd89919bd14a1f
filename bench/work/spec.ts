/** @file Rollout's side of the work: the learner that computes the batches, and the run whose steps are timed. */
import type { TrainConfig } from '../../src/rl/config/config.ts';
import { presetConfig } from '../../src/rl/config/presets.ts';
import type { LearnerSpec } from '../../src/rl/learner/learner.ts';
import { policySlot } from '../../src/rl/words/slots.ts';
import { extent } from './batches.ts';
import { lora } from './model.ts';

/** GRPO's clipped loss; a penalty taken off the reward leaves no reference in the graph of the gradient. */
const algorithm = { id: 'grpo', kl: { placement: 'reward' } } as const;

/** Prompts of one token: then every token of a row but the first is learnt from, and decoding needs no prefill. */
export const benchSpec = (checkpoint: Uint8Array): LearnerSpec => ({
  checkpoint,
  slots: { [policySlot]: { set: { kind: 'lora', lora }, algorithm, reference: false } },
  shardSize: presetConfig('default').shardSize,
  promptLength: extent.length - extent.steps,
  completionLength: extent.steps,
});

/** The default preset without evaluations. */
export const stepConfig = (): TrainConfig => ({ ...presetConfig('default'), evalEvery: 0, maxSteps: 1000 });
