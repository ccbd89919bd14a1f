/** @file The page reads the settings of every lesson’s runs without notices. */
import { expect, test } from 'vitest';
import { allLessons } from '../lessons/content/index.ts';
import { stepsOf } from '../lessons/lesson.ts';
import { tasks } from '../tasks/index.ts';
import { currentLink, readLink, writeHash } from './url.ts';

const runs = allLessons.flatMap(({ id, steps }) =>
  steps.flatMap((step) => (step.kind === 'run' ? [{ name: `${id}: ${step.id}`, step }] : [])),
);

test.each(runs)('$name', ({ step }) => {
  const { preset, config, notices } = readLink('', `#${currentLink}&${step.words}`, tasks);
  expect(notices).toEqual([]);
  expect(config.maxSteps).toBe(stepsOf(step));
  // Writing and reading the link again changes nothing.
  expect(readLink('', writeHash(preset, config), tasks).config).toEqual(config);
});
