/**
 * @file The inputs drawn by Trinity-RFT's tests and their expected numbers (tests/algorithm/policy_loss_test.py).
 */
import { torchUniforms } from '../../src/lib/torchUniforms.ts';
import type { ObjectiveInput } from '../../src/rl/oneBatch/objectiveInput.ts';
import type { Vector } from './vector.ts';

const [rows, columns] = [5, 20];
const source = 'Trinity-RFT tests/algorithm/policy_loss_test.py, torch seed 42';

/** torch.manual_seed(42); arrays [5, 20] in the order in which the test draws them, then one expert flag per row. */
export function trinityInput() {
  const uniform = torchUniforms(42);
  const draw = (f: (u: number) => number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => f(uniform())));
  const signed = (u: number): number => Math.fround(2 * u - 1);
  const half = (u: number): number => Number(u > 0.5);
  const [logp, oldLogp, refLogp, mask, advantages] = [
    draw(signed),
    draw(signed),
    draw(signed),
    draw(half),
    draw(signed),
  ] as const;
  return { logp, oldLogp, refLogp, mask, advantages, expert: Array.from({ length: rows }, () => half(uniform())) };
}

/**
 * The even rows concatenated against the odd ones: Trinity sums each side into one scalar. The shorter side is padded
 * with masked tokens.
 */
function onePair({ logp, refLogp, mask }: ReturnType<typeof trinityInput>): ObjectiveInput {
  const joined = (array: readonly number[][], side: 0 | 1): number[] =>
    array.flatMap((row, b) => (b % 2 === side ? row : []));
  const width = 3 * columns;
  const pair = (array: readonly number[][]) =>
    ([0, 1] as const).map((side) => [...joined(array, side), ...Array<number>(width).fill(0)].slice(0, width));
  return { logp: pair(logp), refLogp: pair(refLogp), mask: pair(mask) };
}

const loss = (name: string, objective: string, theirs: number, input: ObjectiveInput): Vector => ({
  name,
  source,
  theirs,
  objective,
  input,
  ours: ({ loss: ours }) => ours,
});
const metric = (name: string, objective: string, id: string, theirs: number, input: ObjectiveInput): Vector => ({
  name,
  source,
  theirs,
  objective,
  input,
  ours: ({ metrics }) => metrics[id] ?? NaN,
});

const PPO_SETTINGS = { epsilon: 0.2, epsilon_high: 0.2, beta: 0 };

export function trinityVectors(): Vector[] {
  const all = trinityInput();
  const pair = onePair(all);
  const ppo = { ...all, settings: { epsilon: 0.2, beta: 0 } };
  const gspo = { ...all, settings: { epsilon: 3e-4, epsilon_high: 4e-4, beta: 0 } };
  return [
    loss('PPO, token mean', 'bnpo', 0.28560468554496765, ppo),
    metric('PPO, clip fraction', 'grpo', 'clip_ratio/region_mean', 0.3541666567325592, ppo),
    metric('PPO, mean old - lp', 'grpo', 'approx_kl', -0.21663446724414825, ppo),
    loss('DAPO with epsilon .2 on both sides', 'dapo', 0.28560468554496765, { ...all, settings: PPO_SETTINGS }),
    loss('PPO with dual clip, c = 3', 'dualClip', 0.26889559627, {
      ...all,
      settings: { epsilon: 0.2, clip_ratio_c: 3 },
    }),
    metric('PPO with dual clip, lower clip fraction', 'dualClip', 'clip_ratio/dual_mean', 0.0625, {
      ...all,
      settings: { epsilon: 0.2, clip_ratio_c: 3 },
    }),
    loss('PPO with dual clip and sequence mask, delta .1', 'dualClip', 0.22175675630569458, {
      ...all,
      settings: { epsilon: 0.2, clip_ratio_c: 3, off_policy_mask_threshold: 0.1 },
    }),
    loss('GSPO, mean over sequences of the token mean', 'gspo', 0.27235108613967896, gspo),
    metric('GSPO, clip fraction', 'gspo', 'clip_ratio/region_mean', 0.375, gspo),
    loss('OPMD, tau 1', 'opmd', -0.009589947760105133, { ...all, settings: { tau: 1 } }),
    loss('SFT, token mean', 'sft', -0.07560186833143234, all),
    loss('DPO, beta .1', 'dpo', 0.5406752228736877, pair),
    metric('DPO, reward of the chosen', 'dpo', 'rewards/chosen', 0.7082431316375732, pair),
    metric('DPO, reward of the rejected', 'dpo', 'rewards/rejected', 0.3757950782775879, pair),
    loss('MIX', 'mix', 0.6581965088844299, all),
    loss('MIX with dual clip, c = 3', 'mix', 0.6298247575759888, { ...all, settings: { clip_ratio_c: 3 } }),
    loss('MIX, own part', 'mix', 0.7236452102661133, { ...all, settings: { mu: 0 } }),
    loss('MIX, expert part', 'mix', 0.06915830634534359, { ...all, settings: { mu: 1 } }),
  ];
}
