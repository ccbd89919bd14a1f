/** @file A model on the hub as a source of files: neighbouring reads share requests, and whole files are verified. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ModelSource } from '../source.ts';
import { HubError } from './hubError.ts';
import { HUB_ORIGIN, type ListedFile, type Listing } from './listing.ts';
import { fetchRange } from './range.ts';
import type { Connection } from './request.ts';

export interface WindowSizes {
  /** Bytes of the first request for a file: configurations, and headers of weights. */
  readonly first: number;
  /** Bytes of each further one. */
  readonly further: number;
}

const WINDOWS: WindowSizes = { first: 2 ** 18, further: 2 ** 24 };

export interface HubSource extends ModelSource {
  /**
   * Whether all bytes of a file were read in order and have the listed SHA-256; null if they were not all read, or the
   * hub lists none.
   */
  isVerified(file: string): boolean | null;
}

export interface SourceOptions extends Connection {
  readonly origin?: string | undefined;
  /** ETag by file and server; filled as answers come, and compared with later ones. */
  readonly etags?: Map<string, string>;
  readonly windows?: WindowSizes | undefined;
}

class FileWindows {
  /** The first window stays, as every reader comes back to a header; of the others the newest two. */
  private readonly held = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  private readonly hash = sha256.create();
  private hashed = 0;
  digest: string | null = null;

  constructor(
    readonly size: number,
    private readonly sizes: WindowSizes,
    private readonly fetchBytes: (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>,
  ) {}

  private startOf(index: number): number {
    return index === 0 ? 0 : this.sizes.first + (index - 1) * this.sizes.further;
  }

  private indexOf(at: number): number {
    const { first, further } = this.sizes;
    return at < first ? 0 : 1 + Math.floor((at - first) / further);
  }

  private window(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.held.get(index);
    if (known) return known;
    for (const old of this.held.keys()) if (old !== 0 && old < index - 1) this.held.delete(old);
    const bytes = this.fetchBytes(this.startOf(index), Math.min(this.startOf(index + 1), this.size));
    this.held.set(index, bytes);
    // Forgotten, so that it can be asked for again; the reader that waits for it gets the error.
    bytes.catch(() => this.held.delete(index));
    return bytes;
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const result = new Uint8Array(Math.max(0, Math.min(end, this.size) - start));
    for (let at = start; at < start + result.length;) {
      const index = this.indexOf(at);
      const coming = this.window(index);
      // The next window is on its way while this one is used: two requests at a time.
      if (index > 0 && this.startOf(index + 1) < this.size) void this.window(index + 1).catch(() => {});
      const bytes = await coming;
      this.digested(index, bytes);
      const from = at - this.startOf(index);
      const part = bytes.subarray(from, from + start + result.length - at);
      result.set(part, at - start);
      at += part.length;
    }
    return result;
  }

  private digested(index: number, bytes: Uint8Array): void {
    if (this.startOf(index) !== this.hashed || this.digest !== null) return;
    this.hash.update(bytes);
    this.hashed += bytes.length;
    if (this.hashed === this.size) this.digest = bytesToHex(this.hash.digest());
  }
}

/** Remembers the ETag of a server's answer for a file. HubError 'changed' if it gave another one before. */
function compareTag(etags: Map<string, string>, name: string, file: string, response: Response): void {
  const tag = response.headers.get('etag')?.replace(/^W\//, '');
  if (!tag) return;
  // Content servers of one file may differ in their tags.
  const key = `${file} ${response.url === '' ? '' : new URL(response.url).host}`;
  const before = etags.get(key);
  if (before !== undefined && before !== tag)
    throw new HubError('changed', `${name}: the file changed on the server while it was read`);
  etags.set(key, tag);
}

/**
 * The files of a listing, read by ranges of its commit. Every error of the network is a HubError that names model, file
 * and range.
 */
export function hubSource({ id, commit, files }: Listing, options: SourceOptions): HubSource {
  const { origin = HUB_ORIGIN, etags = new Map<string, string>(), windows: sizes = WINDOWS } = options;
  const windows = new Map<string, FileWindows>();
  const of = (file: string, { size }: ListedFile): FileWindows => {
    const url = `${origin}/${id}/resolve/${commit}/${file.split('/').map(encodeURIComponent).join('/')}`;
    const remote = { name: `${id}: ${file}`, url, size };
    const check = (response: Response) => compareTag(etags, remote.name, file, response);
    const known =
      windows.get(file) ?? new FileWindows(size, sizes, (from, to) => fetchRange(remote, from, to, options, check));
    windows.set(file, known);
    return known;
  };
  const isVerified = (file: string) => {
    const digest = windows.get(file)?.digest ?? null;
    const listed = files.get(file)?.sha256;
    return digest === null || listed === undefined ? null : digest === listed;
  };
  return {
    name: id,
    sizeOf: async (file) => files.get(file)?.size ?? null,
    async read(file, start, end) {
      const listed = files.get(file);
      const bytes = listed ? await of(file, listed).read(start, end) : new Uint8Array();
      if (isVerified(file) === false)
        throw new HubError(
          'damaged',
          `${id}: ${file}, ${listed?.size} bytes: the SHA-256 is not the one the hub lists`,
        );
      return bytes;
    },
    isVerified,
  };
}
