/** @file The river of a small run on Node: its probabilities against sampling's and enumeration, before and after a step. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuntime } from '../../engine/runtime/index.ts';
import { decodeCheckpoint, tokenizerFrom } from '../../policy/checkpoint.ts';
import { sums } from '../../tasks/sums.ts';
import { LocalLane } from '../learner/lane.ts';
import { ShardedLearner } from '../learner/shardedLearner.ts';
import type { LocalTrainer } from '../run/localTrainer.ts';
import type { StepReport } from '../run/trainer.ts';
import { calculator } from '../../../testing/calculator.ts';
import { loraSlots } from '../../../testing/slots.ts';
import { onNode, tinyCheckpoint, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import { checkRiver, pathsOf, readerOf, type River } from './river.ts';
import { noSandbox } from '../sandbox/rewardFunction.ts';
import { completionTree, type Prefix } from './completionTree.ts';

/** Shown and gathered probability under a policy. */
const total = ({ nodes }: Pick<River, 'nodes'>, policy: number): number =>
  nodes.reduce((sum, { kind, probabilities, rest }) => sum + (kind === 'inner' ? rest : probabilities)[policy]!, 0);

describe('the river of a run', () => {
  let trainer: LocalTrainer;
  let cold: River;
  let report: StepReport;
  let river: River;

  beforeAll(async () => {
    trainer = tinyTrainer();
    await trainer.open({ ...tinyConfig, learningRate: 0.02 }, onNode);
    cold = await trainer.river({ prompt: null, before: true, paths: [] });
    report = await trainer.step();
    const { prompt, completions } = report.groups[0]!;
    river = await trainer.river({ prompt, before: true, paths: completions.map(({ tokenIds }) => tokenIds) });
  });
  afterAll(() => trainer.dispose());

  test('before training it is that of the first prompt of the coming step, with a single policy', () => {
    expect(cold).toMatchObject({ prompt: report.groups[0]!.prompt, answer: report.groups[0]!.answer, step: 0 });
    expect(cold.hasBefore).toBe(false);
    expect(cold.nodes.every(({ probabilities }) => probabilities.length === 1)).toBe(true);
  });

  test('shown and gathered probability is 1 before the step and after it', () => {
    expect(river).toMatchObject({ hasBefore: true, step: 1 });
    expect(Math.abs(total(cold, 0) - 1)).toBeLessThan(1e-6);
    for (const policy of [0, 1]) expect(Math.abs(total(river, policy) - 1)).toBeLessThan(1e-6);
  });

  test('every completion of the group is shown with the probability it was sampled with, and the step’s verdict', () => {
    const paths = pathsOf(river.nodes).map(String);
    for (const { tokenIds, logProbs, correct } of report.groups[0]!.completions) {
      const node = river.nodes[paths.indexOf(String(tokenIds))]!;
      const logProb = logProbs.reduce((sum, log) => sum + log, 0);
      expect(Math.abs(Math.log(node.probabilities[0]!) - logProb)).toBeLessThan(1e-4);
      expect(node.correct).toBe(correct);
    }
    expect(river.nodes.some(({ probabilities: [p = 0, q = 0] }) => Math.abs(p - q) > 1e-4)).toBe(true);
  });

  test('read again with the hints of before it is the same, and the run trains on as if nothing had read it', async () => {
    const { prompt, completions } = report.groups[0]!;
    const paths = completions.map(({ tokenIds }) => tokenIds);
    const again = await trainer.river({ prompt, before: true, paths });
    expect(again.nodes.map(({ token, kind }) => [token, kind])).toEqual(
      river.nodes.map(({ token, kind }) => [token, kind]),
    );
    again.nodes.forEach(({ probabilities }, at) =>
      probabilities.forEach((p, policy) =>
        expect(Math.abs(p - river.nodes[at]!.probabilities[policy]!)).toBeLessThan(1e-6),
      ),
    );
    const other = tinyTrainer();
    await other.open({ ...tinyConfig, learningRate: 0.02 }, onNode);
    await other.step();
    expect((await trainer.step()).groups).toEqual((await other.step()).groups);
    await other.dispose();
  });

  test('a prompt that the task cannot read has no verdicts', async () => {
    const { answer, nodes } = await trainer.river({ prompt: '++', before: false, paths: [] });
    expect(answer).toBeNull();
    expect(nodes.every(({ correct }) => correct === null)).toBe(true);
  });
});

test('distributions of prefixes read together are those of each prefix read alone', async () => {
  const checkpoint = tinyCheckpoint();
  const tokenizer = tokenizerFrom(decodeCheckpoint(checkpoint).tokenizer);
  const lengths = { promptLength: 6, completionLength: 3 };
  const slots = loraSlots({ rank: 2, alpha: 4, targets: ['q'] }, 'grpo');
  const spec = { checkpoint, slots, shardSize: 4, ...lengths };
  const lanes = [new LocalLane(await createRuntime('node'))];
  const learner = await ShardedLearner.create(lanes, spec, 1, new Promise<never>(() => {}));
  const source = {
    learner,
    tokenizer,
    task: sums,
    sandbox: noSandbox,
    temperature: 0.7,
    example: null,
    hints: [],
    ...lengths,
  };
  const read = readerOf(source, tokenizer.encodePrompt('12+3='), ['base']);
  const prefixes: Prefix[] = [[], [5], [5, 6], [7], [5, 8]];
  const together = await read(prefixes);
  for (const [i, prefix] of prefixes.entries()) {
    const [alone] = await read([prefix]);
    alone![0]!.forEach((log, token) => expect(Math.abs(log - together[i]![0]![token]!)).toBeLessThan(1e-5));
  }
  const options = { endIds: [2], completionLength: 3, threshold: 0, prefixes: 40, paths: [], hints: [] };
  const nodes = await completionTree(1, read, options);
  const sum = nodes.reduce(
    (all, { kind, probabilities, rest }) => all + (kind === 'inner' ? rest : probabilities)[0]!,
    0,
  );
  expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
  await learner.dispose();
});

test('a run without a river is refused by name', () => {
  expect(() => checkRiver(sums, { vocabSize: 49_152 }, 'SmolLM2')).toThrow(
    'The policy SmolLM2 chooses among 49152 tokens',
  );
  expect(() => checkRiver(calculator, { vocabSize: 64 }, 'default')).toThrow('answered in one turn');
});
