/**
 * @file Formulas as graphs: the built-in texts against the built-in objectives, every name and function against
 * expected values, gradients against finite differences.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grad } from '../../engine/autodiff/grad.ts';
import { derivatives } from '../../../testing/engine/finiteDifference.ts';
import { input, type Value } from '../../engine/graph/index.ts';
import { loadGraph, runGraph } from '../../engine/onnx/graphRun.ts';
import { compile } from '../../engine/onnx/compile.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { random } from '../../lib/random.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { objectiveLoss, settingInput } from '../learner/graphs.ts';
import { algorithmById } from '../papers/index.ts';
import { smoothText } from '../../../testing/formulas.ts';
import { paperTexts } from '../../../testing/paperTexts.ts';
import { formulaAlgorithm, readFormula } from './formulaAlgorithm.ts';
import { formulaFunctions } from './functions.ts';
import { formulaNames } from './names.ts';
import { formulaValues } from './explain.ts';

const [rows, columns, vocabulary] = [6, 5, 4];
const lengths = [5, 3, 1, 4, 5, 2];
const stream = random('formula', 1);
const draw = (count: number, scale: number, centre = 0) =>
  Array.from({ length: count }, () => centre + scale * stream.normal());
const perRow = (values: readonly number[]) =>
  Array.from({ length: rows * columns }, (_, i) => values[Math.floor(i / columns)]!);
const logProbs = draw(rows * columns, 0.5, -1.5);

const mask = Array.from({ length: rows * columns }, (_, i) => Number(i % columns < lengths[Math.floor(i / columns)]!));

const batch: Readonly<Record<string, readonly number[]>> = {
  logProbs,
  oldLogProbs: logProbs.map((lp) => lp + 0.4 * stream.normal()),
  samplerLogProbs: draw(rows * columns, 0.5, -1.5),
  refLogProbs: logProbs.map((lp) => lp + 0.4 * stream.normal()),
  advantages: perRow([1.5, -1, 0.5, -0.25, -2, 1]),
  rewards: perRow([1, -1, 2, -0.5, 0, 1]),
  expert: perRow([0, 1, 0, 0, 1, 0]),
  entropy: draw(rows * columns, 0.1, 1),
  mask,
  weights: mask.map((m) => m * stream.normal()),
  logDistribution: draw(rows * columns * vocabulary, 0.3, -1.4),
  refLogDistribution: draw(rows * columns * vocabulary, 0.3, -1.4),
};

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

function lossOf(algorithm: Algorithm): { loss: Value; policy: Value[] } {
  const term = (name: string, ...rest: number[]): Value => input(name, [rows, columns, ...rest]);
  const policy = {
    logProbs: term('logProbs'),
    values: term('values'),
    refLogProbs: term('refLogProbs'),
    entropy: term('entropy'),
    logDistribution: term('logDistribution', vocabulary),
    refLogDistribution: term('refLogDistribution', vocabulary),
  };
  return {
    loss: objectiveLoss(algorithm, [rows, columns], policy),
    policy: [policy.logProbs, policy.entropy, policy.logDistribution],
  };
}

/** Loss and gradients in logProbs, entropy and logDistribution, in float64. */
async function evaluate(algorithm: Algorithm, settings: Readonly<Record<string, number>> = {}, feeds = batch) {
  const { loss, policy } = lossOf(algorithm);
  const gradients = Object.fromEntries(grad(loss, policy).map((value, i) => [`gradient${i}`, value]));
  const values = algorithm.settings.map((setting): [string, number[]] => [
    settingInput(setting.id),
    [settings[setting.id] ?? setting.default],
  ]);
  return runGraph(runtime, compile('formula', { loss, ...gradients }, 'float64'), {
    ...feeds,
    ...Object.fromEntries(values),
  });
}

describe('a built-in objective as text', () => {
  test.each([...paperTexts])('%s has the same loss and the same gradient', async (id, text) => {
    const parent = algorithmById(id);
    const settings = Object.fromEntries(
      parent.settings.map((s) => [
        s.id,
        s.id === 'beta' ? 0.3 : s.id === 'delta' ? 1.3 : s.id === 'label_smoothing' ? 0.1 : s.default,
      ]),
    );
    const own = formulaAlgorithm(text, parent);
    const [expected, actual] = [await evaluate(parent, settings), await evaluate(own, settings)];
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    // An objective over whole distributions has no gradient in the log-probabilities alone.
    const slopes = [...expected.gradient0!, ...expected.gradient2!];
    expect(Math.max(...slopes.map(Math.abs))).toBeGreaterThan(1e-3);
    for (const [name, values] of Object.entries(expected)) {
      values.forEach((value, i) =>
        expect(Math.abs(actual[name]![i]! - value)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value))),
      );
    }
  });

  test('reads no setting that the algorithm does not have', () => {
    for (const [id, text] of paperTexts) {
      const parent = algorithmById(id);
      for (const setting of formulaAlgorithm(text, parent).settings) expect(parent.settings).toContain(setting);
    }
  });
});

