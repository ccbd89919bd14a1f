/**
 * @file Drawing a token in the graph: inversion of the cumulative distribution, no token of probability 0, correct
 * frequencies.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { constant, expand, input, topologicalOrder } from '../engine/graph/index.ts';
import { runGraph } from '../engine/onnx/graphRun.ts';
import { compile } from '../engine/onnx/compile.ts';
import { createNodeRuntime } from '../engine/runtime/node.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import { createWasmRuntime } from '../engine/runtime/wasm.ts';
import { random } from '../lib/random.ts';
import { plainLogDistribution } from '../../testing/plainTransformer.ts';
import { drawFrom, drawToken, fedTemperature, ONE_LEVEL } from './sampling.ts';

const vocabSize = 64;
const LAST_UNIFORM = 1 - 2 ** -24;
const NEVER = -1e30;

/** Logits from flat to peaked; every other row has tokens of probability 0, also at both ends. */
function rowOf(index: number): number[] {
  const stream = random('logits', index);
  const spread = [0, 1, 5, 50][index % 4] as number;
  return Array.from({ length: vocabSize }, (_, token) => {
    const never =
      index % 2 === 1 && (token < index % 7 || token >= vocabSize - 1 - (index % 5) || stream.uniform() < 0.3);
    const logit = Math.fround(spread * stream.normal());
    return never ? NEVER : logit;
  });
}

type Asked = [rows: readonly (readonly number[])[], uniforms: readonly number[], temperature: number];

/** One token per row of logits. */
async function drawOn(runtime: Runtime, ...[rows, uniforms, temperature]: Asked) {
  const drawn = drawToken(
    input('logits', [rows.length, rows[0]?.length ?? 0]),
    input('uniform', [rows.length]),
    input('temperature', []),
  );
  const { tokenId, logProb } = await runGraph(runtime, compile('draw', { ...drawn }), {
    logits: rows.flat(),
    uniform: uniforms,
    temperature: [fedTemperature(temperature)],
  });
  return { tokens: tokenId ?? [], logProbs: logProb ?? [] };
}

