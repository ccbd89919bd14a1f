/** @file Entry of a browser worker that reads a model from a folder or the hub and keeps it as a policy. */
import { downloadModel } from '../policy/hub/download/download.ts';
import { removeAll } from '../policy/hub/download/fileFolder.ts';
import { modelId } from '../policy/hub/download/listing.ts';
import { downloadState } from '../policy/hub/download/pieces.ts';
import { connection } from '../policy/hub/download/request.ts';
import { type HubOptions, importHubModel } from '../policy/hub/model.ts';
import { blobSource } from '../policy/hub/source.ts';
import { browserFolder, storageRoom } from './browserFolder.ts';
import { scopePort } from './browserPort.ts';
import { keepModel, keptModelId, keptModels } from './keptModels.ts';
import { holdLifeline } from './lifeline.ts';
import type { ModelImporter } from './modelImporter.ts';
import { serve } from './serve.ts';

/** One model at a time is under way. */
const underWay = browserFolder('rollout-download');

const options: HubOptions = {
  isChat: 'where there is a template',
  progress: (done, all) => emit({ type: 'read', done, all }),
};

const importer: ModelImporter = {
  async importModel(name, files) {
    const { bytes, checkpoint } = await importHubModel(blobSource(name, files), options);
    const policy = keptModelId(checkpoint.manifest.id, checkpoint.manifest.sha256);
    await keepModel(policy, bytes);
    return policy;
  },
  async downloadModel(text, revision) {
    const id = modelId(text);
    const kept = (await keptModels()).find(({ hub }) => hub?.id === id && hub.revision === revision);
    if (kept) return kept.id;
    const { bytes, checkpoint, listing } = await downloadModel(id, {
      ...options,
      ...connection,
      fetch: (...request) => fetch(...request),
      revision,
      folder: underWay,
      room: storageRoom,
      received: (count) => emit({ type: 'received', bytes: count }),
    });
    const policy = keptModelId(checkpoint.manifest.id, checkpoint.manifest.sha256);
    await keepModel(policy, bytes, { id, revision, commit: listing.commit });
    await removeAll(underWay);
    return policy;
  },
  async unfinished() {
    const state = await downloadState(underWay);
    if (!state) return null;
    const sizes = [...(await underWay.list()).values()];
    return { id: state.id, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  },
  dropUnfinished: () => removeAll(underWay),
};

const emit = serve(
  scopePort(globalThis),
  holdLifeline(self.name).then(() => importer),
);
