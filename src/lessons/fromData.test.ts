/** @file A lesson made of data: its readings, its answer, and numbers in its texts. */
import { expect, test } from 'vitest';
import type { UpdateView } from '../ui/river/view.ts';
import { lessonFile } from '../../testing/lessonFile.ts';
import { readLessonFile } from './file.ts';
import { lessonOf } from './fromData.ts';
import type { RunStep } from './lesson.ts';
import { numbersOf, probabilitiesOf } from './updateNumbers.ts';

const lesson = lessonOf('own', readLessonFile(JSON.stringify(lessonFile), () => null).data);
const [, one, two] = lesson.steps as [unknown, RunStep, RunStep];

const row = (step: number, reward: number) => ({ step, values: { reward, accuracy: reward }, ranges: {} });
const node = (
  parent: number,
  token: number,
  kind: 'inner' | 'end',
  probabilities: number[],
  correct: boolean | null,
) => ({
  parent,
  token,
  text: String(token),
  kind,
  probabilities,
  rest: probabilities.map(() => 0),
  correct,
});
const answer = (tokenIds: number[], correct: boolean) => ({
  text: tokenIds.join(''),
  tokenIds,
  tokens: tokenIds.map(String),
  reward: correct ? 1 : 0,
  advantage: correct ? 0.7 : -0.7,
  tokenAdvantages: tokenIds.map(() => (correct ? 0.7 : -0.7)),
  correct,
  terminated: true,
});
/** Two answers, one right, that part at their first token. */
const update: UpdateView = {
  step: 2,
  isSingle: true,
  group: 1,
  groups: 1,
  hasOthers: false,
  isGraded: false,
  algorithm: 'GRPO',
  hasAdvantages: true,
  completions: [answer([7], false), answer([8], true)],
  river: {
    prompt: '1+1=',
    answer: '2',
    step: 2,
    hasBefore: true,
    nodes: [
      node(-1, 0, 'inner', [1, 1], null),
      node(0, 7, 'end', [0.5, 0.4], false),
      node(0, 8, 'end', [0.2, 0.3], true),
      node(0, 9, 'end', [0.3, 0.3], true),
    ],
  },
};

test('numbers of an update are those of its first right and its first wrong answer', () => {
  expect(probabilitiesOf(update.river, [8])).toEqual([0.2, 0.3]);
  expect(probabilitiesOf({ ...update.river, hasBefore: false }, [8])).toBeNull();
  expect(numbersOf(update)).toMatchObject({
    mean: 0.5,
    spread: Math.SQRT1_2,
    'right.reward': 1,
    'right.advantage': 0.7,
    'right.before': 0.2,
    'right.after': 0.3,
    'wrong.before': 0.5,
    'wrong.factor': 0.8,
    'correct.before': 0.5,
    'correct.after': 0.6,
  });
  expect(numbersOf({ ...update, completions: [answer([7], false)] })).not.toHaveProperty(['right.before']);
});

test('a run is read once it has its steps, as means over the stated steps and as numbers of the update', () => {
  expect(one.readsUpdate).toBe(true);
  expect(one.measure([row(1, 0.2)], update)).toBeNull();
  expect(one.measure([row(1, 0.2), row(2, 0.6)], update)).toEqual({ reward: 0.4, before: 0.2, after: 0.3 });
  expect(two.readsUpdate).toBe(false);
});

test('the first choice whose conditions hold is the answer; differences and quotients of readings are compared', () => {
  const of = (before: number, after: number) => one.judge({ reward: 0.4, before, after }, {}).answer;
  expect([of(0.2, 0.3), of(0.3, 0.2), of(0.3, 0.3)]).toEqual(['yes', 'no', null]);
  const against = (reward: number) => two.judge({ reward }, { one: { reward: 0.5 } }).answer;
  expect([against(0.6), against(0.4)]).toEqual(['yes', 'no']);
});

test('numbers are written into the sentence; a number that was not measured gives no answer and no sentence', () => {
  expect(one.judge({ reward: 0.4, before: 0.2, after: 0.305 }, {}).measured).toBe(
    'From 20.0\u202f% to 31\u202f%, reward 0.400.',
  );
  expect(one.judge({ reward: 0.4 }, {})).toEqual({
    answer: null,
    measured: 'A number that this question needs could not be measured in this run.',
  });
  expect(two.judge({ reward: 0.4 }, {}).answer).toBeNull();
  expect(one.compares).toEqual([]);
  expect(two.compares).toEqual(['one']);
});

test('texts get the numbers of earlier runs, and are left out without them', () => {
  expect(lesson.tell?.('It stood at {one.after}.', { one: { after: 0.5 } })).toBe('It stood at 50\u202f%.');
  expect(lesson.tell?.('It went to {after}.', { one: { after: 0.5 } }, 'one')).toBe('It went to 50\u202f%.');
  expect(lesson.tell?.('It stood at {one.after}.', {})).toBeNull();
  expect(lesson.tell?.('No number.', {})).toBe('No number.');
});
