/** @file The formula of a run, evaluated with plain numbers, against the graph that the run trains. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grad } from '../../engine/autodiff/grad.ts';
import { derivatives } from '../../../testing/engine/finiteDifference.ts';
import { input } from '../../engine/graph/index.ts';
import { runGraph } from '../../engine/onnx/graphRun.ts';
import { compile } from '../../engine/onnx/compile.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { random } from '../../lib/random.ts';
import type { AlgorithmChoice } from './compose.ts';
import { objectiveLoss, settingInput } from '../learner/graphs.ts';
import { runObjective } from './asRun.ts';
import { algorithmById } from '../papers/index.ts';
import { paperTexts } from '../../../testing/paperTexts.ts';
import { formulaPull, formulaValues } from '../formula/explain.ts';

const vocabulary = 4;
const stream = random('as run');
const settings: Readonly<Record<string, number>> = {
  beta: 0.3,
  epsilon: 0.2,
  epsilon_high: 0.25,
  delta: 1.5,
  entropy_coef: 0.05,
};

/** One completion of five tokens whose ratio leaves the clip on both sides. */
const distribution = (): number[] => {
  const logits = Array.from({ length: vocabulary }, () => stream.normal());
  const total = Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0));
  return logits.map((x) => x - total);
};
const places = [-0.5, -0.1, 0, 0.1, 0.5].map((logRatio, t) => {
  const [own, base] = [distribution(), distribution()];
  const logp = own[t % vocabulary]!;
  return {
    own,
    base,
    token: {
      logp,
      oldLogp: logp - logRatio,
      refLogp: base[t % vocabulary]!,
      advantage: t % 2 === 0 ? 1.25 : -0.75,
      reward: 1,
      expert: 0,
      entropy: 0 - own.reduce((sum, x) => sum + Math.exp(x) * x, 0),
      klExact: own.reduce((sum, x, v) => sum + Math.exp(x) * (x - base[v]!), 0),
    },
  };
});
const tokens = places.map(({ token }) => token);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

/**
 * The loss of each token by the graph, from one evaluation per token with weight on that token alone, and the
 * derivative of their sum in each log-probability.
 */
async function trained({
  algorithm,
}: ReturnType<typeof runObjective>): Promise<{ losses: number[]; slopes: number[] }> {
  const shape = [1, tokens.length];
  const term = (name: string, ...rest: number[]) => input(name, [...shape, ...rest]);
  const logProbs = term('logProbs');
  const loss = objectiveLoss(algorithm, shape, {
    logProbs,
    refLogProbs: term('refLogProbs'),
    entropy: term('entropy'),
    values: term('values'),
    logDistribution: term('logDistribution', vocabulary),
    refLogDistribution: term('refLogDistribution', vocabulary),
  });
  const graph = compile('loss', { loss, slopes: grad(loss, [logProbs])[0]! }, 'float64');
  const values = Object.fromEntries(
    algorithm.settings.map(({ id, default: fallback }) => [settingInput(id), [settings[id] ?? fallback]]),
  );
  const feeds = {
    ...values,
    logProbs: tokens.map((t) => t.logp),
    oldLogProbs: tokens.map((t) => t.oldLogp),
    refLogProbs: tokens.map((t) => t.refLogp),
    advantages: tokens.map((t) => t.advantage),
    rewards: tokens.map((t) => t.reward),
    expert: tokens.map(() => 0),
    entropy: tokens.map((t) => t.entropy),
    mask: tokens.map(() => 1),
    entropyWeights: tokens.map(() => 0),
    logDistribution: places.flatMap(({ own }) => own),
    refLogDistribution: places.flatMap(({ base }) => base),
  };
  const read = new Set(graph.inputs.map(({ name }) => name));
  const run = (weights: number[]) =>
    runGraph(
      runtime,
      graph,
      Object.fromEntries(Object.entries({ ...feeds, weights }).filter(([name]) => read.has(name))),
    );
  const losses = await Promise.all(
    tokens.map(async (_, t) => (await run(tokens.map((_token, i) => Number(i === t)))).loss![0]!),
  );
  return { losses, slopes: [...(await run(tokens.map(() => 1))).slopes!] };
}

const own = 'setting tau = 2 in 0 .. 4\nr = ratio # a comment\n-tau * r * A # at the end';
// Pairs need two completions, a critic has further inputs, and a report has neither whole distributions nor a second
// log-probability of the sampler.
const isAlone = (id: string): boolean => {
  const { pairs, advantage, text } = algorithmById(id);
  return !pairs && advantage.needs !== 'critic' && !/samplerLogp|logDistribution/.test(text);
};
const choices: readonly AlgorithmChoice[] = [
  ...[...paperTexts.keys()].filter(isAlone).map((id) => ({ id })),
  ...(['k1', 'k2', 'k3', 'k3WithK2Gradient', 'exact'] as const).map((kl) => ({ id: 'grpo', kl: { kl } })),
  { id: 'grpo', kl: { biasCorrection: true } },
  { id: 'dapo', kl: { placement: 'reward' } },
  { id: 'reinforce', kl: { kl: 'k2' } },
  { id: 'chord', kl: { kl: 'k1' } },
  { id: 'grpo', entropyBonus: true },
  { id: 'grpo', objectiveText: own },
  { id: 'grpo', objectiveText: own, kl: { kl: 'k2' }, entropyBonus: true },
];

