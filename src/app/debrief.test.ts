/** @file The debrief: its numbers are those of the rows, and noise is not called a change. */
import { describe, expect, it } from 'vitest';
import { present } from '../lib/assert.ts';
import { random } from '../lib/random.ts';
import { mean } from '../lib/statistics.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { lessonList } from '../lessons/list.ts';
import { taskById } from '../tasks/index.ts';
import type { Row } from '../ui/charts/series.ts';
import { debriefOf } from './debrief.ts';
import { nextStepAfter } from './nextStep.ts';

const sums = taskById('sums');
const draw = random(7, 'debrief');
const noise = () => 0.1 * (draw.uniform() - 0.5);

interface Course {
  readonly from: number;
  readonly to: number;
  readonly heldOut?: readonly [number, number];
  readonly entropy?: readonly [number, number];
}

/** A run whose reward goes from `from` to `to` with noise, measured on 64 held-out problems at both ends. */
function rowsOf({ from, to, heldOut = [from, to], entropy = [0.3, 0.2] }: Course, steps = 40): Row[] {
  const at = (range: readonly [number, number], step: number) => range[0] + ((range[1] - range[0]) * step) / steps;
  const evaluated = (share: number) => ({
    values: { 'eval/sampled': share },
    ranges: { 'eval/sampled': [share - 0.12, share + 0.12] as const },
  });
  const rows = Array.from({ length: steps }, (_, index): Row => {
    const step = index + 1;
    const values = {
      reward: at([from, to], step) + noise(),
      entropy: at(entropy, step) * (1 + noise()),
      kl_exact: 0.002 * index,
      'completions/mean_length': 9 + noise(),
      'methods/direct/share': 0.7 + noise(),
    };
    return step < steps
      ? { step, values, ranges: {} }
      : { step, ...evaluated(heldOut[1]), values: { ...values, ...evaluated(heldOut[1]).values } };
  });
  return [{ step: 0, ...evaluated(heldOut[0]) }, ...rows];
}

const of = (rows: readonly Row[], id: string) =>
  present(
    debriefOf(rows, sums, defaultConfig)?.changes.find((change) => change.id === id),
    id,
  );
const valuesOf = (rows: readonly Row[], key: string) => rows.flatMap(({ values }) => values[key] ?? []);

