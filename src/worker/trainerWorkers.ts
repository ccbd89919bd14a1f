/** @file Workers that train, as the page starts them. */
import { openWorker } from './openWorker.ts';
import { Spares } from './spares.ts';

export const trainerWorkers = new Spares((name) =>
  openWorker((Worker) => new Worker(new URL('./trainer.worker.ts', import.meta.url), { type: 'module', name })),
);
