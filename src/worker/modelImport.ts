/** @file Reads a model's folder in a worker of its own, so that neither the page nor a run waits. */
import { z } from '../lib/zod.ts';
import { workerPort } from './browserPort.ts';
import { lifelineName } from './lifeline.ts';
import type { ModelImporter } from './modelImporter.ts';
import { openWorker } from './openWorker.ts';
import { proxyOf } from './proxy.ts';

const progressSchema = z.object({ done: z.number(), all: z.number() });

/** `progress` hears the bytes of the weights. */
export async function importModel(
  name: string,
  files: ReadonlyMap<string, Blob>,
  progress: (done: number, all: number) => void,
): Promise<string> {
  const lifeline = lifelineName();
  const worker = openWorker(
    (Worker) => new Worker(new URL('./models.worker.ts', import.meta.url), { type: 'module', name: lifeline }),
  );
  const port = workerPort(worker, lifeline, 'The worker that reads models');
  try {
    const importer = proxyOf<ModelImporter>(port, (event) => {
      const { done, all } = progressSchema.parse(event);
      progress(done, all);
    });
    return await importer.importModel(name, files);
  } finally {
    port.close();
  }
}
