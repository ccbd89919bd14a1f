import { expect, test } from 'vitest';
import { JoinedSubmits } from './gpu-submits.ts';

const buffer = (name: string): GPUCommandBuffer => ({ label: name }) as GPUCommandBuffer;

/** A queue that notes what reaches it. */
function fakeQueue() {
  const log: string[] = [];
  const queue = {
    submit: (buffers: Iterable<GPUCommandBuffer>) => log.push(`submit ${[...buffers].map(({ label }) => label)}`),
    writeBuffer: () => log.push('write'),
  } as unknown as GPUQueue;
  const statistics = { submits: 0 };
  return { log, queue, statistics, joined: new JoinedSubmits(queue, statistics) };
}

test('the submits of a replay reach the queue with the next one, in their order', async () => {
  const { log, queue, statistics, joined } = fakeQueue();
  await joined.during(async () => {
    queue.submit([buffer('a')]);
    queue.submit([buffer('b')]);
  });
  joined.later(buffer('copy'));
  expect(log).toEqual([]);
  queue.submit([buffer('read')]);
  expect(log).toEqual(['submit a,b,copy,read']);
  queue.submit([buffer('c')]);
  expect(log.at(-1)).toBe('submit c');
  expect(statistics.submits).toBe(2);
});

test('a write comes after the commands before it', async () => {
  const { log, queue, joined } = fakeQueue();
  await joined.during(async () => queue.submit([buffer('a')]));
  queue.writeBuffer({} as GPUBuffer, 0, new Uint8Array(4));
  expect(log).toEqual(['submit a', 'write']);
});

test('after a replay that fails, submits go straight through', async () => {
  const { log, queue, joined } = fakeQueue();
  const failing = joined.during(async () => {
    throw new Error('lost');
  });
  await expect(failing).rejects.toThrow('lost');
  queue.submit([buffer('a')]);
  expect(log).toEqual(['submit a']);
});
