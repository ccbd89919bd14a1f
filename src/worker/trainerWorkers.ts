/** @file The workers that train, started by the page. */
import { openWorker } from './openWorker.ts';
import { Spares } from './spares.ts';

export const trainerWorkers = new Spares((name) =>
  openWorker((Worker) => new Worker(new URL('./trainer.worker.ts', import.meta.url), { type: 'module', name })),
);
