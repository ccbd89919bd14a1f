/** @file Models that the visitor opened, kept as policy files in the browser's storage. */
import { UsageError } from '../lib/assert.ts';
import { z } from '../lib/zod.ts';
import { presets } from '../rl/config/presets.ts';
import { browserFolder, storageRoom } from './browserFolder.ts';

const FOLDER = 'rollout-models';
const EXTENSION = '.safetensors';
/** Of the note on where a model came from and how it was read. */
const NOTE = '.json';

/** Start of the ids of such models, which no shipped policy has. */
const PREFIX = 'own-';

export const isKeptModel = (policy: string): boolean => policy.startsWith(PREFIX);

/** Id of a model: its name, and the start of its content's SHA-256. At most 40 characters. */
export const keptModelId = (id: string, sha256: string): string =>
  `${PREFIX}${id.slice(0, 27).replace(/-+$/, '')}-${sha256.slice(0, 8)}`;

/** The name in an id, with or without the SHA-256; of another id the whole. */
export const nameOfKeptModel = (policy: string): string => /^own-(.*?)(?:-[0-9a-f]{8})?$/.exec(policy)?.[1] ?? policy;

const folder = () => browserFolder(FOLDER);

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

const originSchema = z.strictObject({ id: z.string(), revision: z.string(), commit: z.string() });

/** Id, revision and commit of a model on the hub. */
export type HubOrigin = z.infer<typeof originSchema>;

const bitsSchema = z.union([z.literal(4), z.literal(8), z.literal(32)]);

/** How a model was read. */
export interface ModelChoice {
  /** Of the linear weights. */
  readonly bits: z.infer<typeof bitsSchema>;
  /** Prompts are put into the chat template, if the model has one. */
  readonly chat: boolean;
}

/** Notes of models from a folder name no hub, and early notes no choice. */
const noteSchema = originSchema.extend({ bits: bitsSchema, chat: z.boolean() }).partial();

export interface KeptModel {
  /** Policy of a run. */
  readonly id: string;
  readonly bytes: number;
  /** Null of a model from a folder. */
  readonly hub: HubOrigin | null;
  /** Null if its note does not say. */
  readonly choice: ModelChoice | null;
}

/**
 * The kept copy of a hub model: by its id there, else a folder of that name; undefined if there is none. `policy` is an
 * id of ours without SHA-256.
 */
export const copyOf = (kept: readonly KeptModel[], hubId: string, policy: string): KeptModel | undefined =>
  kept.find(({ hub }) => hub?.id.toLowerCase() === hubId.toLowerCase()) ??
  kept.find(({ id, hub }) => hub === null && nameOfKeptModel(id) === nameOfKeptModel(policy));

/** Keeps a model. UsageError that states both sizes if the browser has too little room; HubError if it is full. */
export async function keepModel(
  policy: string,
  bytes: Uint8Array<ArrayBuffer>,
  note: Pick<KeptModel, 'hub' | 'choice'>,
): Promise<void> {
  const room = await storageRoom();
  if (bytes.length > room)
    throw new UsageError(`the model takes ${megabytes(bytes.length)}, and the browser has room for ${megabytes(room)}`);
  await folder().write(policy + EXTENSION, bytes);
  await folder().write(policy + NOTE, new TextEncoder().encode(JSON.stringify({ ...note.hub, ...note.choice })));
}

export async function dropModel(policy: string): Promise<void> {
  await folder().remove(policy + NOTE);
  await folder().remove(policy + EXTENSION);
}

/** The file of a kept model. UsageError if this browser has none of that id. */
export async function keptModel(policy: string): Promise<Uint8Array> {
  const wanted = presets.find(({ config }) => config.policy === policy)?.model;
  const missing = (cause?: unknown) =>
    new UsageError(
      wanted === undefined
        ? `policy: the model ${nameOfKeptModel(policy)} is not kept in this browser; open its folder again under Base policy, or its id`
        : `policy: this preset trains ${wanted}, which is not in this browser; open its id or its folder under Base policy`,
      { cause },
    );
  const bytes = await folder()
    .read(policy + EXTENSION)
    .catch((cause: unknown) => {
      throw missing(cause);
    });
  if (!bytes) throw missing();
  return bytes;
}

async function noteOf(policy: string): Promise<Pick<KeptModel, 'hub' | 'choice'>> {
  try {
    const bytes = await folder().read(policy + NOTE);
    const note = bytes ? noteSchema.parse(JSON.parse(new TextDecoder().decode(bytes))) : {};
    const { id, revision, commit, bits, chat } = note;
    return {
      hub: id && revision && commit ? { id, revision, commit } : null,
      choice: bits && chat !== undefined ? { bits, chat } : null,
    };
  } catch {
    // A model with a damaged note is one from a folder: it can still be used.
    return { hub: null, choice: null };
  }
}

/** The kept models by id, none where the browser has no storage. */
export async function keptModels(): Promise<KeptModel[]> {
  const files = await folder()
    .list()
    .catch(() => new Map<string, number>());
  const models = [...files]
    .filter(([name]) => name.endsWith(EXTENSION))
    .map(async ([name, bytes]) => {
      const id = name.slice(0, -EXTENSION.length);
      return { id, bytes, ...(await noteOf(id)) };
    });
  return (await Promise.all(models)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
