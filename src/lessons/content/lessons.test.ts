/** @file Every check of a lesson on synthetic histories: each outcome, and none where the history is unclear. */
import { describe, expect, test } from 'vitest';
import type { Row } from '../../ui/charts/series.ts';
import type { LessonId } from '../list.ts';
import { type Readings, type RunStep, stepsOf } from '../lesson.ts';
import { REACH_STEPS } from '../measure.ts';
import { allLessons, lessonById } from './index.ts';

type Curve = number | ((step: number) => number);

/** A history of `steps` rows with these curves. */
function history(steps: number, curves: Readonly<Record<string, Curve>>): Row[] {
  return Array.from({ length: steps }, (_, index) => ({
    step: index + 1,
    ranges: {},
    values: Object.fromEntries(
      Object.entries(curves).map(([key, curve]) => [key, typeof curve === 'number' ? curve : curve(index + 1)]),
    ),
  }));
}

function runStep(lesson: LessonId, id: string): RunStep {
  const step = lessonById(lesson).steps.find((one) => one.id === id);
  if (step?.kind !== 'run') throw new Error(`${lesson} has no run ${id}`);
  return step;
}

/** Outcome of a step’s check on a history as long as its run. */
function outcome(
  lesson: LessonId,
  id: string,
  curves: Readonly<Record<string, Curve>>,
  earlier: Readonly<Record<string, Readings>> = {},
) {
  const step = runStep(lesson, id);
  const rows = history(stepsOf(step), { reward: 0.5, ...curves });
  expect(step.measure(rows.slice(0, -1))).toBeNull();
  const readings = step.measure(rows);
  if (!readings) throw new Error('nothing was read');
  return step.judge(readings, earlier);
}

/** In lessons the preset decides the task. */
const taskOf = (words: string) => new URLSearchParams(words).get('preset');

const line = (first: number, last: number, steps: number) => (step: number) =>
  first + ((last - first) * (step - 1)) / (steps - 1);

describe('every lesson', () => {
  test('has steps with unique ids, and questions with valid settings, length and choices', () => {
    for (const { steps } of allLessons) {
      expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
      for (const step of steps) {
        expect(step.prose.length).toBeGreaterThan(0);
        if (step.kind === 'read') continue;
        expect(stepsOf(step)).toBeGreaterThan(0);
        expect(step.choices.length).toBeGreaterThan(1);
        expect(new Set(step.choices.map(({ id }) => id)).size).toBe(step.choices.length);
      }
    }
  });

  test('compares only with earlier runs of the same task, and with every one that its check reads', () => {
    for (const { steps } of allLessons) {
      const runs = steps.filter((step) => step.kind === 'run');
      for (const [place, step] of runs.entries()) {
        const compared = runs.slice(0, place).filter(({ id }) => step.compares?.includes(id));
        expect(compared.map(({ id }) => id)).toEqual(step.compares ?? []);
        for (const { words } of compared) expect(taskOf(words)).toBe(taskOf(step.words));
        const readBy = new Set<string>();
        step.judge(
          {},
          new Proxy<Readonly<Record<string, Readings>>>({}, { get: (_none, id) => void readBy.add(String(id)) }),
        );
        for (const id of readBy) expect(step.compares).toContain(id);
        // A question that compares names exactly one earlier step.
        if (/\b(compared|which run)\b/i.test(step.question)) expect(step.compares).toHaveLength(1);
      }
    }
  });

  test('states the averaging window of every threshold', () => {
    const over = `averaged over ${REACH_STEPS} steps`;
    const rising = { accuracy: line(0.4, 1, 60), entropy: 0.5 };
    expect(outcome('lora', 'narrow', rising).measured).toContain(over);
    expect(outcome('lora', 'wide', rising, { narrow: { reached: 20 } }).measured).toMatch(
      new RegExp(`rank 32: ${over}.*rank 1: ${over}`),
    );
    expect(runStep('lora', 'wide').question).toContain(over);
    expect(outcome('collapse', 'gentle', rising, { hot: { left: 0.2, end: 0.5 } }).measured).toContain(over);
    expect(runStep('collapse', 'gentle').prose.join(' ')).toContain(`${REACH_STEPS} steps in a row`);
    expect(outcome('collapse', 'hot', { accuracy: 0.5, entropy: 0.5 }).measured).toContain(
      `over its best ${REACH_STEPS} steps in a row`,
    );
  });
});

