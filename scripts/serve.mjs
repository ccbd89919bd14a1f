/** @file A small static server for the built page; Node built-ins only. `--help` lists the options. */
import { createReadStream, realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { securityHeaders } from './headers.mjs';
import { representation } from './precompress.mjs';

/** @type {Record<string, string>} */
const mimeTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.jsonl': 'application/jsonl; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/**
 * @typedef {{root: string, base: string, headers: boolean}} Site folder to serve, sub-path it appears under (`/` or
 * `/sub/path/`),
 *   and whether responses carry the security headers
 * @typedef {{status: number, headers?: Record<string, string | number>, file?: string}} Reply
 */

/**
 * Path of the file inside `root` for a URL path, or the status of a refusal.
 * @param {Site} site
 * @param {string} urlPath
 * @returns {Promise<Reply>}
 */
async function locate({ root, base }, urlPath) {
  let path;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return { status: 400 };
  }
  if (`${path}/` === base) return { status: 308, headers: { Location: base } };
  if (!path.startsWith(base) || /[\0\\]/.test(path)) return { status: 404 };
  const segments = path.slice(base.length).split('/');
  if (segments.some((segment) => segment.startsWith('.'))) return { status: 404 };
  try {
    const named = join(root, ...segments);
    const file = await realpath(path.endsWith('/') ? join(named, 'index.html') : named);
    // A link inside the folder may not lead out of it.
    if (!file.startsWith(root + sep)) return { status: 404 };
    return { status: 200, file };
  } catch {
    return { status: 404 };
  }
}

/** Whether a path names a file of the build with a content hash in its name. @param {string} path */
export const hasHash = (path) => /(?:^|\/)assets\/.*-[\w-]{8}\.\w+$/.test(path);

/**
 * Files with a content hash never change; all others are revalidated by their tag.
 * @param {string} urlPath
 */
const cacheControl = (urlPath) => (hasHash(urlPath) ? 'public, max-age=31536000, immutable' : 'no-cache');

/**
 * @param {Site} site
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<Reply>}
 */
async function answer(site, request) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, headers: { Allow: 'GET, HEAD' } };
  const urlPath = (request.url ?? '/').replace(/[?#].*$/s, '');
  const found = await locate(site, urlPath);
  if (!found.file) return found;
  const { file, info, encoding } = await representation(found.file, String(request.headers['accept-encoding'] ?? ''));
  if (!info.isFile()) return { status: 404 };
  const tag = `"${info.size.toString(36)}-${Math.round(info.mtimeMs).toString(36)}"`;
  const headers = { 'Cache-Control': cacheControl(urlPath), ETag: tag, Vary: 'Accept-Encoding' };
  if (request.headers['if-none-match'] === tag) return { status: 304, headers };
  const type = mimeTypes[extname(found.file).toLowerCase()] ?? 'application/octet-stream';
  return { status: 200, headers: { ...headers, ...encoding, 'Content-Type': type, 'Content-Length': info.size }, file };
}

/**
 * @param {Site} site
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function respond(site, request, response) {
  /** @type {Reply} */
  const reply = await answer(site, request).catch(() => ({ status: 500 }));
  const plain = reply.status >= 400 ? { 'Content-Type': 'text/plain; charset=utf-8' } : {};
  response.writeHead(reply.status, { ...(site.headers ? securityHeaders : {}), ...plain, ...reply.headers });
  if (reply.status >= 400) response.end(`${reply.status}\n`);
  else if (!reply.file || request.method === 'HEAD') response.end();
  // Unlike pipe(), it closes the file if the client disconnects; after an error there is nobody to report to.
  else pipeline(createReadStream(reply.file), response, () => {});
}

/**
 * @param {import('node:http').Server} server
 * @param {number} port
 * @param {string} host
 */
const listen = (server, port, host) =>
  new Promise((done, refuse) => {
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      done(undefined);
    });
  });

/**
 * Serves a folder, on the next free port if the wanted one is busy (0 asks for any).
 * @param {{root: string, base?: string, host?: string, port?: number, headers?: boolean}} options
 * @returns {Promise<{url: string, port: number, close: () => Promise<void>}>}
 */
export async function serve({ root, base = '/', host = '127.0.0.1', port = 4173, headers = true }) {
  const site = { root: realpathSync(root), base: `/${base}/`.replace(/\/+/g, '/'), headers };
  const server = createServer((request, response) => void respond(site, request, response));
  for (let tries = 0; ; tries++) {
    try {
      await listen(server, port === 0 ? 0 : port + tries, host);
      break;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code !== 'EADDRINUSE' || tries === 50) throw error;
    }
  }
  const address = server.address();
  const shown = host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  const bound = typeof address === 'object' && address ? address.port : port;
  const close = () =>
    new Promise((/** @type {(value: void) => void} */ done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { url: `http://${shown}:${bound}${site.base}`, port: bound, close };
}

const help = `Serves the built page.
  --port N        first port to try (4173)
  --host ADDRESS  address to listen on (127.0.0.1); 0.0.0.0 opens the page to the local network
  --base PATH     sub-path the page appears under (/)
  --root FOLDER   folder to serve (dist)
  --no-headers    without the security and isolation headers, as a plain host would
`;

/**
 * Serves according to the arguments until the process ends, and prints the address.
 * @param {string[]} args
 * @param {string} root folder to serve without `--root`
 */
export async function serveFromArguments(args, root) {
  const text = /** @type {const} */ ({ type: 'string' });
  const flag = /** @type {const} */ ({ type: 'boolean' });
  const options = { port: text, host: text, base: text, root: text, 'no-headers': flag, help: flag };
  const { values } = parseArgs({ args, options });
  if (values.help) return void process.stdout.write(help);
  const port = Number(values.port ?? 4173);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`--port: "${values.port}" is not a port number`);
  const host = values.host ?? '127.0.0.1';
  const { url, port: bound } = await serve({
    root: values.root ?? root,
    base: values.base ?? '/',
    host,
    port,
    headers: !values['no-headers'],
  });
  console.log(`\n  Rollout is at ${url}   (Ctrl-C ends it)\n`);
  if (host !== '0.0.0.0') return;
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((a) => a.family === 'IPv4' && !a.internal);
  for (const { address } of addresses)
    console.log(
      `  On the local network: http://${address}:${bound} (plain http has no WebGPU there: it runs on the CPU)`,
    );
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const dist = fileURLToPath(new URL('../dist', import.meta.url));
  await serveFromArguments(process.argv.slice(2), dist).catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
