/** @file Numbers computed by hand, or published with an estimator. */
import { input } from '../../src/engine/graph/index.ts';
import { runGraph } from '../../src/engine/onnx/graphRun.ts';
import { compile } from '../../src/engine/onnx/compile.ts';
import type { Runtime } from '../../src/engine/runtime/runtime.ts';
import { passAtK } from '../../src/lib/statistics.ts';
import { groupAdvantageDefaults, groupAdvantages } from '../../src/rl/advantages/group.ts';
import { rlooAdvantages } from '../../src/rl/advantages/rloo.ts';
import { klEstimators } from '../../src/rl/objectives/kl.ts';
import { repetitionPenalty } from '../../src/rl/rewards/sharedTerms.ts';
import type { Comparison, Vector } from './vector.ts';

const twoOfEight = [1, 0, 0, 1, 0, 0, 0, 0];

/** Advantages, pass@k and rewards are plain numbers, computed without a graph. */
export function numberComparisons(): Comparison[] {
  const rewards = Float32Array.from(twoOfEight);
  const oneGroup = new Int32Array(rewards.length);
  const both = (
    name: string,
    source: string,
    [right, wrong]: readonly [number, number],
    ours: Float32Array,
  ): Comparison[] => [
    { name: `${name}, right`, source, theirs: right, ours: ours[0] as number },
    { name: `${name}, wrong`, source, theirs: wrong, ours: ours[1] as number },
  ];
  return [
    ...both(
      'GRPO advantage, 2 of 8, divided by n - 1',
      'TRL and verl',
      [1.619835, -0.539945],
      groupAdvantages(rewards, oneGroup),
    ),
    ...both(
      'GRPO advantage, 2 of 8, divided by n',
      'small public GRPO repositories',
      [1.731651, -0.577217],
      groupAdvantages(rewards, oneGroup, { ...groupAdvantageDefaults, ddof: 0 }),
    ),
    ...both('RLOO advantage, 2 of 8', 'arXiv 2402.14740', [0.857143, -0.285714], rlooAdvantages(rewards, oneGroup)),
    {
      name: 'repetition penalty, 2-grams of [1, 2, 3, 4]',
      source: 'TRL get_repetition_penalty_reward',
      theirs: 0,
      ours: repetitionPenalty([1, 2, 3, 4], 2),
    },
    {
      name: 'repetition penalty, 2-grams of [5, 5, 5, 5, 5]',
      source: 'TRL get_repetition_penalty_reward',
      theirs: -0.75,
      ours: repetitionPenalty([5, 5, 5, 5, 5], 2),
    },
    ...[
      [1, 0.25],
      [4, 0.785714],
    ].map(([k = 1, theirs = NaN]) => ({
      name: `pass@${k}, 2 right of 8`,
      source: 'arXiv 2107.03374',
      theirs,
      ours: passAtK(8, 2, k),
    })),
  ];
}

/**
 * p = [.5, .3, .15, .05] against a uniform reference, each outcome repeated in proportion to its probability: the mean
 * of k3 is the exact divergence.
 */
export function klVectors(): Vector[] {
  const outcomes = [
    [0.5, 10],
    [0.3, 6],
    [0.15, 3],
    [0.05, 1],
  ] as const;
  const logp = outcomes.flatMap(([p, times]) => Array<number>(times).fill(Math.log(p)));
  const batch = {
    logp: [logp],
    oldLogp: [logp],
    refLogp: [logp.map(() => Math.log(0.25))],
    advantages: [0],
    settings: { beta: 1 },
  };
  const source = 'KL of [.5, .3, .15, .05] from uniform, in closed form';
  return [
    {
      name: 'E[k3] as the loss of GRPO, beta 1',
      source,
      theirs: 0.24417432,
      objective: 'grpo',
      input: batch,
      ours: ({ loss }) => loss,
    },
    {
      name: 'E[k3] as a metric',
      source,
      theirs: 0.24417432,
      objective: 'grpo',
      input: batch,
      ours: ({ metrics }) => metrics.kl ?? NaN,
    },
  ];
}

/** The mean of each estimator under p, from its graph. */
export async function klComparisons(runtime: Runtime): Promise<Comparison[]> {
  const p = [0.5, 0.3, 0.15, 0.05];
  const [lp, ref] = [input('lp', [4]), input('ref', [4])];
  const graph = compile('estimators', {
    k1: klEstimators.k1(lp, ref),
    k2: klEstimators.k2(lp, ref),
    k3: klEstimators.k3(lp, ref),
  });
  const estimates = await runGraph(runtime, graph, { lp: p.map(Math.log), ref: p.map(() => Math.log(0.25)) });
  const theirs = { k1: 0.24417432, k2: 0.2094274, k3: 0.24417432 };
  return Object.entries(theirs).map(([name, number]) => ({
    name: `E[${name}]`,
    source: 'Schulman, Approximating KL divergence',
    theirs: number,
    ours: p.reduce((sum, x, i) => sum + x * (estimates[name]?.[i] ?? NaN), 0),
  }));
}

export function handVectors(): Vector[] {
  const skyrl = {
    logp: [[-1.69315, -1, -0.69741]],
    oldLogp: [[-1, -1, -3]],
    refLogp: [[0, 0, 0]],
    advantages: [[1, -1, -4]],
    settings: { epsilon: 0.2, clip_ratio_c: 3 },
  };
  const gspo = {
    logp: [
      [0.1, 0.3, 0],
      [-0.1, 0.1, 5],
    ],
    oldLogp: [
      [0, 0, 0],
      [0, 0, 0],
    ],
    refLogp: [
      [0, 0, 0],
      [0, 0, 0],
    ],
    mask: [
      [1, 1, 0],
      [1, 1, 0],
    ],
    advantages: [1, -2],
    settings: { epsilon: 0.2, epsilon_high: 0.2, beta: 0 },
  };
  return [
    // The log-probabilities have five digits, so they are [-.5, 1, 12] to that precision only.
    {
      name: 'dual clip, mean of [-.5, 1, 12]',
      source: 'SkyRL, by hand',
      theirs: 12.5 / 3,
      objective: 'dualClip',
      input: skyrl,
      ours: ({ loss }) => loss,
    },
    {
      name: 'GSPO, a masked token does not count',
      source: 'by hand',
      theirs: 0.4,
      objective: 'gspo',
      input: gspo,
      ours: ({ loss }) => loss,
    },
  ];
}

/** Ratio .5 with A = -1 lies beyond the clip: no gradient. A fully masked batch has no loss. */
export function edgeVectors(): Vector[] {
  const clipped = { logp: [[Math.log(0.5)]], oldLogp: [[0]], refLogp: [[0]], advantages: [[-1]] };
  const masked = { ...clipped, mask: [[0]] };
  return [
    {
      name: 'gradient at ratio .5, A = -1',
      source: 'clip of PPO, arXiv 1707.06347',
      theirs: 0,
      objective: 'grpo',
      input: clipped,
      ours: ({ grad }) => grad[0]?.[0] ?? NaN,
    },
    {
      name: 'loss with everything masked',
      source: 'TRL mask_truncated_completions',
      theirs: 0,
      objective: 'grpo',
      input: masked,
      ours: ({ loss }) => loss,
    },
  ];
}
