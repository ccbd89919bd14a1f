/** @file A lane of this thread leaves micro-batches to a lane in another. */
import { expect, test } from 'vitest';
import { loraSlots } from '../../testing/slots.ts';
import { tinyCheckpoint } from '../../testing/tinyRun.ts';
import type { Lane } from '../rl/learner/jobs.ts';
import { ShardedLearner } from '../rl/learner/shardedLearner.ts';
import { withTurns } from './turn.ts';

const spec = {
  checkpoint: tinyCheckpoint(),
  slots: loraSlots({ rank: 1, alpha: 1, targets: ['q'] as const }, 'grpo'),
  shardSize: 1,
  microBatch: { rows: 1, states: 3 },
  promptLength: 2,
  completionLength: 2,
};
const batch = { rows: 8, tokenIds: new Int32Array(32).fill(5), temperature: 1 };

/** A lane that only scores, by the given function. */
function scoringLane(score: Lane['score']): Lane {
  const unused = () => Promise.reject(new Error('not asked for here'));
  return {
    open: async () => ({ backend: 'node', description: 'no engine' }),
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

test('the lane in another thread takes several micro-batches while this thread computes', async () => {
  let elsewhere = 0;
  const here = scoringLane(async () => {
    for (const end = performance.now() + 5; performance.now() < end;);
    return {};
  });
  const other = scoringLane(async () => {
    elsewhere++;
    await new Promise((resolve) => void setTimeout(resolve, 1));
    return {};
  });
  const learner = await ShardedLearner.create([withTurns(here), other], spec, 1, new Promise(() => {}));
  await learner.score(batch);
  expect(elsewhere).toBeGreaterThan(2);
});
