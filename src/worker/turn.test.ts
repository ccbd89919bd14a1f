/** @file A lane of this thread leaves micro-batches to a lane in another. */
import { expect, test } from 'vitest';
import { eightRows, loneRows, scoringLane } from '../../testing/scoringLane.ts';
import { ShardedLearner } from '../rl/learner/shardedLearner.ts';
import { withTurns } from './turn.ts';

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
  const learner = await ShardedLearner.create([withTurns(here), other], loneRows, 1, new Promise(() => {}));
  await learner.score(eightRows);
  expect(elsewhere).toBeGreaterThan(2);
});
