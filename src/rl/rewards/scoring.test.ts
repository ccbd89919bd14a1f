import { afterAll, describe, expect, test } from 'vitest';
import { random } from '../../lib/random.ts';
import { sums } from '../../tasks/sums.ts';
import { composeRewards } from './composer.ts';
import { plainShaping, type ShapedTerm, termIdSchema } from './composition.ts';
import { exampleTerms } from './examples.ts';
import { scoreNow, turnsTerm } from '../../tasks/rewardTerms.ts';
import type { RewardTerm, Task } from '../../tasks/task.ts';
import { noSandbox } from '../sandbox/rewardFunction.ts';
import { QuickJsSandbox } from '../sandbox/sandbox.ts';
import { type JudgedCompletion, RewardTermError, scoreTerms } from './scoring.ts';

const example = sums.example(random(1), 'train', 3);
const judged = (text: string): JudgedCompletion => ({
  example,
  text,
  verdict: sums.verify(example, text),
  tokens: [...[...text].map((character) => character.charCodeAt(0)), 0],
});
const right = judged(example.answer);
const wrong = judged(`${example.answer}0`);

const sandbox = new QuickJsSandbox();
afterAll(() => sandbox.dispose());
const own = (id: string, code: string, onFailure: 'stop' | 'exclude' = 'stop'): ShapedTerm => ({
  id,
  weight: 1,
  ...plainShaping,
  own: { code, onFailure },
});
const answer: ShapedTerm = { id: 'answer', weight: 1, ...plainShaping };

describe('terms of the task', () => {
  test('are scored without a sandbox', async () => {
    expect(await scoreTerms(sums, [answer], [right, wrong], 0, noSandbox)).toEqual({
      scores: { answer: [1, 0] },
      failures: {},
    });
  });

  const withTerm = (term: Partial<RewardTerm>): Task => ({
    ...sums,
    rewardTerms: [{ ...(sums.rewardTerms[0] as RewardTerm), ...term }],
  });

  test('may be promises, mixed with immediate scores', async () => {
    const slow = withTerm({ score: ({ correct }) => (correct ? Promise.resolve(0.5) : 0.25) });
    expect((await scoreTerms(slow, [answer], [right, wrong], 0, noSandbox)).scores).toEqual({ answer: [0.5, 0.25] });
    expect(() => scoreNow(slow.rewardTerms[0] as RewardTerm, right.verdict, right.text, example)).toThrow(
      'reward term answer: its score is not known at once',
    );
  });

  test('receive the environment’s rewards of the turns', async () => {
    const turns = withTerm({ score: turnsTerm.score });
    const paid = [right, { ...right, turnRewards: [0.25, 0.5] }];
    expect((await scoreTerms(turns, [answer], paid, 0, noSandbox)).scores).toEqual({ answer: [0, 0.75] });
  });

  test('with a model are scored by its slot, and refused in a run without slots', async () => {
    const learned = withTerm({ model: 'judge' });
    const asked: string[] = [];
    const { scores } = await scoreTerms(learned, [answer], [right, wrong], 0, noSandbox, async (slot, completions) => {
      asked.push(slot);
      return completions.map(({ text }) => text.length);
    });
    expect(scores).toEqual({ answer: [right.text.length, wrong.text.length] });
    expect(asked).toEqual(['judge']);
    await expect(scoreTerms(learned, [answer], [right], 0, noSandbox)).rejects.toThrow(
      'reward term answer: this run has no slot "judge"',
    );
  });

  test('that do not exist are refused by their name', async () => {
    await expect(scoreTerms(sums, [{ ...answer, id: 'style' }], [right], 0, noSandbox)).rejects.toThrow(
      'there is no "style"; the task sums has answer, format',
    );
  });
});

describe('terms of the user', () => {
  test('receive the completion, its verdict and the step', async () => {
    const code =
      'function reward({ prompt, completion, answer, correct, length, step }) { return prompt.endsWith("=") && (completion === answer) === correct ? length * 100 + step : -1; }';
    const { scores } = await scoreTerms(sums, [own('all', code)], [right, wrong], 7, sandbox);
    expect(scores).toEqual({ all: [right.tokens.length * 100 + 7, wrong.tokens.length * 100 + 7] });
  });

  test('need a sandbox', async () => {
    await expect(
      scoreTerms(sums, [own('all', 'function reward() { return 1; }')], [right], 0, noSandbox),
    ).rejects.toThrow('no sandbox');
  });

  test('that fail stop the run with term, line and completion, with `onFailure: stop`', async () => {
    const failing = scoreTerms(
      sums,
      [own('short', 'function reward({ correct }) {\n  if (!correct) throw new Error("no");\n  return 1;\n}')],
      [right, wrong],
      0,
      sandbox,
    );
    await expect(failing).rejects.toThrow(RewardTermError);
    await expect(failing).rejects.toThrow(
      `reward term short, line 2: Error: no (completion ${JSON.stringify(wrong.text)} of ${example.prompt})`,
    );
  });

  test('that fail leave out the completion and are counted, with `onFailure: exclude`', async () => {
    const terms = [
      answer,
      own('short', 'function reward({ correct }) {\n  while (!correct);\n  return 1;\n}', 'exclude'),
    ];
    const { scores, failures } = await scoreTerms(sums, terms, [right, wrong, right], 0, sandbox);
    expect(scores).toEqual({ answer: [1, 0, 1], short: [1, Number.NaN, 1] });
    expect(failures).toEqual({ short: { count: 1, first: expect.objectContaining({ kind: 'timeout', line: 2 }) } });
    expect(Array.from(composeRewards(terms, { scores, correct: [true, false, true] }, [0, 0, 0], 0).rewards)).toEqual([
      2,
      Number.NaN,
      2,
    ]);
  });
});

describe('examples to start from', () => {
  test('have unique ids', () => {
    const ids = exampleTerms.map(({ id }) => id);
    expect(new Set([...ids, 'answer', 'format']).size).toBe(ids.length + 2);
    for (const id of ids) expect(termIdSchema.safeParse(id).success).toBe(true);
  });

  test.each(exampleTerms)('$title has the described effect', async ({ id, code, shaping, weight }) => {
    const worked = judged(`[1]${example.answer}`);
    const terms = [{ ...own(id, code), ...shaping, weight }];
    const { scores } = await scoreTerms(sums, terms, [right, wrong, worked], 0, sandbox);
    const { rewards } = composeRewards(terms, { scores, correct: [true, false, true] }, [0, 0, 0], 0);
    const [first = 0, second = 0, third = 0] = rewards;
    const holds = {
      longer: second > first,
      longer_right: second === 0 && third > first,
      digits: third < first && first < 0,
      brackets: first === 0 && third > 0,
    };
    expect(holds).toHaveProperty(id, true);
  });
});
