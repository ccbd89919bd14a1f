/** @file The tokenizer of a policy says how its rollouts begin and which tokens end them. */
import { expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import { encodeCheckpoint } from '../../policy/checkpoint.ts';
import { loraTargets } from '../../policy/lora.ts';
import { characterTokenizer, type Framing } from '../../policy/tokenizer.ts';
import { randomWeights, tinyConfig } from '../../../testing/tinyPolicy.ts';
import { LocalLane } from '../learner/lane.ts';
import { ShardedLearner } from '../learner/shardedLearner.ts';
import { demonstrationRollout, readRollouts, rolloutBatch } from './rollout.ts';

const example = { prompt: '1+1=', answer: '2', canonical: '1+1', difficulty: 1 };
const samples = 24;

async function rolloutsOf(framing: Framing) {
  const tokenizer = characterTokenizer(undefined, framing);
  const config = { ...tinyConfig, vocabSize: tokenizer.vocabSize };
  const provenance = {
    id: 'tiny',
    title: 'Untrained',
    date: '2026-01-01',
    mixture: {},
    pretraining: {},
    accuracies: {},
  };
  const checkpoint = encodeCheckpoint(
    { config, weights: randomWeights(config, 1), tokenizer: tokenizer.describe() },
    provenance,
  );
  const spec = {
    checkpoint,
    lora: { rank: 1, alpha: 1, targets: [...loraTargets] },
    algorithm: { id: 'grpo' },
    shardSize: 8,
    ...tokenizer.tokenLengths({ prompt: 4, completion: 6 }),
  };
  const lane = new LocalLane(await createNodeRuntime());
  const learner = await ShardedLearner.create([lane], spec, 1, new Promise(() => {}));
  const { completionLength } = spec;
  const batch = rolloutBatch(tokenizer, [example], {
    key: ['framing'],
    samples,
    completionLength,
    temperature: 1,
    policy: 'base',
  });
  const rollouts = readRollouts(tokenizer, [example], batch, await learner.sample(batch));
  await learner.dispose();
  return { tokenizer, rollouts, completionLength };
}

test('a policy whose texts start with BOS and end with any of two tokens gets both', async () => {
  const plain = await rolloutsOf({});
  const usual = plain.rollouts.flatMap(({ completionIds }) => completionIds);
  // A token that the policy writes often: some of its completions end with it.
  const [often = 0] = [...new Set(usual)].sort(
    (a, b) => usual.filter((id) => id === b).length - usual.filter((id) => id === a).length,
  );
  const { tokenizer, rollouts, completionLength } = await rolloutsOf({ startsWithBos: true, endIds: [2, often] });
  expect(plain.rollouts[0]?.promptIds).toEqual(tokenizer.encode('1+1='));
  expect(rollouts[0]?.promptIds).toEqual([1, ...tokenizer.encode('1+1=')]);
  const endings = new Set<number>();
  for (const { completionIds, terminated } of rollouts) {
    const inside = completionIds.slice(0, -1);
    expect(inside).not.toContain(2);
    expect(inside).not.toContain(often);
    const last = completionIds.at(-1) as number;
    expect(terminated).toBe(tokenizer.endIds.includes(last));
    if (terminated) endings.add(last);
    else expect(completionIds).toHaveLength(completionLength);
  }
  expect(endings).toContain(often);
  const shown = demonstrationRollout(tokenizer, example, '2');
  expect(shown.promptIds).toEqual(rollouts[0]?.promptIds);
  expect(shown.completionIds).toEqual([...tokenizer.encode('2'), 2]);
});
