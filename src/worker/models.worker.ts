/** @file Entry of a browser worker that reads a model from a folder or the hub and keeps it as a policy. */
import { downloadModel } from '../policy/hub/download/download.ts';
import { removeAll } from '../policy/hub/download/fileFolder.ts';
import { hubSource } from '../policy/hub/download/hubSource.ts';
import { listModel, modelId } from '../policy/hub/download/listing.ts';
import { downloadState } from '../policy/hub/download/pieces.ts';
import { connection } from '../policy/hub/download/request.ts';
import { type HubOptions, importHubModel } from '../policy/hub/model.ts';
import { blobSource } from '../policy/hub/source.ts';
import { browserFolder, storageRoom } from './browserFolder.ts';
import { scopePort } from './browserPort.ts';
import type { inspectSource } from './inspectModel.ts';
import { type HubOrigin, keepModel, type KeptModel, keptModelId, keptModels, type ModelChoice } from './keptModels.ts';
import { holdLifeline } from './lifeline.ts';
import type { ModelImporter } from './modelImporter.ts';
import { serve } from './serve.ts';

type ReadModel = Awaited<ReturnType<typeof importHubModel>>;

/** One model at a time is under way. */
const underWay = browserFolder('rollout-download');

const readAs = (choice: ModelChoice | null): HubOptions => ({
  ...(choice ? { bits: choice.bits } : {}),
  isChat: choice?.chat === false ? false : 'where there is a template',
  progress: (done, all) => emit({ type: 'read', done, all }),
});

const network = { ...connection, fetch: (...request: Parameters<typeof fetch>) => fetch(...request) };

/** On demand, since it brings ONNX Runtime. */
const inspect = async (...args: Parameters<typeof inspectSource>) =>
  (await import('./inspectModel.ts')).inspectSource(...args);

const ofHub = async (id: string, revision: string): Promise<KeptModel[]> =>
  (await keptModels()).filter(({ hub }) => hub?.id === id && hub.revision === revision);

/** Keeps a model that was read; returns its policy. */
async function kept({ bytes, checkpoint: { manifest } }: ReadModel, choice: ModelChoice | null, hub: HubOrigin | null) {
  const policy = keptModelId(manifest.id, manifest.sha256);
  await keepModel(policy, bytes, { hub, choice });
  return policy;
}

const importer: ModelImporter = {
  inspectModel: (name, files, intended) => inspect(blobSource(name, files), files, intended),
  async inspectHubModel(text, revision, intended) {
    const listing = await listModel(modelId(text), revision, network);
    return inspect(hubSource(listing, network), listing.files, intended);
  },
  keptOf: async (text, revision) => (await ofHub(modelId(text), revision))[0]?.id ?? null,
  importModel: async (name, files, choice) =>
    kept(await importHubModel(blobSource(name, files), readAs(choice)), choice, null),
  async downloadModel(text, revision, choice) {
    const id = modelId(text);
    const same = (await ofHub(id, revision)).find(
      (model) => model.choice?.bits === choice?.bits && model.choice?.chat === choice?.chat,
    );
    if (same) return same.id;
    const model = await downloadModel(id, {
      ...readAs(choice),
      ...network,
      revision,
      folder: underWay,
      room: storageRoom,
      received: (count) => emit({ type: 'received', bytes: count }),
    });
    const policy = await kept(model, choice, { id, revision, commit: model.listing.commit });
    await removeAll(underWay);
    return policy;
  },
  async unfinished() {
    const state = await downloadState(underWay);
    if (!state) return null;
    const sizes = [...(await underWay.list()).values()];
    const { id, bits, isChat } = state;
    const choice = bits === null ? null : { bits, chat: isChat !== false };
    return { id, bytes: sizes.reduce((sum, size) => sum + size, 0), choice };
  },
  dropUnfinished: () => removeAll(underWay),
};

const emit = serve(
  scopePort(globalThis),
  holdLifeline(self.name).then(() => importer),
);
