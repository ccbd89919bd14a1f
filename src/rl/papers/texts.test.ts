/**
 * @file The text of each paper: printed and parsed again it gives the same loss and gradient, bit for bit, on masked
 * rows, pairs, experts and tokens on both sides of a clip; and it contains each symbol of the displayed formula.
 */
import { describe, expect, test } from 'vitest';
import { grad } from '../../engine/autodiff/grad.ts';
import { input, type Value } from '../../engine/graph/index.ts';
import { evaluate } from '../../engine/plain/evaluate.ts';
import { random } from '../../lib/random.ts';
import { paper, wholeFormula } from '../formula/paper.ts';
import { parseFormula } from '../formula/parse.ts';
import { printFormula } from '../formula/print.ts';
import { objectiveLoss, settingInput } from '../learner/graphs.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { algorithms } from './index.ts';

const [rows, columns] = [6, 5];
const lengths = [5, 3, 1, 4, 5, 2];
const stream = random('texts', 1);
const perToken = (of: (i: number) => number) => Array.from({ length: rows * columns }, (_, i) => of(i));
const perRow = (values: readonly number[]) => perToken((i) => values[Math.floor(i / columns)]!);
const logProbs = perToken(() => -1.5 + 0.5 * stream.normal());
const mask = perToken((i) => Number(i % columns < lengths[Math.floor(i / columns)]!));

const VOCABULARY = 4;
/** A distribution over the vocabulary at each token. */
const distributions = () =>
  perToken(() => 0).flatMap(() => {
    const odds = Array.from({ length: VOCABULARY }, () => Math.exp(stream.normal()));
    const all = odds.reduce((sum, x) => sum + x, 0);
    return odds.map((x) => Math.log(x / all));
  });

/** Log-ratios of two spreads, so that few or most tokens are clipped. */
const batches = [0.1, 0.6].map((spread) => ({
  logProbs,
  mask,
  weights: mask.map((m) => m * stream.normal()),
  oldLogProbs: logProbs.map((lp) => lp + spread * stream.normal()),
  samplerLogProbs: logProbs.map((lp) => lp + spread * Math.abs(stream.normal())),
  refLogProbs: logProbs.map((lp) => lp + 0.4 * stream.normal()),
  advantages: perRow([1.5, -1, 0.5, -0.25, -2, 1]),
  rewards: perRow([1, -1, 2, -0.5, 0, 1]),
  expert: perRow([0, 1, 0, 0, 1, 0]),
  logDistribution: distributions(),
  refLogDistribution: distributions(),
  selected: mask.map((m) => m * Number(stream.uniform() < 0.5)),
}));

/** Loss and gradient of each batch, with KL penalty, cap and second clip active. */
function numbersOf(algorithm: Algorithm): number[][] {
  const term = (name: string, ...rest: number[]): Value => input(name, [rows, columns, ...rest]);
  const policy = {
    logProbs: term('logProbs'),
    refLogProbs: term('refLogProbs'),
    entropy: term('entropy'),
    values: term('values'),
    logDistribution: term('logDistribution', VOCABULARY),
    refLogDistribution: term('refLogDistribution', VOCABULARY),
  };
  const loss = objectiveLoss(algorithm, [rows, columns], policy);
  const acting: Readonly<Record<string, number>> = { beta: 0.3, delta: 1.3, clip_ratio_c: 1.2, label_smoothing: 0.1 };
  const settings = algorithm.settings.map(({ id, default: usual }) => [settingInput(id), [acting[id] ?? usual]]);
  return batches.map((batch) =>
    evaluate([loss, ...grad(loss, [policy.logProbs, policy.logDistribution])], {
      ...batch,
      ...Object.fromEntries(settings),
    }).flatMap((found) => [...found!]),
  );
}

describe.each(algorithms.map((algorithm) => [algorithm.id, algorithm] as const))('%s', (_, algorithm) => {
  test('printed and parsed again it gives the same loss and gradient, bit for bit', () => {
    const printed = printFormula(parseFormula(algorithm.text));
    expect(printFormula(parseFormula(printed))).toBe(printed);
    const numbers = numbersOf(algorithm);
    expect(numbers.flat().every(Number.isFinite)).toBe(true);
    expect(numbers.every(([, ...gradient]) => gradient.some((slope) => slope !== 0))).toBe(true);
    expect(numbersOf(paper({ ...algorithm, text: printed }))).toEqual(numbers);
  });

  test('each symbol of the displayed formula has its word in the text, the penalty or the advantage', () => {
    const words = new Set(printFormula(wholeFormula(algorithm)).match(/\w+/g));
    const { settings = [] } = algorithm.advantage;
    for (const { id } of [...settings, ...algorithm.settings]) if (id === 'beta') words.add(id);
    for (const [symbol, meanings] of symbols) {
      if (!symbol.test(algorithm.formula)) continue;
      expect(
        meanings.some((word) => words.has(word)),
        `${symbol} in ${algorithm.formula}`,
      ).toBe(true);
    }
  });
});

/** Symbols of displayed formulas, and the words of texts that they can stand for. */
const symbols: readonly (readonly [RegExp, readonly string[]])[] = [
  [/ε(?!_)/, ['epsilon']],
  [/ε_high/, ['epsilon_high']],
  [/ε_low/, ['epsilon_low']],
  [/δ/, ['delta']],
  [/β(?![₁₂])/, ['beta', 'gkd_beta']],
  [/β₂/, ['beta2']],
  [/M min/, ['off_policy_mask_threshold']],
  [/λ \(/, ['lambda']],
  [/γ/, ['simpo_gamma', 'luffy_gamma']],
  [/μ/, ['mu']],
  [/τ_pos/, ['sapo_temperature_pos']],
  [/τ_neg/, ['sapo_temperature_neg']],
  [/τ(?!_)/, ['tau', 'discopop_tau']],
  [/\bs\)/, ['label_smoothing', 's']],
  [/log σ/, ['logsigmoid']],
  [/(?<!log )σ/, ['sigmoid']],
  [/clip\(/, ['clip']],
  [/sg\[/, ['sg']],
  [/max\(/, ['max', 'where']],
  [/min\(/, ['min', 'clip']],
  [/k2/, ['k2']],
  [/k3/, ['k3']],
  [/\|log r\|/, ['abs']],
  [/²/, ['square']],
  [/π_ref/, ['refLogp', 'beta']],
  [/π_T/, ['refLogDistribution']],
];

test('a changed text gives other numbers', () => {
  const [first] = algorithms;
  const changed = paper({ ...first!, text: first!.text.replace('1 + epsilon', '1 + 2 * epsilon') });
  expect(numbersOf(changed)).not.toEqual(numbersOf(first!));
});
