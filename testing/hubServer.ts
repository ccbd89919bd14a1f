/** @file A server like the hub's on this machine, which can be made to misbehave. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `cut` and `short` send half of the range; `short` ends the answer in order. */
export type Misdeed = 'cut' | 'short' | 'hang' | 'stall' | 'whole' | 'wrong bytes' | 'wrong start' | number;

export interface HubServer {
  readonly origin: string;
  /** Path and range of each request. */
  readonly requests: { readonly path: string; readonly range: string }[];
  /** Replaced by tests; null for an answer as it should be. */
  misdeed: (path: string, range: string, count: number) => Misdeed | null;
  files: ReadonlyMap<string, Uint8Array>;
  commit: string;
  etag: string;
  close(): Promise<void>;
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** As `?blobs=true` answers: large files carry their SHA-256. */
const listing = ({ files, commit }: HubServer) =>
  JSON.stringify({
    sha: commit,
    gated: false,
    siblings: [...files].map(([rfilename, bytes]) => ({
      rfilename,
      size: bytes.length,
      blobId: hash(bytes).slice(0, 40),
      ...(rfilename.endsWith('.safetensors')
        ? { lfs: { sha256: hash(bytes), size: bytes.length, pointerSize: 135 } }
        : {}),
    })),
  });

function sendRange(
  server: HubServer,
  response: ServerResponse,
  body: Uint8Array,
  range: string,
  misdeed: Misdeed | null,
) {
  const [, from = '0', to = String(body.length - 1)] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  const start = misdeed === 'whole' ? 0 : Number(from);
  const end = misdeed === 'whole' ? body.length : Number(to) + 1;
  const bytes = Uint8Array.from(body.subarray(start, end));
  // Text stays text, and a weight a finite number.
  if (misdeed === 'wrong bytes') bytes[bytes.length - 2] = (bytes.at(-2) as number) ^ 1;
  const shown = misdeed === 'wrong start' ? start + 1 : start;
  response.writeHead(misdeed === 'whole' ? 200 : 206, {
    ETag: server.etag,
    ...(misdeed === 'short' ? {} : { 'Content-Length': bytes.length }),
    ...(misdeed === 'whole' ? {} : { 'Content-Range': `bytes ${shown}-${end - 1}/${body.length}` }),
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'ETag, Content-Range',
  });
  const half = bytes.subarray(0, bytes.length >> 1);
  if (misdeed === 'cut') return void response.write(half, () => setTimeout(() => response.destroy(), 20));
  if (misdeed === 'stall') return void response.write(half);
  response.end(misdeed === 'short' ? half : bytes);
}

function answer(server: HubServer, request: IncomingMessage, response: ServerResponse): void {
  const path = decodeURIComponent((request.url ?? '').replace(/\?.*$/, ''));
  const range = request.headers.range ?? '';
  const misdeed = server.misdeed(path, range, server.requests.length);
  server.requests.push({ path, range });
  if (misdeed === 'hang') return;
  if (typeof misdeed === 'number') return void response.writeHead(misdeed).end('no');
  if (path.startsWith('/api/models/'))
    return void response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end(listing(server));
  const [, commit, name = ''] = /^\/[^/]+\/[^/]+\/resolve\/(\w+)\/(.*)$/.exec(path) ?? [];
  const body = server.files.get(name);
  if (!body || commit !== server.commit) return void response.writeHead(404).end('not here');
  sendRange(server, response, body, range, misdeed);
}

/** Listens on a port of its own. */
export async function hubServer(files: ReadonlyMap<string, Uint8Array>): Promise<HubServer> {
  const http = createServer((request, response) => answer(server, request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server: HubServer = {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests: [],
    misdeed: () => null,
    files,
    commit: 'a'.repeat(40),
    etag: '"1"',
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}
