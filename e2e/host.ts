/**
 * @file A host in front of our own server: counts its answers, and can answer a path with something else, like a
 * misconfigured host.
 */
import { createServer, request } from 'node:http';
import { pipeline, Transform } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { serve } from '../scripts/serve.mjs';

export const builtPage = process.env['ROLLOUT_ROOT'] ?? fileURLToPath(new URL('../dist', import.meta.url));

export interface Host {
  readonly url: string;
  /** Number of requests for each path, and the bytes of all answers without their headers. */
  readonly asked: ReadonlyMap<string, { times: number; bytes: number }>;
  /** Paths that are answered with the page, like the answer of a host with single-page fallback for a missing file. */
  readonly lacking: Set<string>;
  /** Additional headers of those answers. */
  readonly lackingHeaders: Record<string, string>;
  close(): Promise<void>;
}

/** Serves a build; `lacking` and `lackingHeaders` may change at any time. */
export async function startHost(root: string = builtPage): Promise<Host> {
  const behind = await serve({ root, port: 0 });
  const asked = new Map<string, { times: number; bytes: number }>();
  const lacking = new Set<string>();
  const lackingHeaders: Record<string, string> = {};
  const server = createServer((message, response) => {
    const path = (message.url ?? '/').replace(/\?.*$/, '');
    const lacks = lacking.has(path);
    request(
      { port: behind.port, path: lacks ? '/' : path, method: message.method, headers: message.headers },
      (answer) => {
        const count = asked.get(path) ?? { times: 0, bytes: 0 };
        asked.set(path, count);
        count.times++;
        response.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...(lacks ? lackingHeaders : {}) });
        const counter = new Transform({
          transform(chunk: Buffer, _encoding, done) {
            count.bytes += chunk.length;
            done(null, chunk);
          },
        });
        pipeline(answer, counter, response, () => {});
      },
    )
      .on('error', () => response.destroy())
      .end();
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the host has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    asked,
    lacking,
    lackingHeaders,
    async close() {
      server.closeAllConnections();
      await Promise.all([new Promise((done) => void server.close(done)), behind.close()]);
    },
  };
}