describe.each([
  { name: 'Node', make: () => createNodeRuntime() },
  { name: 'WASM', make: () => createWasmRuntime() },
])('drawing a token on $name', ({ make }) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await make();
  });
  afterAll(() => runtime.dispose());

  const draw = (...asked: Asked) => drawOn(runtime, ...asked);

  const rows = Array.from({ length: 64 }, (_, i) => rowOf(i));

  test.each([0, 2 ** -24, 0.25, 0.5, 0.75, LAST_UNIFORM])(
    'at uniform %f the token is the one whose interval contains it',
    async (uniform) => {
      const { tokens, logProbs } = await draw(
        rows,
        rows.map(() => uniform),
        0.8,
      );
      rows.forEach((logits, i) => {
        const distribution = plainLogDistribution(logits, Math.fround(0.8));
        const token = tokens[i] as number;
        expect(logits[token], `row ${i} draws token ${token}`).toBeGreaterThan(NEVER);
        const below = distribution.slice(0, token).reduce((sum, lp) => sum + Math.exp(lp), 0);
        // Rounding of 64 float32 terms may move a boundary by a few parts in 10 million.
        expect(below, `row ${i}`).toBeLessThanOrEqual(uniform + 2e-6);
        expect(below + Math.exp(distribution[token] as number), `row ${i}`).toBeGreaterThan(uniform - 2e-6);
        expect(Math.abs((logProbs[i] as number) - (distribution[token] as number))).toBeLessThan(
          1e-5 * (1 + Math.abs(distribution[token] as number)),
        );
      });
    },
  );

  test('the host draws the token that the graph draws', async () => {
    const stream = random('host', 'uniforms');
    const uniforms = rows.map((_, i) => [0, LAST_UNIFORM][i] ?? Math.fround(stream.uniform()));
    const { tokens, logProbs } = await draw(rows, uniforms, 0.8);
    rows.forEach((logits, i) => {
      const distribution = Float32Array.from(plainLogDistribution(logits, Math.fround(0.8)));
      const token = drawFrom(distribution)(uniforms[i] as number);
      expect(token, `row ${i}`).toBe(tokens[i]);
      expect(distribution[token] as number).toBeCloseTo(logProbs[i] as number, 4);
    });
    expect(new Set(tokens).size).toBeGreaterThan(20);
  });

  test('uniform 0 draws the first possible token, the largest uniform the last', async () => {
    const possible = rows.map((logits) =>
      logits.flatMap((z, token) => (z > NEVER && z > Math.max(...logits) - 10 ? [token] : [])),
    );
    const flat = rows.map((logits) => logits.map((z) => (z > Math.max(...logits) - 10 ? 0 : NEVER)));
    const first = await draw(
      flat,
      rows.map(() => 0),
      1,
    );
    const last = await draw(
      flat,
      rows.map(() => LAST_UNIFORM),
      1,
    );
    expect(first.tokens).toEqual(possible.map((tokens) => tokens[0]));
    expect(last.tokens).toEqual(possible.map((tokens) => tokens.at(-1)));
  });

  test('greedy takes the most likely token for every uniform, with log-probability 0', async () => {
    const best = rows.map((logits) => logits.indexOf(Math.max(...logits)));
    const distinct = rows.map((logits, i) => (i % 4 === 0 ? logits.with(17, 1) : logits));
    const expected = best.map((token, i) => (i % 4 === 0 ? 17 : token));
    for (const uniform of [0, 0.5, LAST_UNIFORM]) {
      const { tokens, logProbs } = await draw(
        distinct,
        rows.map(() => uniform),
        0,
      );
      expect(tokens).toEqual(expected);
      expect(logProbs.every((lp) => Math.abs(lp) < 1e-6)).toBe(true);
    }
  });

  test('greedy distinguishes two adjacent float32 logits', async () => {
    const stream = random('neighbours', 1);
    const near = rows.map(() => {
      const top = Math.fround(1 + 60 * stream.uniform());
      const below = Math.fround(top * (1 - 2 ** -24) - 2 ** -150);
      return Array.from({ length: vocabSize }, (_, token) =>
        token === 9 ? below : token === 40 ? top : token === 50 ? below : 0,
      );
    });
    expect(near.every((logits) => (logits[9] as number) < (logits[40] as number))).toBe(true);
    const { tokens, logProbs } = await draw(
      near,
      near.map((_, i) => (i % 2) * LAST_UNIFORM),
      0,
    );
    expect(tokens.every((token) => token === 40)).toBe(true);
    expect(logProbs.every((lp) => lp === 0)).toBe(true);
  });
});

/** Logits of a vocabulary of `size`; every other row has tokens of probability 0, also at both ends. */
function wideRow(size: number, index: number): number[] {
  const stream = random('wide logits', size, index);
  return Array.from({ length: size }, (_, token) => {
    const never = index % 2 === 1 && (token < size / 3 || token >= size - 7 || stream.uniform() < 0.3);
    const logit = Math.fround(3 * stream.normal());
    return never ? NEVER : logit;
  });
}

/** The token by a float64 loop over the distribution, and the distance of the uniform from the ends of its interval. */
function loopDraw(logits: readonly number[], uniform: number): { token: number; margin: number } {
  const probabilities = plainLogDistribution(logits, Math.fround(0.8)).map(Math.exp);
  let below = 0;
  for (const [token, p] of probabilities.entries()) {
    if (below + p > uniform) return { token, margin: Math.min(uniform - below, below + p - uniform) };
    below += p;
  }
  throw new Error(`no interval holds ${uniform}`);
}

