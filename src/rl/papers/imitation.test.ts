/** @file Imitation and distillation against scalar loops written from their papers, value and gradient. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { derivatives, gradientError } from '../../../testing/engine/finiteDifference.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { random } from '../../lib/random.ts';
import { evaluateObjective } from '../oneBatch/evaluateObjective.ts';

const [rows, columns] = [4, 4];
const lengths = [4, 2, 3, 1];
const expert = [0, 1, 0, 1];
const advantages = [1.2, 0, -0.7, 0];

const stream = random('imitation', 1);
const logProbs = Array.from({ length: rows * columns }, () => -0.1 - Math.abs(stream.normal()));
const old = logProbs.map((lp) => lp + 0.3 * stream.normal());
const teacher = logProbs.map((lp) => lp + 0.5 * stream.normal());
const inRows = (flat: readonly number[]) =>
  Array.from({ length: rows }, (_, b) => flat.slice(b * columns, (b + 1) * columns));
const mask = lengths.map((length) => Array.from({ length: columns }, (_, t) => Number(t < length)));

/** The mean of f over the tokens of the `wanted` rows; 0 without tokens. */
function tokenMean(
  lp: readonly number[],
  wanted: (row: number) => boolean,
  f: (lp: number, i: number, row: number) => number,
): number {
  let [sum, tokens] = [0, 0];
  for (let row = 0; row < rows; row++) {
    for (let t = 0; wanted(row) && t < lengths[row]!; t++) {
      sum += f(lp[row * columns + t]!, row * columns + t, row);
      tokens++;
    }
  }
  return tokens === 0 ? 0 : sum / tokens;
}

/** sg[p]: the probability as a constant. */
const still = (i: number): number => Math.exp(logProbs[i]!);

function clippedSurrogate(lp: number, i: number, row: number): number {
  const r = Math.exp(lp - old[i]!);
  const clipped = Math.min(1.2, Math.max(0.8, r));
  return Math.min(r * advantages[row]!, clipped * advantages[row]!);
}

const imitate =
  (phi: number) =>
  (lp: number, i: number): number =>
    -(1 - phi + phi * still(i) * (1 - still(i))) * lp;
const chord =
  (mu: number, phi: number) =>
  (lp: readonly number[]): number =>
    (1 - mu) *
      tokenMean(
        lp,
        (row) => !expert[row],
        (x, i, row) => -clippedSurrogate(x, i, row),
      ) +
    mu * tokenMean(lp, (row) => !!expert[row], imitate(phi));

interface Case {
  readonly id: string;
  readonly settings: Record<string, number>;
  /** Instead of those of the batch. */
  readonly advantages?: readonly number[];
  readonly rewards?: readonly number[];
  readonly oracle: (lp: readonly number[]) => number;
}
const cases: readonly Case[] = [
  {
    id: 'sft',
    settings: {},
    oracle: (lp) =>
      tokenMean(
        lp,
        () => true,
        (x) => -x,
      ),
  },
  {
    id: 'dft',
    settings: {},
    oracle: (lp) =>
      tokenMean(
        lp,
        () => true,
        (x, i) => -still(i) * x,
      ),
  },
  {
    id: 'cRlft',
    settings: { other_weight: 0.25 },
    rewards: [1, 0, 0, 1],
    oracle: (lp) =>
      tokenMean(
        lp,
        () => true,
        (x, _, row) => -[1, 0.25, 0.25, 1][row]! * x,
      ),
  },
  { id: 'chord', settings: { mu: 0.3, phi: 1 }, oracle: chord(0.3, 1) },
  { id: 'chord', settings: { mu: 0.8, phi: 0 }, oracle: chord(0.8, 0) },
  { id: 'chord', settings: { mu: 0, phi: 1 }, oracle: chord(0, 1) },
  {
    id: 'luffy',
    settings: { luffy_gamma: 0.2 },
    advantages: [1.2, 0.5, -0.7, -0.4],
    oracle: (lp) =>
      tokenMean(
        lp,
        () => true,
        (x, i, row) =>
          expert[row] ? -(Math.exp(x) / (Math.exp(x) + 0.2)) * [0, 0.5, 0, -0.4][row]! : -clippedSurrogate(x, i, row),
      ),
  },
  // The same for the expert's rows, which it does not tell apart.
  {
    id: 'sdft',
    settings: {},
    advantages: [1.2, 0.5, -0.7, -0.4],
    oracle: (lp) =>
      tokenMean(
        lp,
        () => true,
        (x, i, row) => -Math.exp(x - old[i]!) * [1.2, 0.5, -0.7, -0.4][row]!,
      ),
  },
  // The reference is the teacher.
  {
    id: 'opd',
    settings: {},
    oracle: (lp) =>
      tokenMean(
        lp,
        () => true,
        (x, i) => -Math.exp(x - old[i]!) * (teacher[i]! - old[i]!),
      ),
  },
  // Two rows of each kind, divided by 4 for the policy's own and 5 for the expert's.
  {
    id: 'mix',
    settings: { mu: 0.4, train_batch_size_usual: 4, train_batch_size_expert: 5 },
    oracle: (lp) => 0.6 * (2 / 4) * chord(0, 0)(lp) + 0.4 * (2 / 5) * chord(1, 0)(lp),
  },
];

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

