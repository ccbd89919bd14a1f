import { expect, test } from 'vitest';
import { tinyCheckpoint } from '../../../testing/tinyRun.ts';
import type { Lane, LaneInfo } from './jobs.ts';
import { ShardedLearner } from './shardedLearner.ts';
import { loraSlots } from '../../../testing/slots.ts';

const spec = {
  checkpoint: tinyCheckpoint(),
  slots: loraSlots({ rank: 1, alpha: 1, targets: ['q'] as const }, 'grpo'),
  shardSize: 1,
  microBatch: { rows: 1, states: 3 },
  promptLength: 2,
  completionLength: 2,
};
const info: LaneInfo = {
  backend: 'node',
  description: 'no engine',
};

/** A lane that only scores, by the given function. */
function scoringLane(score: Lane['score']): Lane {
  const unused = () => Promise.reject(new Error('not asked for here'));
  return {
    open: async () => info,
    score,
    sample: unused,
    read: unused,
    values: unused,
    gradient: unused,
    update: unused,
    statistics: async () => ({}),
    dispose: async () => {},
  };
}

const batch = { rows: 8, tokenIds: new Int32Array(32).fill(5), temperature: 1 };
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
  const learner = await ShardedLearner.create([noted('first', notes)], spec, 1, never, 2);
  expect(learner.info.workers).toBe(2);
  await learner.score(batch);
  expect(new Set(notes)).toEqual(new Set(['first']));
  let open: (of: LaneInfo) => void = () => {};
  const joined = learner.join({
    ...noted('second', notes),
    open: () => new Promise((resolve) => void (open = resolve)),
  });
  await learner.score(batch);
  expect(notes).not.toContain('second');
  open(info);
  await joined;
  await learner.score(batch);
  expect(notes.filter((name) => name === 'second').length).toBeGreaterThan(0);
  expect(notes).toHaveLength(3 * batch.rows);
});

test('dispose closes all lanes, also one that is still joining', async () => {
  const ended: string[] = [];
  const lane = (name: string): Lane => ({
    ...scoringLane(async () => ({})),
    dispose: async () => void ended.push(name),
  });
  const learner = await ShardedLearner.create([lane('first')], spec, 1, never, 2);
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
    spec,
    1,
    never,
    2,
  );
  let settled = false;
  const rest = learner.settled(40).then((is) => void (settled = is));
  await learner.score(batch);
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
  const learner = await ShardedLearner.create([slow, broken], spec, 1, new Promise(() => {}));
  await expect(learner.score({ rows: 8, tokenIds: new Int32Array(32).fill(5), temperature: 1 })).rejects.toThrow(
    'broken lane',
  );
  expect(done).toEqual(['slow']);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(done).toEqual(['slow']);
});
