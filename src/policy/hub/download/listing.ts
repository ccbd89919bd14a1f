/** @file The files of a model on the hub at one commit: names, sizes and hashes, from one request. */
import { z } from '../../../lib/zod.ts';
import { HubError } from './hubError.ts';
import { ask, type Connection, persistently, readParts } from './request.ts';

export const HUB_ORIGIN = 'https://huggingface.co';

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`), `${digits} hexadecimal digits`);

/** `GET /api/models/ID/revision/REV?blobs=true`; large files also state their SHA-256. */
const modelSchema = z.looseObject({
  sha: hex(40),
  siblings: z.array(
    z.looseObject({
      rfilename: z.string(),
      size: z.number().int().min(0),
      lfs: z.looseObject({ sha256: hex(64) }).nullish(),
    }),
  ),
});

export interface ListedFile {
  readonly size: number;
  /** Only of large files. */
  readonly sha256?: string | undefined;
}

export interface Listing {
  /** `owner/name`. */
  readonly id: string;
  readonly revision: string;
  readonly commit: string;
  readonly files: ReadonlyMap<string, ListedFile>;
}

/** Most bytes of the answer; a model with ten thousand files needs 3 MB. */
const LARGEST_ANSWER = 2 ** 24;

/** The id in a text: `owner/name`, also as the address of a model's page. HubError 'malformed' otherwise. */
export function modelId(text: string): string {
  const id = text.trim().replace(/^https:\/\/huggingface\.co\//, '');
  if (/^[\w-][\w.-]{0,95}\/[\w-][\w.-]{0,95}$/.test(id)) return id;
  throw new HubError('malformed', `"${text.slice(0, 200)}" is no id of the hub: owner/name is needed`);
}

async function textOf(what: string, url: string, connection: Connection): Promise<string> {
  const { response, abort } = await ask(what, url, { Accept: 'application/json' }, connection);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    await readParts(what, response, connection, (part) => {
      parts.push(Uint8Array.from(part));
      length += part.length;
      return length <= LARGEST_ANSWER;
    });
  } finally {
    abort();
  }
  if (length > LARGEST_ANSWER) throw new HubError('damaged', `${what}: the answer exceeds ${LARGEST_ANSWER} bytes`);
  return new Blob(parts).text();
}

/** Resolves id and revision (a branch, tag or commit) to a commit and its files. HubError that names both. */
export async function listModel(
  id: string,
  revision: string,
  connection: Connection,
  origin = HUB_ORIGIN,
): Promise<Listing> {
  if (!/^[\w-][\w./-]{0,99}$/.test(revision))
    throw new HubError('malformed', `${id}: "${revision.slice(0, 100)}" is no revision`);
  const what = `${id}, revision ${revision}`;
  const url = `${origin}/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const text = await persistently(what, connection, () => textOf(what, url, connection));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HubError('damaged', `${what}: the list of files is not JSON`, { cause });
  }
  const result = modelSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new HubError('damaged', `${what}: the list of files: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { sha, siblings } = result.data;
  const files = new Map(siblings.map(({ rfilename, size, lfs }) => [rfilename, { size, sha256: lfs?.sha256 }]));
  return { id, revision, commit: sha, files };
}
