/** @file Turns of the event loop, for a thread that computes and also hears from others. */
import type { Lane } from '../rl/learner/jobs.ts';

/** A turn of the event loop without the delay that browsers add to timers. */
export const turn = (): Promise<void> =>
  new Promise((resume) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resume();
    };
    port2.postMessage(null);
  });

/**
 * A lane of this thread that lets its events be handled after every call. The runtime on WASM resolves without one: the
 * lane would take all micro-batches of a batch before the first answer of a lane in another thread is read.
 */
export const withTurns = (lane: Lane): Lane =>
  new Proxy(lane, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== 'function') return found;
      return async (...args: unknown[]) => {
        try {
          return (await Reflect.apply(found, target, args)) as unknown;
        } finally {
          await turn();
        }
      };
    },
  });
