/** @file An objective that is written as text, evaluated on plain arrays in the setting of an algorithm. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { evaluateObjective } from './evaluateObjective.ts';
import { paperTexts } from '../../../testing/paperTexts.ts';
import { FormulaError } from '../formula/problem.ts';
import type { ObjectiveInput } from './objectiveInput.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

const batch = {
  logp: [
    [-1, -2, -0.5],
    [-0.3, -0.7, -1.1],
  ],
  oldLogp: [
    [-1.5, -1.5, -0.5],
    [-0.4, -0.2, -1],
  ],
  refLogp: [
    [-1.1, -1.9, -0.7],
    [-0.5, -0.6, -1],
  ],
  samplerLogp: [
    [-1.2, -1.5, -0.5],
    [-0.4, -0.6, -1],
  ],
  entropy: [
    [1, 2, 0.5],
    [0.2, 0.1, 1],
  ],
  values: [
    [0, 0.1, 0.2],
    [0.3, 0, 0],
  ],
  mask: [
    [1, 1, 1],
    [1, 1, 0],
  ],
  advantages: [
    [0.7, 0.7, 0.7],
    [-0.9, -0.9, -0.9],
  ],
  rewards: [1, 0],
  expert: [0, 1],
} satisfies ObjectiveInput;
const evaluate = (name: string, text: string | undefined, input: ObjectiveInput = batch) =>
  evaluateObjective(runtime, name, input, 'float64', text);

describe('a text instead of the loss', () => {
  test.each([...paperTexts].filter(([, text]) => !text.includes('logDistribution')))(
    'the text of %s is that objective',
    async (id, text) => {
      const [own, builtIn] = [await evaluate(id, text), await evaluate(id, undefined)];
      expect(own.loss).toBeCloseTo(builtIn.loss, 12);
      expect(own.grad.flat()).toEqual(builtIn.grad.flat().map((g) => expect.closeTo(g, 12)));
    },
  );

  test('settings that it declares are set by name, and stand at their default otherwise', async () => {
    const text = 'setting sharpness = 2 in 0 .. 10\n-A * sharpness * logp';
    const at = async (settings?: Record<string, number>) =>
      (await evaluate('bnpo', text, { ...batch, ...(settings ? { settings } : {}) })).grad[0]![0];
    // Five tokens, each with a weight of 1/5.
    expect(await at()).toBeCloseTo((-0.7 * 2) / 5, 7);
    expect(await at({ sharpness: 3 })).toBeCloseTo((-0.7 * 3) / 5, 7);
    await expect(at({ sharpness: 11 })).rejects.toThrow(/^settings\.sharpness: 0 to 10 is allowed, not 11$/);
    await expect(at({ epsilon: 0.1 })).rejects.toThrow(
      /^settings\.epsilon: the text in the setting of bnpo has no such setting; it has sharpness/,
    );
  });

  test('advantages, and the weights of tokens, are those of the algorithm that it stands in', async () => {
    const { advantages: _, ...bare } = batch;
    const { grad } = await evaluate('reinforce', '-A * logp', bare);
    // Rewards 1 and 0 without a baseline, over 2 completions.
    expect(grad).toEqual([
      [-0.5, -0.5, -0.5],
      [0, 0, 0],
    ]);
  });

  test('an array that a text reads and the input lacks is named', async () => {
    const { samplerLogp: _, ...without } = batch;
    await expect(evaluate('grpo', '-A * (logp - samplerLogp)', without)).rejects.toThrow(
      /^samplerLogp: grpo reads it, and it is missing$/,
    );
    await expect(evaluate('grpo', '-A * logp + klExact')).rejects.toThrow(
      /^grpo: needs the distribution over the vocabulary/,
    );
  });

  test('an error has line and column', async () => {
    const error = await evaluate('grpo', 'gain = A * logp\n-gains').then(
      () => null,
      (cause: unknown) => cause,
    );
    expect(error instanceof FormulaError && error.problems).toEqual([
      { line: 2, column: 2, length: 5, message: 'There is no “gains” here.', hint: 'Is gain meant?' },
    ]);
    await expect(evaluate('grpo', '')).rejects.toBeInstanceOf(FormulaError);
  });
});