describe('groups', () => {
  test('pairs without a gradient: half, few, most, or an unclear share', () => {
    const of = (flat: number) => outcome('group', 'pairs', { frac_reward_zero_std: flat }).answer;
    expect([0.1, 0.5, 0.95, 0.3].map(of)).toEqual(['few', 'half', 'most', null]);
    expect(outcome('group', 'pairs', { frac_reward_zero_std: 0.5 }).measured).toContain('50');
  });

  test('groups of eight: rising, few, many', () => {
    const of = (flat: Curve) => outcome('group', 'eights', { frac_reward_zero_std: flat }).answer;
    expect(of((step) => (step < 20 ? 0 : 0.9))).toBe('rise');
    expect(of(0.05)).toBe('few');
    expect(of(0.9)).toBe('many');
    expect(of((step) => (step < 20 ? 0 : 0.4))).toBeNull();
  });
});

describe('the KL penalty', () => {
  const curves = (kl: number, entropy: number, reward = line(0.59, 0.76, 60)) => ({ kl_exact: kl, entropy, reward });
  const leash: Readings = { before: 0.59, reward: 0.76, kl: 0.24, entropy: 1 };

  test('ends at the optimum or at the base, read off the exact read-out after the last step', () => {
    const of = (gap: number) =>
      outcome('leash', 'leash', { ...curves(0.24, 1), 'exact/gap': gap, 'exact/distance': 0.2 }).answer;
    expect([0.9, 0.1, 0.5].map(of)).toEqual(['optimum', 'base', null]);
    const step = runStep('leash', 'leash');
    expect(step.measure(history(60, curves(0.24, 1)))).toBeNull();
  });

  test('without it KL rises and entropy falls, or not', () => {
    const of = (kl: number, entropy: number) => outcome('leash', 'free', curves(kl, entropy), { leash }).answer;
    expect([of(0.9, 0.4), of(0.25, 1), of(0.1, 1.1), of(0.9, 0.95)]).toEqual(['further', 'same', 'nearer', null]);
    expect(outcome('leash', 'free', curves(0.9, 0.4)).answer).toBeNull();
  });

  test('a short run keeps the reward, or not', () => {
    const of = (last: number) => outcome('leash', 'tight', curves(0.003, 1.2, line(0.59, last, 60)), { leash }).answer;
    expect([0.6, 0.78, 0.68].map(of)).toEqual(['stays', 'same', null]);
    expect(outcome('leash', 'tight', curves(0.003, 1.2)).answer).toBeNull();
  });
});

describe('collapse', () => {
  test('entropy spent and accuracy lost, spent and gained, or not spent', () => {
    const spent = (step: number) => (step < 5 ? 0.4 : 0.05);
    const of = (entropy: Curve, accuracy: Curve) => outcome('collapse', 'hot', { entropy, accuracy }).answer;
    expect(of(spent, (step) => (step < 10 ? 0.9 : 0.5))).toBe('spent');
    expect(of(spent, (step) => (step < 5 ? 0.5 : 0.98))).toBe('fine');
    expect(of(0.3, 0.5)).toBe('keeps');
    expect(of(spent, 0.6)).toBeNull();
  });

  test('the run with more entropy left at the same accuracy', () => {
    const of = (left: number) =>
      outcome(
        'collapse',
        'gentle',
        { accuracy: line(0.4, 1, 40), entropy: (step) => (step === 1 ? 1 : left) },
        { hot: { left: 0.2, end: 0.5 } },
      ).answer;
    expect([0.4, 0.2, 0.1].map(of)).toEqual(['gentle', 'same', 'hot']);
    expect(outcome('collapse', 'gentle', { accuracy: line(0.4, 1, 40), entropy: 0.4 }).answer).toBeNull();
  });
});

