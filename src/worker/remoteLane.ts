/** @file A lane in another thread; disposing it ends the thread. */
import type { Lane } from '../rl/learner/jobs.ts';
import type { Port } from './port.ts';
import { proxyOf } from './proxy.ts';
import { WorkerError } from './workerError.ts';

export interface RemoteLane {
  readonly lane: Lane;
  /** Resolves with a sentence if the thread ends before the lane is disposed; never rejects. */
  readonly lost: Promise<string>;
}

/** The lane served at the other end of `port`; disposing it ends the thread, even one that is already dead. */
export function remoteLane(port: Port): RemoteLane {
  const served = proxyOf<Lane>(port);
  let disposed = false;
  const dispose = async (): Promise<void> => {
    disposed = true;
    try {
      await served.dispose();
    } catch (error) {
      if (!(error instanceof WorkerError)) throw error;
    } finally {
      port.close();
    }
  };
  const lost = new Promise<string>((resolve) => {
    void port.gone.then((why) => {
      if (!disposed) resolve(why);
    });
  });
  return {
    lane: new Proxy(served, { get: (target, name) => (name === 'dispose' ? dispose : Reflect.get(target, name)) }),
    lost,
  };
}
