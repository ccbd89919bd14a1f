/** @file The interval of held-out accuracy covers; the percentile bootstrap that it replaced does not. */
import { describe, expect, test } from 'vitest';
import { accuracyInterval } from '../../src/lib/intervals.ts';
import { mean } from '../../src/lib/statistics.ts';
import { bootstrapInterval } from './bootstrap.ts';
import { accuracies, coverageOf, designs, populations } from './simulation.ts';
import { random } from '../../src/lib/random.ts';

const SIMULATIONS = 600;

describe.each(designs)('$problems problems with $samples completions each', (design) => {
  test.each(Object.keys(populations))(
    '%s: at least 93 of 100 intervals contain the accuracy, from .05 to .99',
    (population) => {
      for (const accuracy of accuracies) {
        const { covered, empty } = coverageOf(accuracyInterval, design, accuracy, population, SIMULATIONS);
        expect(covered, `accuracy ${accuracy}`).toBeGreaterThanOrEqual(0.93);
        expect(empty).toBe(0);
      }
    },
  );
});

test('several completions of equally hard problems narrow the interval, to two thirds of that with one completion each', () => {
  const widthOf = (samples: number) =>
    coverageOf(accuracyInterval, { problems: 64, samples }, 0.5, 'equally hard', 200).width;
  expect(widthOf(4) / widthOf(1)).toBeLessThan(2 / 3);
});

test('the percentile bootstrap over 64 problems contains .99 about half of the time; otherwise it has no width', () => {
  const bootstrap = coverageOf(
    (right, samples, draw) =>
      bootstrapInterval(
        right.map((count) => count / samples),
        mean,
        draw,
        200,
      ),
    { problems: 64, samples: 1 },
    0.99,
    'equally hard',
    400,
  );
  expect(bootstrap.covered).toBeLessThan(0.6);
  expect(bootstrap.empty).toBeGreaterThan(0.4);
});

test.each(Object.entries(populations))('%s: the mean chance is the accuracy', (_name, chance) => {
  const draw = random('mean of a population');
  for (const accuracy of [0.05, 0.5, 0.98]) {
    expect(Math.abs(mean(Array.from({ length: 20_000 }, () => chance(accuracy, draw))) - accuracy)).toBeLessThan(0.015);
  }
});
