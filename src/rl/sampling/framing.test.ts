/** @file The tokenizer's framing in rollouts: their first token, and the tokens that end them. */
import { expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import { encodeCheckpoint } from '../../policy/checkpoint.ts';
import { loraTargets } from '../../policy/loraConfig.ts';
import { characterTokenizer, type Framing } from '../../policy/tokenizer.ts';
import { randomWeights, tinyConfig } from '../../../testing/tinyPolicy.ts';
import { LocalLane } from '../learner/lane.ts';
import { ShardedLearner } from '../learner/shardedLearner.ts';
import { taskById } from '../../tasks/index.ts';
import { lengthsOf } from '../words/lengths.ts';
import { promptLengthOf } from '../trajectory/trajectory.ts';
import { sampleTrajectories } from './rollouts.ts';
import { loraSlots } from '../../../testing/slots.ts';
import { demonstrated } from './turns.ts';

const example = { prompt: '1+1=', answer: '2', canonical: '1+1', difficulty: 1 };
/** Completions of up to 6 characters. */
const task = { ...taskById('sums'), lengths: () => ({ prompt: 4, completion: 6 }) };

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
    slots: loraSlots({ rank: 1, alpha: 1, targets: [...loraTargets] }, 'grpo'),
    shardSize: 8,
    ...lengthsOf(task, 1, tokenizer),
  };
  const lane = new LocalLane(await createNodeRuntime());
  const learner = await ShardedLearner.create([lane], spec, 1, new Promise(() => {}));
  const { completionLength } = spec;
  const trajectories = await sampleTrajectories({ task, tokenizer, learner, completionLength }, [example], {
    key: ['framing'],
    samples: 24,
    temperature: 1,
    slot: 'base',
  });
  await learner.dispose();
  const rollouts = trajectories.map((trajectory) => {
    const start = promptLengthOf(trajectory);
    const { ids, terminated } = trajectory;
    return { promptIds: ids.slice(0, start), completionIds: ids.slice(start), terminated };
  });
  return { tokenizer, rollouts, completionLength };
}

test('prompts start with BOS, and either of two end tokens ends a completion, if the tokenizer says so', async () => {
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
  const { ids } = await demonstrated({ task, tokenizer }, example, '2', 0);
  expect(ids).toEqual([...(rollouts[0]?.promptIds ?? []), ...tokenizer.encode('2'), 2]);
});