/** Values of the text at each token of row 0 and at the first token of row 1. */
async function valuesOf(text: string, parent = algorithmById('dpo')): Promise<number[]> {
  // A formula without a gradient in the policy is refused, hence 0 * logp.
  const algorithm = formulaAlgorithm(`x = ${text}\nx + 0 * logp`, parent);
  const term = (name: string): Value =>
    input(name, name.endsWith('Distribution') ? [rows, columns, vocabulary] : [rows, columns]);
  const perToken = algorithm.tokenLoss({
    logProbs: term('logProbs'),
    oldLogProbs: term('oldLogProbs'),
    refLogProbs: term('refLogProbs'),
    advantages: term('advantages'),
    rewards: term('rewards'),
    mask: term('mask'),
    expert: term('expert'),
    logDistribution: term('logDistribution'),
    refLogDistribution: term('refLogDistribution'),
    entropy: term('entropy'),
    samplerLogProbs: term('samplerLogProbs'),
    selected: term('selected'),
    values: term('values'),
    oldValues: term('oldValues'),
    returns: term('returns'),
    setting: (id) => input(settingInput(id), []),
  });
  const outputs = await runGraph(runtime, compile('values', { perToken }, 'float64'), {
    ...batch,
    [settingInput('beta')]: [0.3],
  });
  return outputs.perToken!.slice(0, columns + 1);
}

/** `formulaValues` of the text at the tokens of the first row; null if it needs more than those tokens. */
function plainValuesOf(text: string): readonly number[] | null {
  const formula = readFormula(`x = ${text}\nx + 0 * logp`, algorithmById('dpo'));
  const at = (name: string, i: number): number => batch[name]![i]!;
  const exactKl = (i: number): number =>
    Array.from({ length: vocabulary }, (_, v) => i * vocabulary + v).reduce(
      (sum, k) => sum + Math.exp(at('logDistribution', k)) * (at('logDistribution', k) - at('refLogDistribution', k)),
      0,
    );
  const tokens = Array.from({ length: lengths[0]! }, (_, i) => ({
    logp: at('logProbs', i),
    oldLogp: at('oldLogProbs', i),
    refLogp: at('refLogProbs', i),
    advantage: at('advantages', i),
    reward: at('rewards', i),
    expert: at('expert', i),
    entropy: at('entropy', i),
    klExact: exactKl(i),
  }));
  return formulaValues(formula, tokens, { beta: 0.3 })[0]!.values;
}

