/**
 * @file The runs that answer a lesson’s question: those begun there, and a run that Train begins with the right
 * settings after a prediction.
 */
import { expect, test, vi } from 'vitest';
import { lessonById } from '../../lessons/content/index.ts';
import type { RunStep } from '../../lessons/lesson.ts';
import type { LessonId } from '../../lessons/list.ts';
import { createProgressStore } from '../../lessons/progress.ts';
import { tasks } from '../../tasks/index.ts';
import { FakeTrainer } from '../fixture/fakeTrainer.ts';
import { memoryHost } from '../fixture/memoryDatabase.ts';
import { storageOf } from '../../../testing/app/memoryStorage.ts';
import { readLink } from '../url.ts';
import { prepareGuided, startGuided } from './guidedRuns.ts';
import { adoptRuns, comparedRuns, mainAction, runView, trainStep } from './lessonRuns.ts';
import { createLibrary } from './library.ts';
import { createRunStore } from './runStore.ts';
import { createSession } from './session.ts';
import { createSettingsStore } from './settingsStore.ts';

vi.mock('react', () => ({}));

const lesson: LessonId = 'collapse';
function stepOf(id: string): RunStep {
  const step = lessonById(lesson).steps.find((one) => one.id === id);
  if (step?.kind !== 'run') throw new Error(`no run ${id}`);
  return step;
}
const hot = stepOf('hot');
const gentle = stepOf('gentle');
const predicted = { [hot.id]: 'spent', [gentle.id]: 'gentle' };

/** A page at a question, with a run of its settings ready. */
async function page(step = hot) {
  const run = createRunStore(() => {
    const trainer = new FakeTrainer(tasks, { stepTime: 5 });
    return { trainer, listen: trainer.listen, terminate: () => undefined };
  });
  const session = createSession(run, createSettingsStore(tasks, readLink('', '', tasks)), {
    backend: 'auto',
    workers: 'auto',
  });
  const library = createLibrary(session, memoryHost());
  await library.start();
  const progress = createProgressStore(() => storageOf());
  const parts = { session, library, tasks };
  const set = async (words = step.words) => {
    prepareGuided(parts, new URLSearchParams(words));
    await untilStatus('ready');
  };
  const untilStatus = (status: string) => vi.waitFor(() => expect(run.getState().status).toBe(status));
  const untilStep = (count: number) => vi.waitFor(() => expect(run.getState().step).toBeGreaterThanOrEqual(count));
  adoptRuns(parts, progress, lesson, step);
  const view = () => runView(step, progress.of(lesson), run.getState(), library.getState().runs, tasks);
  const main = () => mainAction(view(), progress.of(lesson).predicted[step.id] !== undefined);
  // As the open lesson does it.
  const guide = () => session.guideTrain(() => main() !== null || trainStep(parts, progress, lesson, step));
  return { main, run, session, library, progress, parts, set, untilStep, untilStatus, view, guide };
}

test('a run with the settings of a step that Train began after the prediction answers the step', async () => {
  const { run, session, progress, set, untilStep, view } = await page();
  progress.change(lesson, { predicted });
  await set();
  await session.toggle();
  expect(progress.of(lesson).runs).toEqual({ [hot.id]: run.getState().key });
  await untilStep(2);
  expect(view()).toMatchObject({ state: 'training' });
});

test('a run started without a prediction does not answer the step, and the page says so', async () => {
  const { session, progress, set, untilStep, view } = await page();
  await set();
  expect(view()).toEqual({ state: 'none', uncounted: false });
  await session.toggle();
  await untilStep(1);
  expect(view()).toEqual({ state: 'none', uncounted: true });
  progress.change(lesson, { predicted });
  await untilStep(3);
  await session.toggle();
  await session.toggle();
  expect(progress.of(lesson).runs).toEqual({});
  expect(view()).toEqual({ state: 'none', uncounted: true });
});

test('a run with other settings is ignored; an existing answer is kept', async () => {
  const { session, progress, set, untilStep, view } = await page();
  progress.change(lesson, { predicted });
  await set('max_steps=24');
  await session.toggle();
  await untilStep(1);
  expect(view()).toEqual({ state: 'none', uncounted: false });
  expect(progress.of(lesson).runs).toEqual({});
  progress.change(lesson, { runs: { [hot.id]: 'another' } });
  await set();
  await session.toggle();
  await untilStep(1);
  expect(progress.of(lesson).runs).toEqual({ [hot.id]: 'another' });
});

test('only the runs that the question compares with are drawn beside it, begun by Train or by the lesson', async () => {
  const { run, session, library, progress, parts, set, untilStep } = await page(gentle);
  const keptRun = async (words: string) => {
    await set(words);
    await session.toggle();
    await untilStep(1);
    const { key } = run.getState();
    await vi.waitFor(() => expect(library.getState().runs.some(({ id }) => id === key)).toBe(true));
    return key;
  };
  const hotRun = await keptRun(hot.words);
  const other = await keptRun('preset=formats&max_steps=30');
  await library.toggleShown(other);
  const shows = () => vi.waitFor(() => expect(library.getState().shown).toEqual([hotRun]));
  progress.change(lesson, { predicted, runs: { [hot.id]: hotRun, elsewhere: other } });
  await set();
  await session.toggle();
  await shows();
  const adopted = progress.of(lesson).runs[gentle.id];
  expect(adopted).toBe(run.getState().key);
  await library.toggleShown(other);
  startGuided(parts, { words: new URLSearchParams(gentle.words), beside: comparedRuns(gentle, progress.of(lesson)) });
  await shows();
  expect(run.getState().key).not.toBe(adopted);
});

test('Train asks for a prediction first; after it, with other settings on the page, it runs the step of the lesson', async () => {
  const { main, run, session, progress, set, untilStep, view, guide } = await page();
  guide();
  await set('max_steps=50');
  expect(main()).toBe('predict');
  await session.toggle();
  expect(run.getState()).toMatchObject({ step: 0, status: 'ready' });
  progress.change(lesson, { predicted });
  expect(main()).toBeNull();
  await session.toggle();
  await untilStep(1);
  expect(run.getState().config).toMatchObject({ learningRate: 0.01, maxSteps: 24 });
  expect(progress.of(lesson).runs).toEqual({ [hot.id]: run.getState().key });
  expect(view()).toMatchObject({ state: 'training' });
  // Train is Pause while a run trains.
  await session.toggle();
  await vi.waitFor(() => expect(run.getState().status).toBe('paused'));
});

test('Train continues a kept run of the step, and leads to the next part once the question is answered', async () => {
  const { main, run, session, library, progress, parts, set, untilStep, untilStatus, view, guide } = await page();
  guide();
  progress.change(lesson, { predicted });
  await set();
  await session.toggle();
  await untilStep(2);
  await session.toggle();
  await untilStatus('paused');
  const { key } = run.getState();
  await vi.waitFor(() => expect(library.getState().runs.some(({ id }) => id === key)).toBe(true));
  await set('max_steps=50');
  expect(view()).toMatchObject({ state: 'kept' });
  await session.toggle();
  await vi.waitFor(() => expect(run.getState().key).toBe(key));
  await untilStatus('paused');
  expect(trainStep(parts, progress, lesson, hot)).toBe(false);
  progress.change(lesson, { readings: { [hot.id]: { spent: 3, peak: 0.9, end: 0.5 } } });
  expect(main()).toBe('next');
  const { step } = run.getState();
  await session.toggle();
  expect(run.getState()).toMatchObject({ key, step, status: 'paused' });
});

test('a part without a question leads to the next part', () => {
  expect(mainAction(null, false)).toBe('next');
});
