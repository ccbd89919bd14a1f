/** @file The workers that train, started by the page. */
import { detectBackend } from '../engine/runtime/detect.ts';
import { once } from '../lib/once.ts';
import type { Detected } from './detected.ts';
import { openWorker } from './openWorker.ts';
import { Spares } from './spares.ts';

/** Once per page: a driver that never answers must not delay every opening. */
const detect = once(detectBackend);

export const trainerWorkers = new Spares((name) => {
  const found = detect();
  const worker = openWorker(
    (Worker) => new Worker(new URL('./trainer.worker.ts', import.meta.url), { type: 'module', name }),
  );
  void found.then((detected) => worker.postMessage({ detected } satisfies Detected));
  return worker;
});
