import { afterAll, beforeAll, expect, test } from 'vitest';
import { cast, input, reshape } from '../engine/graph/index.ts';
import { compile } from '../engine/onnx/compile.ts';
import { runGraph } from '../engine/onnx/graphRun.ts';
import { createNodeRuntime } from '../engine/runtime/node.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import { random } from '../lib/random.ts';
import { drawOnGpu, fedThreshold } from './gpuDraw.ts';
import { drawToken, fedTemperature } from './sampling.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

/** Tokens and probabilities of both ways to draw. */
async function drawn(logits: readonly (readonly number[])[], uniforms: readonly number[], temperature: number) {
  const [rows, vocabSize] = [logits.length, logits[0]!.length];
  const heat = input('temperature', []);
  const fast = drawOnGpu(input('logits', [rows, vocabSize]), input('threshold', [rows, 1]), heat);
  const plain = drawToken(input('logits', [rows, vocabSize]), input('uniform', [rows]), heat);
  const feeds = {
    logits: logits.flat(),
    threshold: uniforms.map(fedThreshold),
    uniform: uniforms,
    temperature: [fedTemperature(temperature)],
  };
  const token = cast(reshape(fast.tokenId, [rows]), 'int');
  return {
    fast: await runGraph(runtime, compile('fast', { token, probability: fast.probability }), feeds),
    plain: await runGraph(runtime, compile('plain', { ...plain }), feeds),
  };
}

for (const vocabSize of [7, 64, 256, 300])
  for (const temperature of [0, 0.7, 1])
    test(`draws the tokens of drawToken from ${vocabSize} at temperature ${temperature}`, async () => {
      const stream = random(vocabSize, 'draws');
      const logits = Array.from({ length: 200 }, () => Array.from({ length: vocabSize }, () => 3 * stream.normal()));
      const uniforms = logits.map(() => stream.uniform());
      const { fast, plain } = await drawn(logits, uniforms, temperature);
      expect(fast.token).toEqual(plain.tokenId);
      expect(new Set(fast.token).size).toBeGreaterThan(vocabSize / 3);
      fast.probability?.forEach((p, row) => expect(Math.log(p)).toBeCloseTo(plain.logProb?.[row] as number, 5));
    });

test('never draws a token of probability 0, at either end of the uniform', async () => {
  const never = -1e5;
  const logits = [
    [never, never, 0, never],
    [never, 1, never, never],
    [never, 0, 0, never],
    [never, 0, 0, never],
  ];
  const { fast } = await drawn(logits, [0, 1 - 2 ** -24, 0, 1 - 2 ** -24], 1);
  expect(fast.token).toEqual([2, 1, 1, 2]);
});

test('draws the last possible token if rounding leaves every running sum below the uniform', async () => {
  const { fast } = await drawn([[0, 0, -1e5]], [2], 1);
  expect(fast.token).toEqual([1]);
});
