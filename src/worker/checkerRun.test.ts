/** @file A run whose checker in JavaScript does not return: the call is terminated, and the run is kept. */
import { expect, test } from 'vitest';
import { onNode, timeless, tinyCheckpoint, tinyConfig, trainerOf } from '../../testing/tinyRun.ts';
import type { TrainerEvent } from '../rl/run/trainer.ts';
import { scriptChecker } from '../rl/sandbox/script.ts';
import { fileTask } from '../tasks/file.ts';
import { openTask } from '../tasks/index.ts';
import { createNodeSandbox } from './nodeSandbox.ts';

const rows = Array.from({ length: 24 }, (_, i) => JSON.stringify({ prompt: `${i}+1=`, answer: i + 1 }));
const bytes = new TextEncoder().encode(rows.join('\n'));

/** A run of the file with this checker, one step of which takes 16 completions. */
async function opened(code: string) {
  const task = await fileTask(bytes, scriptChecker(code));
  openTask(task);
  const brief = { silence: 1_000, loading: 60_000, reading: 2_000, threads: 1 };
  const trainer = trainerOf(tinyCheckpoint(), undefined, () => createNodeSandbox(brief));
  const events: TrainerEvent[] = [];
  trainer.listen((event) => events.push(event));
  await trainer.open({ ...tinyConfig, task: task.id, difficulty: 1, rewardWeights: { answer: 1 } }, onNode);
  return { trainer, events };
}

test('a call without end stops the step with a sentence, and leaves the run as it was before the step', async () => {
  const spin = 'Array.prototype.indexOf.call({ length: 2 ** 40 }, 1)';
  const { trainer, events } = await opened(`(completion) => (completion.length > 2 ? ${spin} : completion.length / 4)`);
  const before = await trainer.snapshot();
  await expect(trainer.step()).rejects.toThrow(
    /^the checker failed: ended by force after 1 s in one call; a built-in function .* \(completion "\d.+" of "\d+\+1="\)$/,
  );
  expect(events.flatMap((event) => (event.type === 'error' ? [event.error] : []))).toEqual([
    expect.objectContaining({ code: 'checker', kept: 'The charts and the adapter after 0 steps.' }),
  ]);
  expect(await trainer.snapshot()).toEqual(before);
  await trainer.restore(before);
  expect(events.at(-1)).toEqual({ type: 'status', status: 'ready' });
  await trainer.dispose();
});

test('the same seed gives the same steps, whether a thread is new or not', async () => {
  const { trainer } = await opened('(completion, row) => (completion.length % 4) / 4');
  const steps = [await trainer.step(), await trainer.step()].map(({ metrics }) => timeless(metrics));
  expect(steps[0]?.reward).toBeGreaterThan(0);
  await trainer.reset();
  expect(timeless((await trainer.step()).metrics)).toEqual(steps[0]);
  await trainer.dispose();
});
