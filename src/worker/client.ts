/** @file The page's side: a trainer in a worker. No engine code is loaded in this thread. */
import { workerPort } from './browserPort.ts';
import { remoteTrainer, type RemoteTrainer } from './remoteTrainer.ts';
import { trainerWorkers } from './trainerWorkers.ts';

/** Starts a worker, or takes a spare one; call it again to replace a worker that died or was terminated. */
export function createWorkerTrainer(): RemoteTrainer {
  const { worker, name } = trainerWorkers.take();
  return remoteTrainer(workerPort(worker, name, 'The training worker'), document.baseURI);
}
