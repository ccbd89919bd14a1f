/** @file The page reads the settings of every lesson’s runs without notices, and refuses those that no run can have. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allLessons } from '../lessons/content/index.ts';
import { readLessonFile } from '../lessons/file.ts';
import { stepsOf } from '../lessons/lesson.ts';
import { tasks } from '../tasks/index.ts';
import { isControl, isEvidence } from '../lessons/names.ts';
import { settingsProblem } from './lessonSettings.ts';
import { currentLink, readLink, writeHash } from './url.ts';

const runs = allLessons.flatMap(({ id, steps }) =>
  steps.flatMap((step) => (step.kind === 'run' ? [{ name: `${id}: ${step.id}`, step }] : [])),
);

test.each(runs)('$name', ({ step }) => {
  const { preset, config, notices } = readLink('', `#${currentLink}&${step.words}`, tasks);
  expect(notices).toEqual([]);
  expect(settingsProblem(step.words, tasks)).toBeNull();
  expect(config.maxSteps).toBe(stepsOf(step));
  // Writing and reading the link again changes nothing.
  expect(readLink('', writeHash(preset, config), tasks).config).toEqual(config);
});

test('every control and every drawing of a lesson has a name that lesson files may use, and every question a drawing', () => {
  const steps = allLessons.flatMap((lesson) => lesson.steps);
  const names = (of: 'control' | 'evidence') => steps.flatMap((step) => step[of] ?? []);
  expect(names('control').filter((name) => !isControl(name))).toEqual([]);
  expect(names('evidence').filter((name) => !isEvidence(name))).toEqual([]);
  expect(steps.filter(({ kind, evidence }) => kind === 'run' && evidence === undefined)).toEqual([]);
});

test.each([
  ['max_steps=2&view=atlas', /^view is about the page/],
  ['max_steps=2&backend=webgpu', /^backend is about the page/],
  ['beta=0.1', /^max_steps is needed/],
  ['max_steps=2&objective=-A*logp', /^a lesson cannot bring code/],
  ['max_steps=2&code.mine=return 1', /^a lesson cannot bring code/],
  ['max_steps=2&beta=7', /beta=7/],
  ['max_steps=2&zebra=1', /zebra/],
])('settings of a lesson file: %s', (settings, problem) => {
  expect(settingsProblem(settings, tasks)).toMatch(problem);
});

test('the lesson file of the documentation is one', () => {
  const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readFileSync('docs/add-a-lesson.md', 'utf8')) ?? [];
  expect(readLessonFile(example, (settings) => settingsProblem(settings, tasks)).data.title).toBe(
    'Two answers or eight?',
  );
});
