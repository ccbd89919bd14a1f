/** @file The page's end: a trainer in a worker of its own. Nothing of the engine is loaded in this thread. */
import { workerPort } from './browserPort.ts';
import { remoteTrainer, type RemoteTrainer } from './remoteTrainer.ts';
import { trainerWorkers } from './trainerWorkers.ts';

/**
 * Starts a worker, or takes the one that was started ahead; one that died or was terminated is replaced by calling this
 * again.
 */
export function createWorkerTrainer(): RemoteTrainer {
  const { worker, name } = trainerWorkers.take();
  return remoteTrainer(workerPort(worker, name, 'The training worker'), document.baseURI);
}
