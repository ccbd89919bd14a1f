/** @file Workers that train, as the page starts them. */
import { Spares } from './spares.ts';

export const trainerWorkers = new Spares((name) => new Worker(new URL('./trainer.worker.ts', import.meta.url), { type: 'module', name }));
