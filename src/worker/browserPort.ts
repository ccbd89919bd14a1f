/** @file Ports of browser workers, on both sides. */
import { lifelineEnd } from './lifeline.ts';
import { attachEndpoint, type Endpoint, type Port, portOver } from './port.ts';

/** The port to a worker started under the name of its lifeline; `what` names the worker in messages. */
export function workerPort(worker: Worker, lifeline: string, what: string): Port {
  const closed = new AbortController();
  return portOver({
    post: (message, transfer) => worker.postMessage(message, { transfer }),
    attach(onMessage, ended) {
      let watched = false;
      // The first message shows that the worker runs and holds its lifeline.
      const watch = () => {
        watched = true;
        void lifelineEnd(lifeline, closed.signal).then(() =>
          ended(`${what} ended without a word, perhaps for want of memory`),
        );
      };
      attachEndpoint(worker, (message) => {
        if (!watched) watch();
        onMessage(message);
      });
      worker.addEventListener('error', (event) =>
        ended(`${what} failed: ${event.message || 'its script could not be loaded'}`),
      );
    },
    end() {
      worker.terminate();
      closed.abort();
    },
  });
}

/** The port inside a worker to the thread that started it. */
export function scopePort(scope: Endpoint & { close(): void }): Port {
  return portOver({
    post: (message, transfer) => scope.postMessage(message, { transfer }),
    attach: (onMessage) => attachEndpoint(scope, onMessage),
    end: () => scope.close(),
  });
}
