/** @file Entry of a browser worker that reads a model's folder and keeps it as a policy. */
import { importHubModel } from '../policy/hub/model.ts';
import { blobSource } from '../policy/hub/source.ts';
import { scopePort } from './browserPort.ts';
import { keepModel, keptModelId } from './keptModels.ts';
import { holdLifeline } from './lifeline.ts';
import type { ModelImporter } from './modelImporter.ts';
import { serve } from './serve.ts';

const importer: ModelImporter = {
  async importModel(name, files) {
    const { bytes, checkpoint } = await importHubModel(blobSource(name, files), {
      isChat: 'where there is a template',
      progress: (done, all) => emit({ done, all }),
    });
    const id = keptModelId(checkpoint.manifest.id, checkpoint.manifest.sha256);
    await keepModel(id, bytes);
    return id;
  },
};

const emit = serve(
  scopePort(globalThis),
  holdLifeline(self.name).then(() => importer),
);
