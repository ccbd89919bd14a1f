import { expect, test } from 'vitest';
import { tinyCheckpoint } from '../fixture.ts';
import type { Lane, LaneInfo } from './lane.ts';
import { ShardedLearner } from './shardedLearner.ts';

const spec = { checkpoint: tinyCheckpoint(), lora: { rank: 1, alpha: 1, targets: ['q'] as const }, algorithm: { id: 'grpo' }, shardSize: 1, promptLength: 2, completionLength: 2 };
const info: LaneInfo = { backend: 'node', description: 'no engine', special: { padId: 0, eosId: 2 }, adapterSize: 64, vocabSize: 64 };

/** A lane that only scores, as told. */
function scoringLane(score: Lane['score']): Lane {
  const unused = () => Promise.reject(new Error('not asked for here'));
  return { open: async () => info, score, sample: unused, read: unused, gradient: unused, update: unused, statistics: async () => ({}), dispose: async () => {} };
}

test('a failure is told when the other lanes have put down their shards, and they take no more', async () => {
  const done: string[] = [];
  const slow = scoringLane(async () => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    done.push('slow');
    return new Float32Array(1);
  });
  const broken = scoringLane(() => Promise.reject(new Error('broken lane')));
  const learner = await ShardedLearner.create([slow, broken], spec, 1, new Promise(() => {}));
  await expect(learner.score({ rows: 8, tokenIds: new Int32Array(32), temperature: 1 })).rejects.toThrow('broken lane');
  expect(done).toEqual(['slow']);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(done).toEqual(['slow']);
});
