/** @file The policy-gradient objectives on inputs with published results (tests of Trinity-RFT, SkyRL, TRL). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { torchUniforms } from '../../lib/torchUniforms.ts';
import { algorithmById } from './index.ts';
import { loadObjective, type ObjectiveBatch } from '../../../testing/objectiveRun.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

/** Trinity-RFT's inputs, [5, 20], drawn by torch after manual_seed(42). */
function trinityBatch(): ObjectiveBatch {
  const uniform = torchUniforms(42);
  const signed = () => Array.from({ length: 100 }, () => Math.fround(2 * uniform() - 1));
  const [logProbs, oldLogProbs, refLogProbs] = [signed(), signed(), signed()];
  const mask = Array.from({ length: 100 }, () => (uniform() > 0.5 ? 1 : 0));
  return { logProbs, oldLogProbs, refLogProbs, mask, advantages: signed() };
}

async function lossOf(
  id: string,
  batch: ObjectiveBatch,
  rows: number,
  settings: Record<string, number>,
): Promise<number> {
  const run = await loadObjective(runtime, algorithmById(id), rows, batch.mask.length / rows);
  try {
    return (await run.at(batch, settings)).loss;
  } finally {
    await run.dispose();
  }
}

describe("Trinity-RFT's numbers", () => {
  test.each([
    ['ppo', { epsilon: 0.2, beta: 0 }, 0.28560468554],
    ['dualClip', { epsilon: 0.2, clip_ratio_c: 3 }, 0.26889559627],
    ['gspo', { epsilon: 3e-4, epsilon_high: 4e-4, beta: 0 }, 0.27235108614],
    ['opmd', { tau: 1 }, -0.00958994776],
  ] satisfies [string, Record<string, number>, number][])('%s', async (id, settings, theirs) => {
    expect(await lossOf(id, trinityBatch(), 5, settings)).toBeCloseTo(theirs, 7);
  });
});

/** One row of tokens, all other fields neutral. */
const rowOf = (
  logProbs: readonly number[],
  oldLogProbs: readonly number[],
  advantages: readonly number[],
  mask = logProbs.map(() => 1),
): ObjectiveBatch => ({ logProbs, oldLogProbs, refLogProbs: logProbs, advantages, mask });

describe('numbers computed by hand', () => {
  test('dual clip: each token, and their mean', async () => {
    const tokens = [
      [1, -1, -1.69315],
      [-1, -1, -1],
      [-4, -3, -0.69741],
    ] as const;
    const batch = rowOf(
      tokens.map(([, , lp]) => lp),
      tokens.map(([, old]) => old),
      tokens.map(([a]) => a),
    );
    for (const [i, expected] of [-0.5, 1, 12].entries()) {
      const alone = { ...batch, mask: batch.mask.map((_, j) => (i === j ? 1 : 0)) };
      expect(await lossOf('dualClip', alone, 1, { epsilon: 0.2, clip_ratio_c: 3 })).toBeCloseTo(expected, 5);
    }
    expect(await lossOf('dualClip', batch, 1, { epsilon: 0.2, clip_ratio_c: 3 })).toBeCloseTo(4.1667, 4);
  });

  test('GSPO: a masked token does not count', async () => {
    const batch = rowOf([0.1, 0.3, 0, -0.1, 0.1, 5], Array(6).fill(0), [1, 1, 1, -2, -2, -2], [1, 1, 0, 1, 1, 0]);
    expect(await lossOf('gspo', batch, 2, { epsilon: 0.2, epsilon_high: 0.2, beta: 0 })).toBeCloseTo(0.4, 7);
  });

  test.each(['bnpo', 'drGrpo', 'dapo', 'ppo', 'dualClip', 'gspo', 'gmpo', 'rloo', 'intellect2', 'reinforcePlusPlus'])(
    '%s: a ratio of .5 with A = -1 has no gradient',
    async (id) => {
      const run = await loadObjective(runtime, algorithmById(id), 1, 1);
      expect((await run.at(rowOf([Math.log(0.5)], [0], [-1]))).gradient).toEqual([0]);
      await run.dispose();
    },
  );
});
