/**
 * @file Every policy-gradient objective against scalar loops written from the papers: value, gradient and invariances.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { derivatives, gradientError } from '../../../testing/engine/finiteDifference.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { random } from '../../lib/random.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { algorithmById } from './index.ts';
import { loadObjective, type ObjectiveBatch, type ObjectiveRun } from '../../../testing/objectiveRun.ts';
import {
  type Completion,
  frozenLoops,
  plainAggregates,
  plainLoops,
  type Settings,
} from '../../../testing/plainLoops.ts';

const [rows, columns] = [6, 5];
const lengths = [5, 3, 1, 4, 5, 2];
const inside = (i: number): boolean => i % columns < lengths[Math.floor(i / columns)]!;

/**
 * Ratios on both sides of every clip; advantages and rewards of both signs, the same for all tokens of a completion.
 */
function batchOf(spread: number): ObjectiveBatch & { rewards: readonly number[] } {
  const stream = random('objectives', 7);
  const draw = (scale: number, centre = 0) =>
    Array.from({ length: rows * columns }, () => centre + scale * stream.normal());
  const logProbs = draw(0.7, -2);
  const perRow = [1.5, -1, 0.5, -0.25, -2, 1];
  const oldLogProbs = logProbs.map((lp) => lp + spread * stream.normal());
  return {
    logProbs,
    oldLogProbs,
    samplerLogProbs: oldLogProbs,
    refLogProbs: logProbs.map((lp) => lp + 0.5 * stream.normal()),
    advantages: logProbs.map((_, i) => perRow[Math.floor(i / columns)]!),
    rewards: logProbs.map((_, i) => perRow[Math.floor(i / columns)]!),
    mask: logProbs.map((_, i) => (inside(i) ? 1 : 0)),
  };
}

function completionsOf(
  batch: ObjectiveBatch & { rewards: readonly number[] },
  logProbs: readonly number[] = batch.logProbs,
): Completion[] {
  const part = (values: readonly number[], row: number) => values.slice(row * columns, row * columns + lengths[row]!);
  return lengths.map((_, row) => ({
    lp: part(logProbs, row),
    old: part(batch.oldLogProbs, row),
    ref: part(batch.refLogProbs, row),
    advantage: part(batch.advantages, row),
    reward: batch.rewards[row * columns]!,
  }));
}

/** The loss at `logProbs`; factors inside sg[] are computed from `batch.logProbs`. */
function oracle(
  id: string,
  batch: ObjectiveBatch & { rewards: readonly number[] },
  settings: Settings,
  logProbs: readonly number[],
): number {
  const frozen = completionsOf(batch);
  const losses = completionsOf(batch, logProbs).map(
    (completion, row) => plainLoops[id]?.(completion, settings) ?? frozenLoops[id]!(completion, settings, frozen[row]!),
  );
  return plainAggregates[id]!(losses, columns);
}

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

/** Settings such that some tokens are clipped and others not; missing ones have their defaults, beta 0.3. */
const cases: Record<string, Settings> = {
  bnpo: { epsilon_high: 0.3, delta: 1.5 },
  drGrpo: { delta_low: 0.9 },
  dapo: {},
  gspo: { epsilon: 0.1, epsilon_high: 0.2 },
  cispo: { epsilon_high: 1.2, epsilon_low: 0.8 },
  sapo: {},
  gmpo: {},
  intellect2: { delta: 1.3 },
  // A floor below the clip; drGrpo has one above it, the others none.
  ppo: { delta_low: 0.6 },
  dualClip: { clip_ratio_c: 1.3 },
  rloo: {},
  reinforce: {},
  reinforcePlusPlus: {},
  reinforcePlusPlusBaseline: {},
  raft: {},
  topr: {},
  opmd: {},
  gdc: {},
  gpg: {},
  opo: {},
  luspo: { epsilon: 0.1, epsilon_high: 0.2 },
  gspoToken: { epsilon: 0.1, epsilon_high: 0.2 },
  vespo: {},
  deepSeekV32: { off_policy_mask_threshold: 0.05 },
  wReinforce: {},
  kto: { undesirable_weight: 1.5 },
  aStarPo: { beta2: 0.4 },
};

/** Losses in which a completion moves away from the base or from its reference point even without advantage. */
const regressions = ['kto', 'aStarPo'];

const loaded = (algorithm: Algorithm, use: (run: ObjectiveRun) => Promise<void>): Promise<void> =>
  loadObjective(runtime, algorithm, rows, columns).then((run) => use(run).finally(() => run.dispose()));

