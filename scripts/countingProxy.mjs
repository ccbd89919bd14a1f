/** @file A host in front of a server of this machine: counts the answers for each path, without changing them. */
import { createServer, request } from 'node:http';
import { pipeline, Transform } from 'node:stream';

/** @typedef {{times: number, bytes: number}} Count number of answers, and the bytes of their bodies as sent */
/** @typedef {{path: string, headers?: Record<string, string>}} Detour another path to ask for, and further headers */

/**
 * Waits as long as a line of `mbit` Mbit/s takes for that many bytes, after all bytes before them.
 * @param {number} mbit
 */
function lineOf(mbit) {
  let free = 0;
  return (/** @type {number} */ bytes, /** @type {() => void} */ done) => {
    const now = performance.now();
    free = Math.max(now, free) + (8 * bytes) / (1000 * mbit);
    if (free > now) setTimeout(done, free - now);
    else done();
  };
}

/**
 * @param {number} behind port of the server
 * @param {{detour?: (path: string) => Detour | null, mbit?: number}} options `detour` for a path that is to be answered
 *   with another file, `mbit` for the speed of the line
 * @returns {Promise<{url: string, asked: Map<string, Count>, close: () => Promise<void>}>} `asked` by path
 */
export async function startCountingProxy(behind, { detour = () => null, mbit = Infinity } = {}) {
  /** @type {Map<string, Count>} */
  const asked = new Map();
  const pass = lineOf(mbit);
  const server = createServer((message, response) => {
    const path = (message.url ?? '/').replace(/\?.*$/, '');
    const { path: wanted, headers } = detour(path) ?? { path };
    request({ port: behind, path: wanted, method: message.method, headers: message.headers }, (answer) => {
      const count = asked.get(path) ?? { times: 0, bytes: 0 };
      asked.set(path, count);
      count.times++;
      response.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...headers });
      const counter = new Transform({
        transform(chunk, _encoding, done) {
          count.bytes += chunk.length;
          pass(chunk.length, () => done(null, chunk));
        },
      });
      pipeline(answer, counter, response, () => {});
    })
      .on('error', () => response.destroy())
      .end();
  });
  await new Promise((/** @type {(value: void) => void} */ done) => void server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const close = () =>
    new Promise((/** @type {(value: void) => void} */ done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${address.port}/`, asked, close };
}