describe('hacking', () => {
  const curves = (accuracy: Curve, reward: Curve) => ({
    accuracy,
    reward,
    'completions/mean_length': 5,
    frac_reward_zero_std: 0.2,
  });

  test('reward up and accuracy down, both up, or reward down', () => {
    const of = (accuracy: number, reward: number) =>
      outcome('hacking', 'hack', curves(line(0.42, accuracy, 40), line(1.4, reward, 40))).answer;
    expect([of(0.25, 1.6), of(0.9, 1.6), of(0.42, 1.3), of(0.42, 1.6)]).toEqual(['hacked', 'both', 'neither', null]);
  });

  test('with the bonus only for right answers accuracy rises or falls', () => {
    const of = (accuracy: number) => outcome('hacking', 'mend', curves(line(0.42, accuracy, 40), 1)).answer;
    expect([0.95, 0.25, 0.45].map(of)).toEqual(['right', 'short', null]);
  });
});

describe('a phantom advantage', () => {
  const of = (id: string, accuracy: number, earlier: Readonly<Record<string, Readings>> = {}) =>
    outcome(
      'hacking',
      id,
      { accuracy: line(0.84, accuracy, 30), 'completions/mean_length': 15, frac_reward_zero_std: 0 },
      earlier,
    ).answer;

  test('without the bonus accuracy rises or stays', () => {
    expect([of('plain', 0.98), of('plain', 0.8), of('plain', 0.88)]).toEqual(['rises', 'stays', null]);
  });

  test('with the bonus accuracy ends lower, equal or higher', () => {
    const plain: Readings = { accuracy: 0.92 };
    expect([
      of('phantom', 0.85, { plain }),
      of('phantom', 0.925, { plain }),
      of('phantom', 0.99, { plain }),
      of('phantom', 0.89, { plain }),
      of('phantom', 0.85),
    ]).toEqual(['worse', 'same', 'better', null, null]);
  });

  test('without division by the deviation it ends higher, equal or lower', () => {
    const phantom: Readings = { accuracy: 0.84 };
    expect([
      of('unscaled', 0.95, { phantom }),
      of('unscaled', 0.84, { phantom }),
      of('unscaled', 0.75, { phantom }),
      of('unscaled', 0.95),
    ]).toEqual(['better', 'same', 'worse', null]);
  });
});

describe('imitation', () => {
  const curves = (accuracy: number, reward: Curve, kl = 0.2) => ({ accuracy, reward, kl_exact: kl, entropy: 1 });

  test('RL improves, finds the best sequence, or neither', () => {
    const of = (accuracy: number, last: number) =>
      outcome('imitation', 'rl', curves(accuracy, line(0.59, last, 50))).answer;
    expect([of(0.01, 0.75), of(0.8, 0.95), of(0, 0.6), of(0.3, 0.8)]).toEqual(['better', 'best', 'nothing', null]);
  });

  test('SFT writes the best sequence, near the base or far from it, or never', () => {
    const of = (accuracy: number, kl: number) =>
      outcome('imitation', 'sft', curves(accuracy, 0.8, kl), { rl: { kl: 0.2, entropy: 1 } }).answer;
    expect([of(0.9, 1.2), of(0.9, 0.25), of(0.01, 0.2), of(0.9, 0.35)]).toEqual(['far', 'near', 'never', null]);
    expect(outcome('imitation', 'sft', curves(0.9, 0.8)).answer).toBeNull();
  });
});

describe('LoRA', () => {
  test('rank 1 learns or does not', () => {
    const of = (last: number) => outcome('lora', 'narrow', { accuracy: line(0.42, last, 60) }).answer;
    expect([0.95, 0.43, 0.62].map(of)).toEqual(['learns', 'nothing', null]);
  });

  test('rank 32 learns sooner, equally soon, later', () => {
    const of = (reached: number) =>
      outcome(
        'lora',
        'wide',
        { accuracy: (step) => (step >= reached ? 0.9 : 0.4) },
        { narrow: { reached: 20, end: 0.9, before: 0.4 } },
      ).answer;
    expect([8, 19, 30].map(of)).toEqual(['faster', 'same', 'slower']);
    expect(outcome('lora', 'wide', { accuracy: 0.5 }).answer).toBeNull();
  });
});