const settingsOf = (algorithm: Algorithm, given: Settings): Record<string, number> =>
  Object.fromEntries(algorithm.settings.map((s) => [s.id, given[s.id] ?? (s.id === 'beta' ? 0.3 : s.default)]));

describe.each(Object.entries(cases))('%s', (id, given) => {
  const algorithm = algorithmById(id);
  const settings = settingsOf(algorithm, given);

  test('equals the scalar loop, and its gradient the finite differences', () =>
    loaded(algorithm, async (run) => {
      for (const spread of [0.1, 0.6]) {
        const batch = batchOf(spread);
        const { loss, gradient } = await run.at(batch, settings);
        const expected = oracle(id, batch, settings, batch.logProbs);
        expect(Math.abs(loss - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
        const numeric = await derivatives(async (logProbs) => oracle(id, batch, settings, logProbs), batch.logProbs, [
          ...gradient.keys(),
        ]);
        expect(gradientError(gradient, numeric)).toBeLessThan(1e-6);
        expect(gradient.some((x) => x !== 0)).toBe(true);
      }
    }));

  test('values outside completions change nothing', () =>
    loaded(algorithm, async (run) => {
      const batch = batchOf(0.3);
      const beyond = (values: readonly number[], by: number) => values.map((v, i) => (inside(i) ? v : v + by));
      const moved = {
        ...batch,
        logProbs: beyond(batch.logProbs, 3),
        oldLogProbs: beyond(batch.oldLogProbs, -2),
        samplerLogProbs: beyond(batch.samplerLogProbs!, -2),
        refLogProbs: beyond(batch.refLogProbs, 2),
        advantages: beyond(batch.advantages, 9),
        rewards: beyond(batch.rewards, 9),
      };
      expect(await run.at(moved, settings)).toEqual(await run.at(batch, settings));
    }));
});

describe.each(Object.entries(cases).filter(([id]) => !regressions.includes(id)))('%s', (id, given) => {
  const algorithm = algorithmById(id);
  const settings = settingsOf(algorithm, given);

  test('without advantage and beta there is no gradient', () =>
    loaded(algorithm, async (run) => {
      const nothing = batchOf(0.3).logProbs.map(() => 0);
      const { gradient } = await run.at(
        { ...batchOf(0.3), advantages: nothing, rewards: nothing },
        { ...settings, beta: 0 },
      );
      expect(gradient.every((x) => x === 0)).toBe(true);
    }));

  test('on-policy, the gradient of a token is its advantage times its weight', () =>
    loaded(algorithm, async (run) => {
      const batch = { ...batchOf(0), refLogProbs: batchOf(0).logProbs };
      const { gradient } = await run.at({ ...batch, oldLogProbs: batch.logProbs }, settings);
      const push = id === 'opmd' ? 1 / (1 + settings.tau!) : 1;
      // Reference: -A log pi with the weights of the algorithm.
      const plain = (logProbs: readonly number[]) => {
        const losses = completionsOf(batch, logProbs).map(({ lp, advantage }) => lp.map((x, t) => -x * advantage[t]!));
        return plainAggregates[id === 'rloo' ? 'reinforce' : id]!(losses, columns) * push;
      };
      const numeric = await derivatives(async (logProbs) => plain(logProbs), batch.logProbs, [...gradient.keys()]);
      expect(gradientError(gradient, numeric)).toBeLessThan(1e-6);
    }));
});

test('TOPR with sequence_level 0 equals the per-token loop', () =>
  loaded(algorithmById('topr'), async (run) => {
    const [batch, settings] = [batchOf(0.6), { sequence_level: 0 }];
    const { loss, gradient } = await run.at(batch, settings);
    expect(loss).toBeCloseTo(oracle('topr', batch, settings, batch.logProbs), 6);
    const numeric = await derivatives(async (logProbs) => oracle('topr', batch, settings, logProbs), batch.logProbs, [
      ...gradient.keys(),
    ]);
    expect(gradientError(gradient, numeric)).toBeLessThan(1e-6);
  }));

test('GSPO-token with one advantage a completion has the loss and gradient of GSPO', async () => {
  const settings = { epsilon: 0.1, epsilon_high: 0.2, beta: 0.3 };
  const both = await Promise.all(
    ['gspo', 'gspoToken'].map(async (id) => {
      const run = await loadObjective(runtime, algorithmById(id), rows, columns);
      return run.at(batchOf(0.3), settings).finally(() => run.dispose());
    }),
  );
  expect(both[1]!.loss).toBeCloseTo(both[0]!.loss, 10);
  expect(gradientError(both[1]!.gradient, both[0]!.gradient)).toBeLessThan(1e-10);
});
