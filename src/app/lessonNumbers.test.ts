/** @file Numbers of the default base in the lessons equal those in its manifest. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createRuntime } from '../engine/runtime/index.ts';
import { BASE_ODDS } from '../lessons/content/imitation.ts';
import { decodeCheckpoint, tokenizerFrom } from '../policy/checkpoint.ts';
import { loraTargets } from '../policy/loraConfig.ts';
import { presetConfig } from '../rl/config/presets.ts';
import { readExact } from '../rl/exact/readout.ts';
import { LocalLane } from '../rl/learner/lane.ts';
import { ShardedLearner } from '../rl/learner/shardedLearner.ts';
import { exactSeq } from '../tasks/exactSeq.ts';
import { loraSlots } from '../../testing/slots.ts';

test('the lesson on imitation states how rarely the base writes the best sequence', async () => {
  const checkpoint = new Uint8Array(readFileSync('public/policies/exact-seq.safetensors'));
  const spec = {
    checkpoint,
    slots: loraSlots({ rank: 4, alpha: 4, targets: [...loraTargets] }, 'rloo'),
    shardSize: 100,
    promptLength: 1,
    completionLength: 4,
  };
  const learner = await ShardedLearner.create(
    [new LocalLane(await createRuntime('node'))],
    spec,
    1,
    new Promise<never>(() => {}),
  );
  try {
    const { difficulty } = presetConfig('exact-seq');
    const report = await readExact(learner, tokenizerFrom(decodeCheckpoint(checkpoint).tokenizer), exactSeq, {
      difficulty,
      rewardWeights: {},
      beta: 0,
      rowLength: 5,
      slot: 'base',
    });
    expect(Number((1 / (report?.top[0]?.reference ?? 0)).toPrecision(2))).toBe(BASE_ODDS);
  } finally {
    await learner.dispose();
  }
});
