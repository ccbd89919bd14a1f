/** @file The live version of a stored result: its steps by this machine's speed, its rule, and the recorded control. */
import { describe, expect, it } from 'vitest';
import type { StoredResult } from '../../lessons/storedResult.ts';
import { linkOf, readPlanLink } from './comparisonPlan.ts';
import { storedPlan } from './comparisonStored.ts';
import { measuredSlowness, minuteAnswer, minuteOf, recordedArm, secondsFor, USUAL_SLOWNESS } from './liveMinute.ts';

const arm = (id: string, secondsPerStep?: number) => ({
  arm: id,
  title: `Arm ${id}`,
  flags: [],
  runs: 3,
  metrics: {},
  ...(secondsPerStep === undefined ? {} : { secondsPerStep }),
});
const result: StoredResult = {
  experiment: 'paper-80',
  claim: 'C',
  method: 'M',
  command: 'run',
  version: 'v',
  date: '2026-01-01',
  seeds: [1, 2, 3],
  verdict: 'shown',
  policies: ['exact-seq'],
  preset: 'exact-seq',
  metrics: ['reward', 'gap'].map((id) => ({ id, title: id, unit: '', digits: 2 })),
  measure: { metric: 'gap', best: 'highest' },
  checks: [],
  arms: [arm('leash', 0.125), arm('free', 0.0625), arm('third', 0.2), arm('old')],
  live: {
    of: 'leash',
    against: 'free',
    side: 'above',
    recorded: 'third',
    curve: { seed: 7, rewards: [0.1, 0.2, 0.3, 0.4] },
  },
};
const chosen = { arms: ['leash', 'free'], seeds: 1, steps: 3 };
const plan = storedPlan(result, chosen);
const others = [
  storedPlan(result, { ...chosen, seeds: 2 }),
  storedPlan(result, { ...chosen, arms: ['free', 'leash'] }),
  storedPlan({ ...result, live: undefined }, chosen),
];

describe('the minute', () => {
  it('has as many steps of both arms as fit 45 s at the machine’s speed, at least 1 and at most as stored', () => {
    expect(minuteOf(result, 500, 2)).toEqual({ steps: 120, seconds: expect.closeTo(45, 6) });
    expect(minuteOf(result, 100, 2)).toEqual({ steps: 100, seconds: expect.closeTo(37.5, 6) });
    expect(minuteOf(result, 500, 1000)?.steps).toBe(1);
    expect(minuteOf({ ...result, live: undefined }, 500, 2)).toBeNull();
    expect(minuteOf({ ...result, arms: [arm('leash'), arm('free', 1)] }, 500, 2)).toBeNull();
  });

  it('takes the machine’s speed from the median step of a run of the same preset, the first left out', () => {
    const rows = [9, 0.2, 0.4, 0.3].map((time, step) => ({ step, values: { step_time: time }, ranges: {} }));
    expect(measuredSlowness(result, { preset: 'exact-seq', rows })).toBeCloseTo(2.4, 6);
    expect(measuredSlowness(result, { preset: 'default', rows })).toBeNull();
    expect(measuredSlowness(result, { preset: 'exact-seq', rows: rows.slice(0, 1) })).toBeNull();
  });

  it('says the time of any runs before they start, if the time of every arm was recorded', () => {
    const arms = [
      { arm: 'leash', steps: 10 },
      { arm: 'free', steps: 20 },
    ];
    expect(secondsFor(result, arms, 3, USUAL_SLOWNESS)).toBeCloseTo(3 * 2.5 * USUAL_SLOWNESS, 6);
    expect(secondsFor(result, [{ arm: 'old', steps: 10 }], 3, 1)).toBeNull();
  });

  it('answers by its own rule once both arms have ended', () => {
    const ended = (mean: number) => ({ value: { mean } });
    expect(minuteAnswer(plan, [ended(0.9), ended(0.5)])).toBe('same');
    expect(minuteAnswer(plan, [ended(0.5), ended(0.9)])).toBe('other');
    expect(minuteAnswer(plan, [ended(0.5), ended(0.5)])).toBe('other');
    expect(minuteAnswer(plan, [ended(0.5), { value: null }])).toBeNull();
    for (const other of others) expect(minuteAnswer(other, [ended(0.9), ended(0.5)])).toBeNull();
  });

  it('draws the recorded control as far as the arms go, named as recorded, and keeps its object', () => {
    const [drawn] = recordedArm(plan, []);
    expect(drawn).toMatchObject({ name: 'Arm third, recorded, seed 7' });
    expect(drawn?.runs[0]?.map(({ step, values }) => [step, values.reward])).toEqual([
      [1, 0.1],
      [2, 0.2],
      [3, 0.3],
    ]);
    expect(recordedArm(plan, drawn ? [drawn] : [])[0]).toBe(drawn);
    for (const other of others) expect(recordedArm(other, [])).toEqual([]);
  });

  it('is carried by the plan, with the claim’s own number or the first of an older result', () => {
    expect(plan).toMatchObject({ metric: { id: 'gap' }, minute: { side: 'above', recorded: { title: 'Arm third' } } });
    expect(readPlanLink(linkOf(plan))).toEqual(plan);
    expect(storedPlan({ ...result, measure: undefined }, chosen).metric?.id).toBe('reward');
  });
});
