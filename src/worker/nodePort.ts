/** @file Ports of Node's worker threads. */
import type { MessagePort as NodeMessagePort, Worker as NodeWorker } from 'node:worker_threads';
import { type Port, portOver } from './port.ts';

/** The port to a thread; `what` names the thread in messages. */
export function threadPort(worker: NodeWorker, what: string): Port {
  return portOver({
    post: (message, give) => worker.postMessage(message, give),
    attach(onMessage, ended) {
      worker.on('message', onMessage);
      worker.on('messageerror', () => onMessage(undefined));
      worker.on('error', (error) => ended(`${what} died: ${error instanceof Error ? error.message : String(error)}`));
      worker.on('exit', (code) => ended(`${what} ended with exit code ${code}`));
    },
    end: () => void worker.terminate(),
  });
}

/** The port inside a thread to the thread that started it. */
export function parentThreadPort(parent: NodeMessagePort): Port {
  return portOver({
    post: (message, give) => parent.postMessage(message, give),
    attach(onMessage, ended) {
      parent.on('message', onMessage);
      parent.on('messageerror', () => onMessage(undefined));
      parent.on('close', () => ended('the starting thread is gone'));
    },
    end: () => parent.close(),
  });
}
