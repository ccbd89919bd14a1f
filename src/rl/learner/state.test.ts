/** @file States of slots: forks, merges, storage in files, and the format before slots. */
import { describe, expect, test } from 'vitest';
import { adamState, policyOf } from '../../../testing/slots.ts';
import {
  bareState,
  bareStateSchema,
  checkState,
  forked,
  type LearnerState,
  learnerStateSchema,
  merged,
  vectorsOf,
  withVectors,
} from './state.ts';

const vector = (...numbers: number[]) => Float32Array.from(numbers);
const judge = { parameters: vector(10, 20), optimizer: {}, updates: 0 };
const state: LearnerState = {
  ...adamState(vector(1, 2), vector(3, 4), vector(5, 6), 7),
  judge,
};
const earlier = { adapter: vector(1, 2), firstMoment: vector(3, 4), secondMoment: vector(5, 6), updates: 7 };

describe('a state of one adapter, in the format before slots', () => {
  test('is read as the state of the policy’s slot', () => {
    expect(learnerStateSchema.parse(earlier)).toEqual({ policy: policyOf(state) });
  });

  test('is read the same from the tensors of a file', () => {
    const bare = bareStateSchema.parse({ updates: 7 });
    const tensors: Readonly<Record<string, Float32Array | number>> = earlier;
    expect(learnerStateSchema.parse(withVectors(bare, (path) => tensors[path]))).toEqual({ policy: policyOf(state) });
    expect(learnerStateSchema.safeParse(withVectors(bare, () => undefined)).success).toBe(false);
  });

  test('is refused if a number is not finite', () => {
    expect(learnerStateSchema.safeParse({ ...earlier, firstMoment: vector(NaN, 4) }).success).toBe(false);
  });
});

test('a state survives a round trip through JSON and vectors by path', () => {
  const bare = bareStateSchema.parse(JSON.parse(JSON.stringify(bareState(state))));
  const vectors = vectorsOf(state);
  expect([...vectors.keys()]).toEqual([
    'policy.parameters',
    'policy.optimizer.firstMoment',
    'policy.optimizer.secondMoment',
    'judge.parameters',
  ]);
  expect(learnerStateSchema.parse(withVectors(bare, (path) => vectors.get(path)))).toEqual(state);
});

test.each([
  ['a path as name', { '../x': policyOf(state) }],
  ['the prototype as name', JSON.parse('{"__proto__": {"updates": 1}}')],
  ['no optimizer', { policy: { parameters: vector(1), updates: 0 } }],
  ['a plain array', { policy: { parameters: [1], optimizer: {}, updates: 0 } }],
  ['half an update', { policy: { parameters: vector(1), optimizer: {}, updates: 0.5 } }],
])('a state with %s is refused', (_, value) => {
  const result = learnerStateSchema.safeParse(value);
  expect(result.success && Object.keys(result.data).length > 0).toBe(false);
});

describe('a fork', () => {
  test('equals its origin, with the optimizer, and shares no memory', () => {
    const both = forked(state, 'policy', 'twin');
    expect(both.twin).toEqual(state.policy);
    both.twin!.parameters[0] = 99;
    expect(state.policy?.parameters[0]).toBe(1);
    expect(() => forked(state, 'nobody', 'twin')).toThrow('slot: there is no nobody');
  });
});

describe('a merge', () => {
  test('is the weighted sum of parameters, with optimizer vectors at 0', () => {
    const { mean } = merged(state, { policy: 0.25, judge: 0.75 }, 'mean');
    expect(mean).toEqual({
      parameters: vector(7.75, 15.5),
      optimizer: { firstMoment: vector(0, 0), secondMoment: vector(0, 0) },
      updates: 0,
    });
  });

  test('refuses slots of different sizes and missing slots', () => {
    const uneven = { ...state, judge: { parameters: vector(1), optimizer: {}, updates: 0 } };
    expect(() => merged(uneven, { policy: 0.5, judge: 0.5 }, 'mean')).toThrow('merged: slots of 2 and 1 numbers');
    expect(() => merged(state, { nobody: 1 }, 'mean')).toThrow('slot: there is no nobody');
    expect(() => merged(state, {}, 'mean')).toThrow('merged: no slot is named');
  });
});

test('a state that does not fit is refused, naming slot and vector', () => {
  const sizes = { policy: { size: 2, vectors: ['firstMoment', 'secondMoment'] }, judge: { size: 2, vectors: [] } };
  checkState(state, sizes);
  const refusal = (changed: Parameters<typeof checkState>[0]) => () => checkState(changed, sizes);
  expect(refusal(adamState(vector(1), vector(1, 2), vector(1, 2), 0))).toThrow(
    'policy.parameters: 2 numbers are needed, not 1',
  );
  expect(refusal({ policy: judge })).toThrow(
    'policy.optimizer: the vectors firstMoment, secondMoment are needed, not none',
  );
  expect(refusal({ critic: judge })).toThrow('slot: there is no critic, only policy, judge');
  expect(refusal({ toString: judge })).toThrow('slot: there is no toString');
});