describe('values of a formula', () => {
  const at = (name: string, i: number): number => batch[name]![i]!;
  const [lp, ref] = [(i: number) => at('logProbs', i), (i: number) => at('refLogProbs', i)];
  const sumOf = (row: number): number =>
    logProbs.slice(row * columns, row * columns + lengths[row]!).reduce((a, b) => a + b, 0);
  const row = (i: number): number => Math.floor(i / columns);
  const spread = (i: number, of: (log: number, refLog: number) => number): number =>
    Array.from({ length: vocabulary }, (_, v) =>
      of(at('logDistribution', i * vocabulary + v), at('refLogDistribution', i * vocabulary + v)),
    ).reduce((a, b) => a + b, 0);
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

  const cases: readonly (readonly [string, (i: number) => number])[] = [
    ['logp', lp],
    ['oldLogp', (i) => at('oldLogProbs', i)],
    ['refLogp', ref],
    ['samplerLogp', (i) => at('samplerLogProbs', i)],
    ['p', (i) => Math.exp(lp(i))],
    ['mask', () => 1],
    ['expert', (i) => at('expert', i)],
    ['ratio', (i) => Math.exp(lp(i) - at('oldLogProbs', i))],
    ['logRatio', (i) => lp(i) - at('oldLogProbs', i)],
    ['entropy', (i) => at('entropy', i)],
    ['A - advantages + R - rewards', () => 0],
    ['A', (i) => at('advantages', i)],
    ['R', (i) => at('rewards', i)],
    ['pi', () => Math.PI],
    ['k1', (i) => lp(i) - ref(i)],
    ['k2', (i) => (lp(i) - ref(i)) ** 2 / 2],
    ['k3', (i) => Math.exp(ref(i) - lp(i)) - 1 - (ref(i) - lp(i))],
    ['k3k2 - k3', () => 0],
    ['klExact', (i) => spread(i, (p, q) => Math.exp(p) * (p - q))],
    ['klExactForward', (i) => spread(i, (p, q) => Math.exp(q) * (q - p))],
    [
      'sumVocabulary(exp(logDistribution) * (logp - refLogDistribution))',
      (i) => spread(i, (p, q) => Math.exp(p) * (lp(i) - q)),
    ],
    ['exp(1) + log(2) + sqrt(2) + square(3) + abs(-4)', () => Math.E + Math.LN2 + Math.SQRT2 + 13],
    ['sigmoid(A)', (i) => sigmoid(at('advantages', i))],
    ['logsigmoid(logp)', (i) => Math.log(sigmoid(lp(i)))],
    ['tanh(logp)', (i) => Math.tanh(lp(i))],
    ['min(logp, refLogp, -1.5)', (i) => Math.min(lp(i), ref(i), -1.5)],
    ['max(logp, refLogp, -1.5)', (i) => Math.max(lp(i), ref(i), -1.5)],
    ['clip(logp, -1.6, -1.4)', (i) => Math.min(-1.4, Math.max(-1.6, lp(i)))],
    ['sg(logp)', lp],
    ['where(logp > refLogp, 1, 2)', (i) => (lp(i) > ref(i) ? 1 : 2)],
    ['where(expert, 3, 4)', (i) => (at('expert', i) === 1 ? 3 : 4)],
    [
      '(A > 0) + 2 * (A >= 1.5) + 4 * (A < 0) + 8 * (A <= -1) + 16 * (A == 1.5)',
      (i) => (at('advantages', i) > 0 ? 1 + 2 + 16 : 4 + 8),
    ],
    ['sum(logp)', (i) => sumOf(row(i))],
    ['mean(logp)', (i) => sumOf(row(i)) / lengths[row(i)]!],
    ['sum(1)', (i) => lengths[row(i)]!],
    ['chosen(sum(logp))', () => sumOf(0)],
    ['rejected(sum(logp))', () => sumOf(1)],
    [
      'logp^3 + logp^-2 + 2^logp + p^0.5 + 4^0.5 + logp^0 + logp^1',
      (i) => lp(i) ** 3 + lp(i) ** -2 + 2 ** lp(i) + Math.exp(lp(i) / 2) + 2 + 1 + lp(i),
    ],
    ['1 - 2 - 3 + 12 / 2 / 3 * 2 - -1', () => 1],
    ['beta', () => 0.3],
  ];
  test.each(cases)('%s', async (text, expected) => {
    const values = await valuesOf(text);
    values.forEach((value, i) => expect(value).toBeCloseTo(expected(i), 10));
    const plain = plainValuesOf(text);
    expect(plain === null).toBe(/chosen|rejected|istribution|Forward|sampler/.test(text));
    plain?.forEach((value, i) => expect(value).toBeCloseTo(expected(i), 10));
  });

  test('has a case for every name and every function', () => {
    const words = new Set(cases.flatMap(([text]) => text.match(/[A-Za-z_]\w*/g) ?? []));
    for (const name of [...formulaNames.keys(), ...formulaFunctions.keys()]) expect(words).toContain(name);
  });

  test.each([
    'logp / mask',
    'sum(logp) / sum(1)',
    'log(mask) * p',
    'entropy / mask',
    'sumVocabulary(logDistribution / mask)',
  ])('%s: no loss and no gradient outside completions', async (text) => {
    const empty = mask.map((m, i) => (i < columns ? 0 : m));
    const { loss, ...gradients } = await evaluate(
      formulaAlgorithm(text, algorithmById('grpo')),
      {},
      { ...batch, mask: empty, weights: batch.weights!.map((w, i) => w * empty[i]!) },
    );
    expect(Number.isFinite(loss![0])).toBe(true);
    for (const values of Object.values(gradients)) {
      const width = values.length / empty.length;
      expect(
        values.every((value, i) => Number.isFinite(value) && (empty[Math.floor(i / width)] === 1 || value === 0)),
      ).toBe(true);
    }
  });
});

describe('paperNames', () => {
  test('are unknown to a custom text, which may bind them', async () => {
    const parent = algorithmById('clipCov');
    expect(() => formulaAlgorithm('-A * logp * isSelected', parent)).toThrow(/There is no “isSelected” here/);
    const half = await evaluate(formulaAlgorithm('isSelected = 0.5\n-A * logp * isSelected', parent));
    const declared = await evaluate(formulaAlgorithm('setting selected = 0.5 in 0 .. 1\n-A * logp * selected', parent));
    expect(half).toEqual(await evaluate(formulaAlgorithm('-A * logp * 0.5', parent)));
    expect(declared).toEqual(half);
  });
});

describe('the gradient of any smooth formula', () => {
  test('equals finite differences', async () => {
    await fc.assert(
      fc.asyncProperty(smoothText, async (text) => {
        const algorithm = formulaAlgorithm(`${text} + 0.1 * logp`, algorithmById('grpo'));
        const {
          loss,
          policy: [logp],
        } = lossOf(algorithm);
        const graph = await loadGraph(
          runtime,
          compile('formula', { loss, gradient: grad(loss, [logp!])[0]! }, 'float64'),
        );
        const feeds = { ...batch, [settingInput('epsilon')]: [0.2] };
        const at = async (point: readonly number[]) => (await graph.run({ ...feeds, logProbs: point })).loss![0]!;
        const entries = [0, 6, 16, 24];
        const exact = (await graph.run(feeds)).gradient!;
        const numeric = await derivatives(at, logProbs, entries);
        await graph.dispose();
        const scale = Math.max(1, ...exact.map(Math.abs));
        entries.forEach((entry, k) => expect(Math.abs(exact[entry]! - numeric[k]!) / scale).toBeLessThan(1e-7));
      }),
      { numRuns: 60 },
    );
  });
});
