/** @file One range of a file from a server that may stop early, ignore ranges or send other bytes. */
import { HubError } from './hubError.ts';
import { ask, type Connection, Interrupted, persistently, readParts } from './request.ts';

/** A file of a model at one commit. */
export interface RemoteFile {
  /** For messages: model and file. */
  readonly name: string;
  readonly url: string;
  readonly size: number;
}

/** Most bytes that are read and dropped before the range, where a server ignores ranges. */
const MOST_SKIPPED = 2 ** 26;

/** First byte of the answer. HubError if the server sends another part or file than asked for. */
function startOf(what: string, { size, name }: RemoteFile, from: number, { status, headers }: Response): number {
  if (status === 206) {
    // A server may hide the header from a page of another origin.
    const [, start, whole] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    if (start !== undefined && Number(start) !== from)
      throw new HubError('damaged', `${what}: the server sent bytes from ${start} where ${from} was asked for`);
    if (whole !== undefined && whole !== '*' && Number(whole) !== size)
      throw new HubError('changed', `${what}: the file has ${whole} bytes, and the hub lists ${size}`);
    return from;
  }
  const length = headers.get('content-encoding') === null ? headers.get('content-length') : null;
  if (length !== null && Number(length) !== size)
    throw new HubError('changed', `${what}: the file has ${length} bytes, and the hub lists ${size}`);
  if (from > MOST_SKIPPED) throw new HubError('no-ranges', `${what}: the server of ${name} sends only whole files`);
  return 0;
}

/**
 * Bytes `start` to `end` - 1. A broken connection is resumed at the byte where it stopped. `check` sees the headers of
 * each answer. HubError that names the file and the range.
 */
export async function fetchRange(
  file: RemoteFile,
  start: number,
  end: number,
  connection: Connection,
  check: (response: Response) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const what = `${file.name}, bytes ${start} to ${end - 1}`;
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  const attempt = async () => {
    // `If-Range` would need a preflight, which the hub's content servers refuse; the commit in the address and
    // `check` notice a changed file instead.
    const { response, abort } = await ask(what, file.url, { Range: `bytes=${start + filled}-${end - 1}` }, connection);
    try {
      check(response);
      let at = startOf(what, file, start + filled, response);
      await readParts(what, response, connection, (part) => {
        const useful = part.subarray(Math.max(0, start + filled - at), Math.max(0, end - at));
        bytes.set(useful, filled);
        filled += useful.length;
        at += part.length;
        return filled < bytes.length;
      });
    } finally {
      abort();
    }
    if (filled < bytes.length) throw new Interrupted('unreachable', `${what}: only ${filled} bytes came`);
  };
  await persistently(what, connection, attempt, () => filled);
  return bytes;
}
