/** @file Control tokens and erring verifiers, over every task: their effects, and the parts they leave unchanged. */
import { describe, expect, test } from 'vitest';
import { random } from '../lib/random.ts';
import { formatsTask } from './formats.ts';
import { alphabet, tasks } from './index.ts';
import { sums } from './sums.ts';
import { withControl, withVerifierErrors } from './variants.ts';

describe.each(tasks.filter(({ controls }) => controls).map((task) => [task.id, task] as const))(
  'control tokens of %s',
  (_, task) => {
    const controls = task.controls ?? [];

    test('are one character of the alphabet each, which begins no plain prompt, and name methods of the task', () => {
      expect(new Set(controls.map(({ token }) => token)).size).toBe(controls.length);
      for (const { token, method } of controls) {
        expect(token).toHaveLength(1);
        expect(alphabet).toContain(token);
        expect(task.example(random('bare', token), 'train', task.difficulty.default).prompt.startsWith(token)).toBe(
          false,
        );
        expect(task.methods.map(({ id }) => id)).toContain(method);
      }
    });

    test.each(controls)(
      '$id precedes the same problem, which is judged and read as without it',
      ({ id, token, method }) => {
        const asked = withControl(task, id);
        const { default: difficulty } = task.difficulty;
        expect(asked.lengths(difficulty)).toEqual({
          ...task.lengths(difficulty),
          prompt: task.lengths(difficulty).prompt + 1,
        });
        for (let i = 0; i < 50; i++) {
          const bare = task.example(random('problem', i), 'heldout', difficulty);
          const example = asked.example(random('problem', i), 'heldout', difficulty);
          expect(example).toEqual({ ...bare, prompt: token + bare.prompt });
          const completion = asked.demonstration(random(i), example, method, false);
          expect(completion).toBe(task.demonstration(random(i), bare, method, false));
          expect(asked.verify(example, completion)).toEqual(task.verify(bare, completion));
          expect(asked.verify(example, completion)).toMatchObject({ correct: true, wellFormed: true, method });
          expect(asked.read?.(example.prompt)).toEqual(example);
          for (const term of task.rewardTerms) {
            expect(term.score(asked.verify(example, completion), completion, example)).toBe(
              term.score(task.verify(bare, completion), completion, bare),
            );
          }
        }
      },
    );
  },
);

test('withControl refuses an unknown control with the list', () => {
  expect(() => withControl(formatsTask, 'guess')).toThrow(
    'control: formats has no "guess"; choose one of think, plan, code, recall, null',
  );
  expect(() => withControl(sums, 'think')).toThrow('control: sums has no "think"; it has none');
});

describe('withVerifierErrors', () => {
  /** Right and wrong completions of many problems, as (problem, completion) pairs. */
  const pairs = Array.from({ length: 2000 }, (_, i) => {
    const example = sums.example(random('pair', i), 'train', 4);
    return { example, completion: sums.demonstration(random(i), example, 'worked', i % 2 === 1) };
  });
  const flips = (rate: number, key: string | number) => {
    const erring = withVerifierErrors(sums, rate, key);
    return pairs.map(
      ({ example, completion }) =>
        erring.verify(example, completion).correct !== sums.verify(example, completion).correct,
    );
  };
  const share = (flags: readonly boolean[]) => flags.filter(Boolean).length / flags.length;

  test('errs on the chosen share, for right and wrong completions alike', () => {
    expect(share(flips(0, 1))).toBe(0);
    expect(share(flips(1, 1))).toBe(1);
    const found = flips(0.2, 1);
    expect(share(found)).toBeCloseTo(0.2, 1);
    for (const parity of [0, 1])
      expect(Math.abs(share(found.filter((_, i) => i % 2 === parity)) - 0.2)).toBeLessThan(0.04);
  });

  test('errs on the same pairs for the same key, on others for another key, and on a superset at a higher rate', () => {
    expect(flips(0.2, 1)).toEqual(flips(0.2, 1));
    const [one, other, more] = [flips(0.2, 1), flips(0.2, 2), flips(0.4, 1)];
    // Two independent fifths share a fifth of each other.
    expect(share(one.filter((_, i) => other[i]))).toBeLessThan(0.4);
    expect(one.every((flipped, i) => !flipped || more[i])).toBe(true);
  });

  test('leaves form, method and parsed answer unchanged, and refuses an invalid rate', () => {
    const erring = withVerifierErrors(sums, 1, 'key');
    for (const { example, completion } of pairs.slice(0, 50)) {
      const { correct, ...rest } = sums.verify(example, completion);
      expect(erring.verify(example, completion)).toEqual({ ...rest, correct: !correct });
    }
    for (const rate of [-0.1, 1.1, NaN]) expect(() => withVerifierErrors(sums, rate, 1)).toThrow(/rate: /);
  });
});
