/** @file A lane without an engine, and eight rows that are a micro-batch each. */
import type { Lane, LaneInfo } from '../src/rl/learner/jobs.ts';
import type { LearnerSpec } from '../src/rl/learner/learner.ts';
import { loraSlots } from './slots.ts';
import { tinyCheckpoint } from './tinyRun.ts';

export const engineless: LaneInfo = { backend: 'node', description: 'no engine' };

/** A lane that only scores, by the given function. */
export function scoringLane(score: Lane['score']): Lane {
  const unused = () => Promise.reject(new Error('not asked for here'));
  return {
    open: async () => engineless,
    score,
    sample: unused,
    read: unused,
    values: unused,
    gradient: unused,
    update: unused,
    statistics: async () => ({}),
    dispose: async () => {},
  };
}

export const loneRows: LearnerSpec = {
  checkpoint: tinyCheckpoint(),
  slots: loraSlots({ rank: 1, alpha: 1, targets: ['q'] as const }, 'grpo'),
  shardSize: 1,
  microBatch: { rows: 1, states: 3 },
  promptLength: 2,
  completionLength: 2,
};
export const eightRows = { rows: 8, tokenIds: new Int32Array(32).fill(5), temperature: 1 };