describe('imitation', () => {
  test.each(cases)(
    '$id $settings equals its scalar loop, and its gradient the finite differences',
    async ({ id, settings, oracle, rewards, advantages: given = advantages }) => {
      const { loss, grad } = await evaluateObjective(runtime, id, {
        logp: inRows(logProbs),
        oldLogp: inRows(old),
        refLogp: inRows(teacher),
        mask,
        advantages: [...given],
        expert,
        settings,
        ...(rewards ? { rewards: [...rewards] } : {}),
      });
      expect(loss).toBeCloseTo(oracle(logProbs), 6);
      const numeric = await derivatives(async (lp) => oracle(lp), logProbs, [...logProbs.keys()], 1e-4);
      expect(gradientError(grad.flat(), numeric)).toBeLessThan(1e-6);
    },
  );

  describe('GKD between a policy and a teacher over three words', () => {
    const [policy, taught] = [
      [0.2, 0.5, 0.3],
      [0.7, 0.1, 0.2],
    ] as const;
    /** KL(p, q) in nats. */
    const kl = (p: readonly number[], q: readonly number[]) =>
      p.reduce((sum, x, v) => sum + x * Math.log(x / q[v]!), 0);
    const divergence = (p: readonly number[], beta: number) => {
      const middle = p.map((x, v) => beta * taught[v]! + (1 - beta) * x);
      return beta * kl(taught, middle) + (1 - beta) * kl(p, middle);
    };
    const evaluated = (gkd_beta: number) =>
      evaluateObjective(runtime, 'gkd', {
        logp: [[Math.log(0.5)]],
        oldLogp: [[Math.log(0.5)]],
        rewards: [0],
        logDistribution: [[policy.map(Math.log)]],
        refLogDistribution: [[taught.map(Math.log)]],
        settings: { gkd_beta },
      });

    test.each([0.1, 0.5, 0.9])('beta %d: the Jensen-Shannon divergence and its slopes (eq. 1)', async (beta) => {
      const { loss, gradDistribution } = await evaluated(beta);
      expect(loss).toBeCloseTo(divergence(policy, beta), 6);
      const slopes = await derivatives(
        async (lp) => divergence(lp.map(Math.exp), beta),
        policy.map(Math.log),
        [0, 1, 2],
      );
      gradDistribution![0]![0]!.forEach((slope, v) => expect(slope).toBeCloseTo(slopes[v]!, 6));
    });

    test('over beta it is KL(teacher, policy) near 0, and over 1 - beta KL(policy, teacher) near 1', async () => {
      const [low, high] = [await evaluated(0.01), await evaluated(0.99)];
      expect(low.loss / 0.01).toBeCloseTo(kl(taught, policy), 1);
      expect(high.loss / 0.01).toBeCloseTo(kl(policy, taught), 1);
    });
  });

  test.each([
    [0.1, -0.8713],
    [0.5, -0.5765],
  ])('LUFFY with gamma %d has the value of the official tests, %d', async (gamma, theirs) => {
    const { loss } = await evaluateObjective(runtime, 'luffy', {
      logp: [
        [-0.5, -0.3, -0.4],
        [-0.2, -0.6, -0.3],
      ],
      oldLogp: [
        [0, 0, 0],
        [0, 0, 0],
      ],
      advantages: [1, 1],
      expert: [1, 1],
      settings: { luffy_gamma: gamma },
    });
    expect(loss).toBeCloseTo(theirs, 4);
  });

  test('SDFT: at the policy that sampled, each token is pushed by the teacher’s log-ratio to it', async () => {
    const logp = [[-1, -2]];
    const { grad } = await evaluateObjective(runtime, 'sdft', {
      logp,
      oldLogp: logp,
      teacherLogp: [[-0.5, -4]],
      rewards: [0],
    });
    expect(grad[0]).toEqual([expect.closeTo(-0.5 / 2, 6), expect.closeTo(2 / 2, 6)]);
  });

  test('LUFFY: the expert’s completions count in the mean of their group', async () => {
    const given = { logp: [[-1], [-1], [-1]], oldLogp: [[-1], [-1], [-1]], expert: [0, 0, 1] };
    const { grad } = await evaluateObjective(runtime, 'luffy', { ...given, rewards: [0, 1, 1] });
    const p = Math.exp(-1);
    const slope = (p * 0.1) / (p + 0.1) ** 2;
    [2 / 3, -1 / 3, (-1 / 3) * slope].forEach((g, row) => expect(grad[row]![0]).toBeCloseTo(g / 3, 6));
  });

  test('CHORD is mu SFT on a batch of the expert, and (1 - mu) BNPO on one without', async () => {
    const batch = { logp: inRows(logProbs), oldLogp: inRows(old), mask, advantages };
    const [sft, overTokens, all, none] = await Promise.all([
      evaluateObjective(runtime, 'sft', batch),
      evaluateObjective(runtime, 'bnpo', batch),
      evaluateObjective(runtime, 'chord', { ...batch, expert: [1, 1, 1, 1], settings: { mu: 0.25, phi: 0 } }),
      evaluateObjective(runtime, 'chord', { ...batch, settings: { mu: 0.25 } }),
    ]);
    expect(all.loss).toBeCloseTo(0.25 * sft.loss, 7);
    expect(none.loss).toBeCloseTo(0.75 * overTokens.loss, 7);
  });

  test('refuses a completion that is only partly an expert’s', async () => {
    const marks = mask.map((row) => row.map((_, t) => Number(t === 0)));
    await expect(
      evaluateObjective(runtime, 'chord', {
        logp: inRows(logProbs),
        oldLogp: inRows(old),
        mask,
        advantages,
        expert: marks,
      }),
    ).rejects.toThrow('expert[0]: a completion is');
  });
});
