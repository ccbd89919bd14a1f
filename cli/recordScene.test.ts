import { describe, expect, it } from 'vitest';
import { fakeRiver } from '../src/app/fixture/fakeRiver.ts';
import { fakeStep } from '../src/app/fixture/fakeRun.ts';
import { defaultConfig } from '../src/rl/config/config.ts';
import type { RiverQuery } from '../src/rl/river/river.ts';
import { taskById } from '../src/tasks/index.ts';
import { createSceneRecorder } from './recordScene.ts';

const task = taskById(defaultConfig.task);

/** Looks at a run of that many steps; the queries of its rivers. */
async function recordedRun(maxSteps: number) {
  const recorder = createSceneRecorder(maxSteps);
  const queries: RiverQuery[] = [];
  for (let step = 0; step <= maxSteps; step++) {
    const river = (query: RiverQuery) => {
      queries.push(query);
      return fakeRiver(defaultConfig, task, step, query);
    };
    await recorder.look({ river }, step === 0 ? null : fakeStep(defaultConfig, task, step - 1));
  }
  return { recorder, queries };
}

describe('the pictures of a recorded run', () => {
  it('are rivers of one prompt at four steps, and a group of the fifth step whose rewards differ', async () => {
    const { recorder, queries } = await recordedRun(20);
    const { rivers, group } = recorder.scene();
    expect(rivers.map(({ step }) => step)).toEqual([0, 2, 4, 8]);
    expect(queries.map(({ prompt }) => prompt)).toEqual([null, ...Array(3).fill(rivers[0]?.prompt)]);
    expect(group.step).toBe(5);
    expect(new Set(group.group.completions.map(({ reward }) => reward)).size).toBeGreaterThan(1);
  });

  it('have four digits', async () => {
    const { recorder } = await recordedRun(20);
    const written = JSON.stringify(recorder.scene()).match(/\d+\.\d+/g) ?? [];
    expect(written.length).toBeGreaterThan(50);
    expect(written.filter((number) => number.replace('.', '').replace(/^0+/, '').length > 4)).toEqual([]);
  });

  it('need a run that reaches the step of its group', async () => {
    const { recorder } = await recordedRun(4);
    expect(() => recorder.scene()).toThrow(/group/);
  });
});