test.each(choices.map((choice) => [JSON.stringify(choice), choice] as const))(
  '%s equals the trained loss',
  async (_, choice) => {
    const objective = runObjective(choice);
    const given = Object.fromEntries(
      objective.formula.settings.map(({ id, default: fallback }) => [id, settings[id] ?? fallback]),
    );
    const loss = formulaValues(objective.formula, tokens, given).at(-1)!;
    const { losses, slopes } = await trained(objective);
    expect(loss.values).toHaveLength(tokens.length);
    loss.values?.forEach((value, t) => expect(value).toBeCloseTo(losses[t]!, 10));
    const pull = formulaPull(objective.formula, tokens, given)!;
    expect(pull.values).toHaveLength(tokens.length);
    pull.values.forEach((value, t) => expect(value).toBeCloseTo(-slopes[t]!, 10));
    expect(pull.leavesOut).toBe(choice.kl?.kl === 'exact');
    // The bonus is a single number of the whole batch, so it is named instead of shown per token.
    expect(objective.leftOut.includes('bonus')).toBe(choice.entropyBonus === true);
  },
);

const withPenalty = 'r = clip(ratio, 1 - epsilon, 1 + epsilon)\n-min(ratio * A, r * A) + beta * k3';
const smooth =
  'x = exp(0.2 * logp) * A + sqrt(p) / (1 + p) - log(1 + p) * tanh(logRatio)\ny = sigmoid(logRatio) * logsigmoid(logp) + square(k2) + abs(logp)\nx + y^3 + 2^logp - mean(logp * x) * sum(p) + max(logp, -50, A) + where(A > 0, logp, clip(logp, -30, 0))';

test.each([
  ['the KL penalty of GRPO', { id: 'grpo' }],
  ['a text with a KL penalty', { id: 'grpo', objectiveText: withPenalty }],
  ['an own text of every function', { id: 'grpo', objectiveText: smooth }],
] as const)('the pull equals a finite difference of the loss: %s', async (_, choice) => {
  const formula = runObjective(choice).formula;
  // At ratio 1, as in the first update of a step.
  const first = tokens.map((token) => ({ ...token, oldLogp: token.logp }));
  const lossOf = async (logProbs: readonly number[]) =>
    formulaValues(
      formula,
      first.map((token, t) => ({ ...token, logp: logProbs[t]! })),
      settings,
    )
      .at(-1)!
      .values!.reduce((sum, value) => sum + value, 0);
  const slopes = await derivatives(
    lossOf,
    first.map(({ logp }) => logp),
    [...first.keys()],
  );
  const { values, leavesOut } = formulaPull(formula, first, settings)!;
  values.forEach((value, t) => expect(value).toBeCloseTo(-slopes[t]!, 7));
  expect(leavesOut).toBe(false);
  if (choice.id === 'grpo' && !('objectiveText' in choice && choice.objectiveText === smooth)) {
    first.forEach(({ advantage, refLogp, logp }, t) =>
      expect(values[t]).toBeCloseTo(advantage - 0.3 * (1 - Math.exp(refLogp - logp)), 12),
    );
  }
});

test('the pull is null if single tokens do not determine it, and 0 for a stopped gradient', () => {
  const pullOf = (objectiveText: string, id = 'grpo') =>
    formulaPull(runObjective({ id, objectiveText }).formula, tokens, settings);
  expect(pullOf('-logsigmoid(chosen(sum(logp)) - rejected(sum(logp)))', 'dpo')).toBeNull();
  expect(pullOf('sumVocabulary(exp(logDistribution) * (logp - refLogDistribution))')).toBeNull();
  expect(pullOf('-sg(logp) * A - 2 * logp')!.values).toEqual(tokens.map(() => 2));
  expect(pullOf('beta * klExactForward - logp')).toEqual({ values: tokens.map(() => 1), leavesOut: true });
});

test('lines without a value for single tokens are null, and parts outside the formula are named', () => {
  const { formula } = runObjective({ id: 'grpo', kl: { kl: 'exactForward' } });
  expect(formulaValues(formula!, tokens, settings).map(({ values }) => values === null)).toEqual([false, true]);
  const [gain, margin] = formulaValues(runObjective({ id: 'discopop' }).formula, tokens, settings);
  expect([gain!.values?.length, margin!.values]).toEqual([tokens.length, null]);
  const selecting = runObjective({ id: 'clipCov' }).formula;
  expect(formulaValues(selecting, tokens, settings).at(-1)!.values).toBeNull();
  expect(formulaPull(selecting, tokens, settings)).toBeNull();
  expect(runObjective({ id: 'ppo', topEntropy: true, importanceCorrection: 'token_mask' }).leftOut).toEqual([
    'selection',
    'correction',
    'critic',
  ]);
});

test('a line shows a token’s numbers, and sums over the completion as a single value', () => {
  const [clipped, loss] = formulaValues(runObjective({ id: 'grpo' }).formula, tokens, settings);
  const show = (value: number) => value.toFixed(2);
  expect([clipped!.name, clipped!.text, clipped!.withNumbers(4, show)]).toEqual([
    'clipped',
    'clip(ratio, 1 - epsilon, 1 + epsilon)',
    'clip(1.65, 1 - 0.20, 1 + 0.20)',
  ]);
  expect(loss!.withNumbers(1, show)).toMatch(/^-min\(0\.90 \* \(-0\.75\), 0\.90 \* \(-0\.75\)\) \+ 0\.30 \* \d\.\d\d$/);
  expect(formulaValues(runObjective({ id: 'gspo' }).formula, tokens, settings)[0]!.withNumbers(0, show)).toBe(
    'exp(0.00)',
  );
});
