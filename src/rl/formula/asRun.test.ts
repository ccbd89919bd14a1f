/** @file The formula of a run, reckoned with plain numbers, against the graph that the run trains. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { input } from '../../engine/graph/index.ts';
import { runGraph } from '../../engine/graphRun.ts';
import { compile } from '../../engine/onnx/compile.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { random } from '../../lib/random.ts';
import type { AlgorithmChoice } from '../compose.ts';
import { objectiveLoss, settingInput } from '../learner/graphs.ts';
import { runObjective } from './asRun.ts';
import { builtInTexts } from './builtInTexts.ts';
import { formulaValues } from './values.ts';

const vocabulary = 4;
const stream = random('as run');
const settings: Readonly<Record<string, number>> = { beta: 0.3, epsilon: 0.2, epsilon_high: 0.25, delta: 1.5, entropy_coef: 0.05 };

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
    own, base,
    token: {
      logp, oldLogp: logp - logRatio, refLogp: base[t % vocabulary]!, advantage: t % 2 === 0 ? 1.25 : -0.75, reward: 1, expert: 0,
      entropy: 0 - own.reduce((sum, x) => sum + Math.exp(x) * x, 0), klExact: own.reduce((sum, x, v) => sum + Math.exp(x) * (x - base[v]!), 0),
    },
  };
});
const tokens = places.map(({ token }) => token);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

/** The loss of each token by the graph, made one by one with the weight on that token alone. */
async function trained({ algorithm }: ReturnType<typeof runObjective>): Promise<number[]> {
  const shape = [1, tokens.length];
  const term = (name: string, ...rest: number[]) => input(name, [...shape, ...rest]);
  const loss = objectiveLoss(algorithm, shape, {
    logProbs: term('logProbs'), refLogProbs: term('refLogProbs'), entropy: term('entropy'), values: term('values'),
    logDistribution: term('logDistribution', vocabulary), refLogDistribution: term('refLogDistribution', vocabulary),
  });
  const graph = compile('loss', { loss }, 'float64');
  const values = Object.fromEntries(algorithm.settings.map(({ id, default: fallback }) => [settingInput(id), [settings[id] ?? fallback]]));
  const feeds = {
    ...values, logProbs: tokens.map((t) => t.logp), oldLogProbs: tokens.map((t) => t.oldLogp), refLogProbs: tokens.map((t) => t.refLogp),
    advantages: tokens.map((t) => t.advantage), rewards: tokens.map((t) => t.reward), expert: tokens.map(() => 0), entropy: tokens.map((t) => t.entropy),
    mask: tokens.map(() => 1), logDistribution: places.flatMap(({ own }) => own), refLogDistribution: places.flatMap(({ base }) => base),
  };
  const read = new Set(graph.inputs.map(({ name }) => name));
  return Promise.all(tokens.map(async (_, t) => {
    const all = { ...feeds, weights: tokens.map((_token, i) => Number(i === t)) };
    return (await runGraph(runtime, graph, Object.fromEntries(Object.entries(all).filter(([name]) => read.has(name))))).loss![0]!;
  }));
}

const own = 'setting tau = 2 in 0 .. 4\nr = ratio # a comment\n-tau * r * A # at the end';
// Pairs need two completions, and a critic has numbers of its own.
const others = ['dpo', 'ipo', 'hinge', 'simpo', 'ppo', 'dualClip'];
const choices: readonly AlgorithmChoice[] = [
  ...[...builtInTexts.keys()].filter((id) => !others.includes(id)).map((id) => ({ id })),
  ...(['k1', 'k2', 'k3', 'k3WithK2Gradient', 'exact'] as const).map((kl) => ({ id: 'grpo', kl: { kl } })),
  { id: 'dapo', kl: { placement: 'reward' } }, { id: 'reinforce', kl: { kl: 'k2' } }, { id: 'chord', kl: { kl: 'k1' } }, { id: 'grpo', entropyBonus: true },
  { id: 'grpo', objectiveText: own }, { id: 'grpo', objectiveText: own, kl: { kl: 'k2' }, entropyBonus: true },
];

test.each(choices.map((choice) => [JSON.stringify(choice), choice] as const))('%s is what is trained', async (_, choice) => {
  const objective = runObjective(choice);
  const given = Object.fromEntries((objective.formula?.settings ?? []).map(({ id, default: fallback }) => [id, settings[id] ?? fallback]));
  const loss = formulaValues(objective.formula!, tokens, given).at(-1)!;
  const expected = await trained(objective);
  expect(loss.values).toHaveLength(tokens.length);
  loss.values?.forEach((value, t) => expect(value).toBeCloseTo(expected[t]!, 10));
});

test('what no line can tell is left open, and what is made outside the lines is named', () => {
  const { formula } = runObjective({ id: 'grpo', kl: { kl: 'exactForward' } });
  expect(formulaValues(formula!, tokens, settings).map(({ values }) => values === null)).toEqual([false, true]);
  expect(runObjective({ id: 'discopop' }).formula).toBeNull();
  expect(runObjective({ id: 'ppo', topEntropy: true, importanceCorrection: 'token_mask' }).leftOut).toEqual(['selection', 'correction', 'critic']);
});

test('a line is written with a token’s numbers, sums over the completion as a whole', () => {
  const [clipped, loss] = formulaValues(runObjective({ id: 'grpo' }).formula!, tokens, settings);
  const show = (value: number) => value.toFixed(2);
  expect([clipped!.name, clipped!.text, clipped!.withNumbers(4, show)]).toEqual(['clipped', 'clip(ratio, 1 - epsilon, 1 + epsilon)', 'clip(1.65, 1 - 0.20, 1 + 0.20)']);
  expect(loss!.withNumbers(1, show)).toMatch(/^-min\(0\.90 \* \(-0\.75\), 0\.90 \* \(-0\.75\)\) \+ 0\.30 \* \d\.\d\d$/);
  expect(formulaValues(runObjective({ id: 'gspo' }).formula!, tokens, settings)[0]!.withNumbers(0, show)).toBe('exp(0.00)');
});
