import { expect, test, vi } from 'vitest';
import { OverdueError } from '../lib/within.ts';
import { onNode, timeless, tinyConfig, tinyTrainer } from '../../testing/tinyRun.ts';
import type { TrainerEvent } from '../rl/run/trainer.ts';
import { channelPort, type Port } from './port.ts';
import { remoteTrainer } from './remoteTrainer.ts';
import { serve } from './serve.ts';

/** A trainer at the other end of a channel; `settled` is called with the page's address. */
function overChannel() {
  const { port1, port2 } = new MessageChannel();
  const local = tinyTrainer();
  const settled: unknown[] = [];
  const host = Object.assign(local, { settle: async (place: unknown) => void settled.push(place) });
  const far = channelPort(port2);
  local.listen(serve(far, host));
  const remote = remoteTrainer(channelPort(port1), 'https://example.org/sub/');
  const events: TrainerEvent[] = [];
  remote.listen((event) => events.push(event));
  return { remote, local, far, settled, events };
}

test('a trainer behind a port does the same as one in this thread, events included', async () => {
  const { remote, local, settled, events } = overChannel();
  const twin = tinyTrainer();
  const twinEvents: TrainerEvent[] = [];
  twin.listen((event) => twinEvents.push(event));
  const { trainer } = remote;
  const info = await trainer.open(tinyConfig, onNode);
  expect(info).toEqual(await twin.open(tinyConfig, onNode));
  expect(settled).toEqual([{ baseUrl: 'https://example.org/sub/' }]);
  for (let step = 0; step < 2; step++)
    expect(timeless((await trainer.step()).metrics)).toEqual(timeless((await twin.step()).metrics));
  const question = { temperature: 1, seed: 1, samples: 2 };
  expect(await trainer.ask('10+1+1=', question)).toEqual(await twin.ask('10+1+1=', question));
  expect(await trainer.adapter()).toEqual(await twin.adapter());
  const snapshot = await trainer.snapshot();
  expect(snapshot).toEqual(await twin.snapshot());
  await trainer.reset();
  await trainer.restore(snapshot);
  await twin.step();
  await trainer.step();
  expect(await trainer.adapter()).toEqual(await twin.adapter());
  await expect(trainer.adjust({ rank: 3 })).rejects.toMatchObject({
    name: 'UsageError',
    message: 'lora_rank: needs a restart',
  });
  expect(events.map(({ type }) => type).slice(0, 3)).toEqual(twinEvents.map(({ type }) => type).slice(0, 3));
  await Promise.all([local.dispose(), twin.dispose()]);
  remote.terminate();
});

test('the death of a trainer is an event that names the kept steps; terminating it is no such event', async () => {
  const { remote, local, far, events } = overChannel();
  await remote.trainer.open({ ...tinyConfig, maxSteps: 1 }, onNode);
  const checkpoint = new Promise<void>((resolve) => {
    remote.listen(({ type }) => {
      if (type === 'checkpoint') resolve();
    });
  });
  await remote.trainer.start();
  await checkpoint;
  const failed = new Promise<void>((resolve) => {
    remote.listen((event) => {
      if (event.type === 'status' && event.status === 'failed') resolve();
    });
  });
  far.close();
  await failed;
  expect(events.at(-2)).toMatchObject({
    type: 'error',
    error: { code: 'worker-died', kept: 'The charts and the adapter after 1 step.' },
  });
  await expect(remote.trainer.step()).rejects.toMatchObject({ code: 'worker-died' });
  await local.dispose();

  const second = overChannel();
  await second.remote.trainer.open(tinyConfig, onNode);
  const waiting = second.remote.trainer.evaluate(8, 1);
  second.remote.terminate();
  await expect(waiting).rejects.toMatchObject({ code: 'worker-died' });
  expect(second.events.filter(({ type }) => type === 'error')).toEqual([]);
  await second.local.dispose();
});

test('a question without an answer rejects after two minutes; training has no time limit', async () => {
  vi.useFakeTimers();
  const mute: Port = { post: () => {}, listen: () => {}, gone: new Promise(() => {}), close: () => {} };
  const { trainer } = remoteTrainer(mute, 'https://example.org/');
  const asked = trainer.adapter().catch((cause: unknown) => cause);
  const stepped = vi.fn<() => void>();
  trainer.step().then(stepped, stepped);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(await asked).toEqual(new OverdueError('the training worker gave no answer within 120 s'));
  expect(stepped).not.toHaveBeenCalled();
  vi.useRealTimers();
});

test('a question to a large policy has as much more time as it has more parameters', async () => {
  const { port1, port2 } = new MessageChannel();
  const policy = { parameters: 135e6 };
  serve(channelPort(port2), {
    settle: async () => {},
    open: async () => ({ policy }),
    adapter: () => new Promise(() => {}),
  });
  const { trainer } = remoteTrainer(channelPort(port1), 'https://example.org/');
  await trainer.open(tinyConfig, onNode);
  vi.useFakeTimers();
  const rejected = vi.fn<(cause: unknown) => void>();
  trainer.adapter().catch(rejected);
  await vi.advanceTimersByTimeAsync(27 * 120_000 - 1);
  expect(rejected).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(rejected).toHaveBeenCalledWith(new OverdueError('the training worker gave no answer within 3240 s'));
  vi.useRealTimers();
  port1.close();
});