describe('drawing from vocabularies of any size', () => {
  test.each([50, 1000, 49152])('%d tokens: the same token as a float64 loop', async (size) => {
    const runtime = await createNodeRuntime();
    const rows = Array.from({ length: size > 10_000 ? 32 : 256 }, (_, i) => wideRow(size, i));
    const stream = random('wide uniforms', size);
    const uniforms = rows.map((_, i) => [0, LAST_UNIFORM][i] ?? Math.fround(stream.uniform()));
    const { tokens } = await drawOn(runtime, rows, uniforms, 0.8);
    await runtime.dispose();
    let compared = 0;
    rows.forEach((logits, i) => {
      const uniform = uniforms[i] as number;
      expect(logits[tokens[i] as number], `row ${i}`).toBeGreaterThan(NEVER);
      const { token, margin } = loopDraw(logits, Math.min(uniform, 1 - 1e-6));
      // Rounding of the float32 sums may move an end by a few parts in 10 million.
      if (margin < 2e-6) return;
      expect(tokens[i], `row ${i}`).toBe(token);
      compared++;
    });
    expect(compared).toBeGreaterThan(0.9 * rows.length);
  });

  test('one and two levels draw the same tokens from a vocabulary just above the limit', async () => {
    const runtime = await createNodeRuntime();
    const stream = random('both ways', 1);
    const above = Array.from({ length: 256 }, (_, i) => [...wideRow(ONE_LEVEL, i), NEVER]);
    const uniforms = above.map(() => stream.uniform());
    const twoLevels = await drawOn(runtime, above, uniforms, 0.8);
    const oneLevel = await drawOn(
      runtime,
      above.map((logits) => logits.slice(0, ONE_LEVEL)),
      uniforms,
      0.8,
    );
    const differing = twoLevels.tokens.filter((token, i) => token !== oneLevel.tokens[i]);
    // They may differ for a uniform at an interval's end, within rounding.
    expect(differing.length).toBeLessThanOrEqual(1);
    expect(new Set(twoLevels.tokens).size).toBeGreaterThan(100);
    await runtime.dispose();
  });

  test('no running sum is longer than sqrt V, so WebGPU adds O(V) numbers per row', () => {
    const additions = (size: number) => {
      const drawn = drawToken(input('logits', [1, size]), input('uniform', [1]), input('temperature', []));
      const nodes = topologicalOrder([drawn.tokenId, drawn.logProb]);
      const lengths = nodes.flatMap(({ op, outputs }) => (op === 'cumSum' ? [outputs[0]?.shape.at(-1) as number] : []));
      return { lengths, nodes: compile('draw', { ...drawn }).nodeCount };
    };
    expect(additions(ONE_LEVEL)).toEqual({ lengths: [ONE_LEVEL], nodes: 21 });
    expect(additions(49152)).toEqual({ lengths: [222, 222], nodes: 48 });
  });
});

describe('many draws', () => {
  test('have the frequencies of the distribution: chi-square over 20 000, 99.9 % bound', async () => {
    const runtime = await createNodeRuntime();
    const logits = [1.2, 0, -0.5, 2, NEVER, 0.3, -2, 1, 0.7, -1, 0.1];
    const count = 20_000;
    const stream = random('chi-square', 1);
    const drawn = drawToken(
      expand(constant(logits, [1, logits.length]), [count, logits.length]),
      input('uniform', [count]),
      constant([1.3], []),
    );
    const { tokenId = [] } = await runGraph(runtime, compile('draw', { tokenId: drawn.tokenId }), {
      uniform: Array.from({ length: count }, () => stream.uniform()),
    });
    const probabilities = plainLogDistribution(logits, 1.3).map(Math.exp);
    const counts = logits.map((_, token) => tokenId.filter((drawnToken) => drawnToken === token).length);
    expect(counts[4]).toBe(0);
    const statistic = counts.reduce((sum, observed, token) => {
      const expected = count * (probabilities[token] as number);
      return expected === 0 ? sum : sum + (observed - expected) ** 2 / expected;
    }, 0);
    // Ten possible tokens: 9 degrees of freedom.
    expect(statistic).toBeLessThan(27.88);
    await runtime.dispose();
  });
});