describe('the debrief', () => {
  it('has the first and the last evaluation, and means of the first and last ten steps', () => {
    const rows = rowsOf({ from: 0.4, to: 0.9 });
    const rewards = valuesOf(rows, 'reward');
    expect(debriefOf(rows, sums, defaultConfig)).toMatchObject({
      step: 40,
      window: 10,
      heldOut: { before: 0.4, after: 0.9, verdict: 'rose', step: 40 },
    });
    expect(of(rows, 'reward')).toMatchObject({
      before: mean(rewards.slice(0, 10)),
      after: mean(rewards.slice(-10)),
      verdict: 'rose',
    });
    expect(of(rows, 'entropy').verdict).toBe('fell');
    // The base is at distance 0 from itself.
    expect(of(rows, 'kl_exact')).toMatchObject({ before: 0, verdict: 'rose' });
  });

  it('calls no noise a change', () => {
    const rows = rowsOf({ from: 0.5, to: 0.5, heldOut: [0.5, 0.58] });
    expect(debriefOf(rows, sums, defaultConfig)?.heldOut?.verdict).toBe('open');
    const quiet = ['reward', 'completions/mean_length', 'methods/direct/share'];
    expect(quiet.filter((id) => of(rows, id).verdict !== 'open')).toEqual([]);
    expect(debriefOf(rows, sums, defaultConfig)).toMatchObject({ rose: null, fell: null });
  });

  it('names the methods whose shares moved, and leads with accuracy, skill at the chosen one and distance', () => {
    const rows = rowsOf({ from: 0.4, to: 0.9 }).map((row) => {
      if (row.step === 0) return row;
      const worked = 0.25 + 0.018 * row.step;
      return {
        ...row,
        values: {
          ...row.values,
          'methods/worked/share': worked,
          'methods/direct/share': 1 - worked,
          'methods/worked/accuracy': 0.99 + 0.01 * noise(),
        },
      };
    });
    const found = present(debriefOf(rows, sums, defaultConfig), 'a debrief');
    expect(found.rose).toMatchObject({ id: 'methods/worked/share', does: 'works the problem out' });
    expect(found.fell).toMatchObject({ id: 'methods/direct/share', does: 'answers at once' });
    expect(found.lead.map(({ id }) => id)).toEqual(['eval/sampled', 'methods/worked/accuracy', 'kl_exact']);
    const plain = debriefOf(rowsOf({ from: 0.4, to: 0.9 }).slice(1), sums, defaultConfig);
    expect(plain?.lead.map(({ id }) => id)).toEqual(['reward', 'completions/mean_length', 'kl_exact']);
    // Measured from the end of a stage it says nothing of the base.
    const staged = { ...defaultConfig, stages: [{ steps: 2 }, { reference: 1 }] };
    const ofStages = debriefOf(rows, sums, staged);
    expect(ofStages?.changes.map(({ id }) => id)).not.toContain('kl_exact');
    expect(ofStages?.lead.at(-1)?.id).toBe('entropy');
  });

  it('needs six steps, and measurements at both ends for held-out accuracy', () => {
    const rows = rowsOf({ from: 0.4, to: 0.9 });
    expect(debriefOf(rows.slice(0, 6), sums, defaultConfig)).toBeNull();
    expect(debriefOf(rows.slice(0, 7), sums, defaultConfig)).toMatchObject({ window: 3, heldOut: null });
    expect(debriefOf(rows.slice(1), sums, defaultConfig)?.heldOut).toBeNull();
    const late = rows
      .slice(1)
      .map((row) => (row.step === 5 ? { ...row, values: { ...row.values, 'eval/sampled': 0.4 } } : row));
    expect(debriefOf(late, sums, defaultConfig)?.heldOut).toBeNull();
  });

  it('is that of a run without rewards too, and counts no evaluation as a step', () => {
    const without = (values: Row['values']) =>
      Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'reward'));
    const rows = rowsOf({ from: 0.4, to: 0.9 }).map((row) => ({ ...row, values: without(row.values) }));
    const found = debriefOf(rows, sums, defaultConfig);
    expect(found).toMatchObject({ step: 40, heldOut: { verdict: 'rose' } });
    expect(found?.changes.map(({ id }) => id)).not.toContain('reward');
    expect(
      debriefOf([...rows.slice(0, 6), { step: 9, values: { 'eval/sampled': 1 }, ranges: {} }], sums, defaultConfig),
    ).toBeNull();
  });

  it('lists terms of the reward where it has several, and only those that count', () => {
    const rows = rowsOf({ from: 0.4, to: 0.9 }).map((row) => ({
      ...row,
      values: { ...row.values, 'rewards/answer/mean': 0.5, 'rewards/format/mean': 1, 'rewards/length/mean': 0.2 },
    }));
    const terms = (rewardWeights: Readonly<Record<string, number>>) =>
      debriefOf(rows, sums, { ...defaultConfig, rewardWeights })?.changes.filter(({ id }) => id.startsWith('rewards/'));
    expect(terms({})).toEqual([]);
    expect(terms({ length: 0.5 })?.map(({ id }) => id)).toContain('rewards/length/mean');
    expect(terms({ length: 0.5 })?.map(({ id }) => id)).not.toContain('rewards/format/mean');
  });
});

describe('the next thing', () => {
  const next = (course: Course, opened: readonly string[] = [], moreSteps = 100, preset = 'default') =>
    nextStepAfter(present(debriefOf(rowsOf(course), sums, defaultConfig), 'a debrief'), {
      config: { seed: 4 },
      preset,
      moreSteps,
      isOpened: (id) => opened.includes(id),
    });
  const all = lessonList.map(({ id }) => id);
  const learnt: Course = { from: 0.4, to: 0.97 };

  it('follows from the changes', () => {
    expect(next({ from: 0.4, to: 0.9, heldOut: [0.4, 0.4] })).toMatchObject({ id: 'hacking', why: 'hacking' });
    expect(next({ from: 0.3, to: 0.6 })).toEqual({ kind: 'more', steps: 100 });
    expect(next({ ...learnt, entropy: [0.3, 0] })).toMatchObject({ id: 'collapse', why: 'entropy' });
    expect(next(learnt)).toMatchObject({ kind: 'lesson', id: all[0], why: 'first' });
  });

  it('is no lesson that was opened: then the next preset, and after the last one another seed', () => {
    expect(next({ ...learnt, entropy: [0.3, 0] }, ['collapse'])).toMatchObject({ why: 'first' });
    expect(next(learnt, all)).toMatchObject({ kind: 'preset', id: 'chain' });
    expect(next(learnt, all, 0, 'rlpr')).toEqual({ kind: 'seed', seed: 5 });
  });
});
