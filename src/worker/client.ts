/** @file The page's end: a trainer in a worker of its own. Nothing of the engine is loaded in this thread. */
import { workerPort } from './browserPort.ts';
import { lifelineName } from './lifeline.ts';
import { remoteTrainer, type RemoteTrainer } from './remoteTrainer.ts';

/** Starts a worker; one that died or was terminated is replaced by calling this again. */
export function createWorkerTrainer(): RemoteTrainer {
  const name = lifelineName();
  const worker = new Worker(new URL('./trainer.worker.ts', import.meta.url), { type: 'module', name });
  return remoteTrainer(workerPort(worker, name, 'The training worker'), document.baseURI);
}
