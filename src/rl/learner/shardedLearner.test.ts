import { expect, test } from 'vitest';
import { eightRows, engineless, loneRows, scoringLane } from '../../../testing/scoringLane.ts';
import type { Lane, LaneInfo } from './jobs.ts';
import { ShardedLearner } from './shardedLearner.ts';

const never = new Promise<string>(() => {});
const pause = (milliseconds: number) => new Promise((resolve) => void setTimeout(resolve, milliseconds));

/** A lane that scores and logs its name. */
const noted = (name: string, notes: string[]) =>
  scoringLane(async () => {
    notes.push(name);
    await pause(1);
    return {};
  });

test('a lane that joins later takes micro-batches once open, and counts in `workers` from the start', async () => {
  const notes: string[] = [];
  const learner = await ShardedLearner.create([noted('first', notes)], loneRows, 1, never, 2);
  expect(learner.info.workers).toBe(2);
  await learner.score(eightRows);
  expect(new Set(notes)).toEqual(new Set(['first']));
  let open: (of: LaneInfo) => void = () => {};
  const joined = learner.join({
    ...noted('second', notes),
    open: () => new Promise((resolve) => void (open = resolve)),
  });
  await learner.score(eightRows);
  expect(notes).not.toContain('second');
  open(engineless);
  await joined;
  await learner.score(eightRows);
  expect(notes.filter((name) => name === 'second').length).toBeGreaterThan(0);
  expect(notes).toHaveLength(3 * eightRows.rows);
});

test('dispose closes all lanes, also one that is still joining', async () => {
  const ended: string[] = [];
  const lane = (name: string): Lane => ({
    ...scoringLane(async () => ({})),
    dispose: async () => void ended.push(name),
  });
  const learner = await ShardedLearner.create([lane('first')], loneRows, 1, never, 2);
  const settled = learner.settled(20);
  void learner.join({ ...lane('second'), open: () => new Promise(() => {}) });
  await learner.dispose();
  expect(ended).toEqual(['first', 'second']);
  expect(await settled).toBe(false);
});

test('a learner settles after a rest, not during work', async () => {
  const learner = await ShardedLearner.create(
    [
      scoringLane(async () => {
        await pause(15);
        return {};
      }),
    ],
    loneRows,
    1,
    never,
    2,
  );
  let settled = false;
  const rest = learner.settled(40).then((is) => void (settled = is));
  await learner.score(eightRows);
  expect(settled).toBe(false);
  await rest;
  expect(settled).toBe(true);
});

test('a failure is reported after the other lanes finish theirs, and they take no more', async () => {
  const done: string[] = [];
  const slow = scoringLane(async () => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    done.push('slow');
    return {};
  });
  const broken = scoringLane(() => Promise.reject(new Error('broken lane')));
  const learner = await ShardedLearner.create([slow, broken], loneRows, 1, new Promise(() => {}));
  await expect(learner.score(eightRows)).rejects.toThrow('broken lane');
  expect(done).toEqual(['slow']);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(done).toEqual(['slow']);
});
