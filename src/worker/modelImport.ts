/** @file Reads a model in a worker of its own, so that neither the page nor a run waits. */
import { z } from '../lib/zod.ts';
import { workerPort } from './browserPort.ts';
import { lifelineName } from './lifeline.ts';
import type { ModelImporter } from './modelImporter.ts';
import { openWorker } from './openWorker.ts';
import { proxyOf } from './proxy.ts';

const eventSchema = z.discriminatedUnion('type', [
  /** Bytes of weights that were read, of all. */
  z.strictObject({ type: z.literal('read'), done: z.number(), all: z.number() }),
  /** Bytes that came over the network since the last event. */
  z.strictObject({ type: z.literal('received'), bytes: z.number() }),
]);

export type ImportEvent = z.infer<typeof eventSchema>;

/** The result of `work` with a worker, which ends with it, or at once when `signal` aborts. */
export async function withImporter<T>(
  work: (importer: ModelImporter) => Promise<T>,
  heard: (event: ImportEvent) => void = () => {},
  signal?: AbortSignal,
): Promise<T> {
  const lifeline = lifelineName();
  const worker = openWorker(
    (Worker) => new Worker(new URL('./models.worker.ts', import.meta.url), { type: 'module', name: lifeline }),
  );
  const port = workerPort(worker, lifeline, 'The worker that reads models');
  const stopped = new Promise<never>((_, reject) =>
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
  try {
    const importer = proxyOf<ModelImporter>(port, (event) => heard(eventSchema.parse(event)));
    return await Promise.race([work(importer), stopped]);
  } finally {
    port.close();
  }
}
