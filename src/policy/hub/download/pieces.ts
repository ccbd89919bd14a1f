/** @file The weights of a model under way: one file a weight with its SHA-256, and the state that they belong to. */
import { sha256 } from '@noble/hashes/sha2.js';
import { z } from '../../../lib/zod.ts';
import { loadWeight, storeWeight } from '../../checkpoint.ts';
import type { WeightSpec } from '../../config.ts';
import type { Weight } from '../../quantize.ts';
import { CheckpointError, readSafetensors, writeSafetensors } from '../../safetensors.ts';
import type { HubOptions } from '../model.ts';
import type { WeightStore } from '../weights.ts';
import { type FileFolder, removeAll } from './fileFolder.ts';
import { HubError } from './hubError.ts';
import type { Listing } from './listing.ts';

const STATE = 'state.json';
const HASH_BYTES = 32;

const stateSchema = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  revision: z.string(),
  commit: z.string(),
  bits: z.union([z.literal(4), z.literal(8), z.literal(32)]).nullable(),
  /** As it was asked for; it changes no weight. */
  isChat: z.union([z.boolean(), z.literal('where there is a template')]).optional(),
  etags: z.record(z.string(), z.string()),
});

/** The model of which a folder holds pieces, and the servers' tags of its files. */
export type DownloadState = z.infer<typeof stateSchema>;

/** The state of a folder; null if it is missing or damaged. */
export async function downloadState(folder: FileFolder): Promise<DownloadState | null> {
  const bytes = await folder.read(STATE);
  try {
    return bytes && stateSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
}

const nameOf = ({ name }: WeightSpec): string => `${name}.piece`;

function pieceOf({ name }: WeightSpec, weight: Weight): Uint8Array<ArrayBuffer> {
  const body = writeSafetensors({ tensors: new Map(storeWeight(name, weight)), metadata: {} });
  const piece = new Uint8Array(HASH_BYTES + body.length);
  piece.set(sha256(body));
  piece.set(body, HASH_BYTES);
  return piece;
}

/** Null if the bytes differ from those that were written. */
function weightOf(spec: WeightSpec, piece: Uint8Array): Weight | null {
  const body = piece.subarray(HASH_BYTES);
  const hash = sha256(body);
  if (piece.length < HASH_BYTES || hash.some((byte, i) => byte !== piece[i])) return null;
  try {
    return loadWeight(new Map(readSafetensors(body).tensors), spec);
  } catch (cause) {
    if (cause instanceof CheckpointError) return null;
    throw cause;
  }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

export interface Pieces extends WeightStore {
  /** Of the answers so far; kept with the next piece. */
  readonly etags: Map<string, string>;
}

export interface PieceOptions extends Pick<HubOptions, 'bits' | 'isChat'> {
  /** Bytes that the storage still takes. */
  readonly room?: (() => Promise<number>) | undefined;
}

/** The pieces in a folder; those of another model, commit or number of bits are removed. */
export async function openPieces(
  folder: FileFolder,
  { id, revision, commit }: Listing,
  { bits, isChat, room = async () => Infinity }: PieceOptions = {},
): Promise<Pieces> {
  const before = await downloadState(folder);
  const fits = before?.id === id && before.commit === commit && before.bits === (bits ?? null);
  if (!fits) await removeAll(folder);
  const etags = new Map(fits ? Object.entries(before.etags) : []);
  let written = fits && before.isChat === isChat ? etags.size : -1;
  const writeState = async () => {
    if (written === etags.size) return;
    written = etags.size;
    const state: DownloadState = {
      version: 1,
      id,
      revision,
      commit,
      bits: bits ?? null,
      isChat,
      etags: Object.fromEntries(etags),
    };
    await folder.write(STATE, new TextEncoder().encode(JSON.stringify(state)));
  };
  await writeState();
  return {
    etags,
    async expect(bytes) {
      const here = [...(await folder.list()).values()].reduce((sum, size) => sum + size, 0);
      // The finished model is written beside its pieces.
      const [needed, free] = [2 * bytes - here, await room()];
      if (needed > free)
        throw new HubError(
          'full',
          `${id}: ${megabytes(needed)} are needed in the browser's storage, and ${megabytes(free)} are free`,
        );
    },
    async get(spec) {
      const piece = await folder.read(nameOf(spec));
      return piece && weightOf(spec, piece);
    },
    async put(spec, weight) {
      await folder.write(nameOf(spec), pieceOf(spec, weight));
      await writeState();
    },
  };
}
