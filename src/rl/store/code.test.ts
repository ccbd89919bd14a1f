/** @file Stored verdicts of a checker in JavaScript are compared with those that its code gives in the sandbox. */
import { expect, test } from 'vitest';
import { demonstrationOf } from '../../../testing/trajectories.ts';
import { random } from '../../lib/random.ts';
import { characterTokenizer } from '../../policy/tokenizer.ts';
import { fileTask } from '../../tasks/file.ts';
import { QuickJsSandbox } from '../sandbox/sandbox.ts';
import { CheckerError, scriptChecker, verdictsOf } from '../sandbox/script.ts';
import { lengthsOf } from '../words/lengths.ts';
import { storedGroups, type StoredRollout, storedRollouts } from './stored.ts';

const rows = ['train', 'test'].map((split) => JSON.stringify({ prompt: '1+1=', answer: 2, split, tag: split }));
const bytes = new TextEncoder().encode(rows.join('\n').replace('"1+1="', '"1+1+0="'));
const tokenizer = characterTokenizer();
const sandbox = new QuickJsSandbox();

/** Two rollouts of a task, judged by this code, and their reader. */
async function stored(code: string) {
  const task = await fileTask(bytes, scriptChecker(code));
  const example = task.example(random(1), 'train', 1);
  const made = ['2', '3'].map((text) => demonstrationOf(tokenizer, example, text, 0));
  const verdicts = await verdictsOf(task, made, sandbox);
  const completions = made.map((one, i) => {
    const { score = 0, ...verdict } = verdicts[i]!;
    return {
      ...one,
      verdict: { ...verdict, score },
      reward: score,
      terms: { answer: score },
      shapedTerms: { answer: score },
    };
  });
  const groups = [{ example, completions, writtenAt: 0 }];
  const surroundings = { task, tokenizer, groupSize: 2, sandbox, ...lengthsOf(task, 1, tokenizer) };
  const read = (rollouts: readonly StoredRollout[]) => storedGroups(rollouts, surroundings, (row) => `line ${row + 2}`);
  return { groups, rollouts: storedRollouts(groups), read };
}

test('they read back the same, scores included', async () => {
  const { groups, rollouts, read } = await stored('(c, row) => (c === row.answer ? 1 : 0.25)');
  expect(groups[0]?.completions.map(({ reward }) => reward)).toEqual([1, 0.25]);
  expect(await read(rollouts)).toEqual(groups);
});

test('another verdict or score is refused by line and field', async () => {
  const { rollouts, read } = await stored('(c, row) => (c === row.answer ? 1 : 0.25)');
  const [first, second] = rollouts as [StoredRollout, StoredRollout];
  const right = { ...second, verdict: { ...second.verdict, correct: true } };
  await expect(read([first, right])).rejects.toThrow(
    /^line 3: verdict: the verifier of file-js-.* says .*"correct":false/,
  );
  await expect(read([first, { ...second, terms: { answer: 1 } }])).rejects.toThrow(
    'line 3: terms.answer: the term gives 0.25, not 1',
  );
});

test('code that fails on one is a failure of the checker', async () => {
  const { rollouts, read } = await stored('(c, row) => (c === "4" ? row.none.length : 1)');
  await expect(read(rollouts.map((rollout) => ({ ...rollout, completion: '4' })))).rejects.toBeInstanceOf(CheckerError);
});
