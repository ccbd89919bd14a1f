/** @file The static server: types, safe paths, sub-paths, headers, caching, busy ports. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { precompress } from './precompress.mjs';
import { serve } from './serve.mjs';

const folder = mkdtempSync(join(tmpdir(), 'rollout-serve-'));
const root = join(folder, 'dist');
type Server = Awaited<ReturnType<typeof serve>>;
let plain: Server;
let nested: Server;

/** Status and body of a path sent unchanged: `fetch` would normalise `..`. */
const raw = (port: number, path: string, method = 'GET'): Promise<{ status: number; body: string }> =>
  new Promise((done, refuse) => {
    request({ host: '127.0.0.1', port, path, method }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk)).on('end', () => done({ status: response.statusCode ?? 0, body }));
    })
      .on('error', refuse)
      .end();
  });

beforeAll(async () => {
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(root, 'index.html'), '<p>page</p>');
  writeFileSync(join(root, '.hidden'), 'hidden');
  for (const name of ['a-D3adBe_f.wasm', 'b.mjs', 'c d.json']) writeFileSync(join(root, 'assets', name), name);
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
  plain = await serve({ root, port: 0 });
  nested = await serve({ root, port: 0, base: 'sub/path', headers: false });
});

afterAll(async () => {
  await Promise.all([plain.close(), nested.close()]);
  rmSync(folder, { recursive: true });
});

describe('the served files', () => {
  test.each([
    ['', 'text/html; charset=utf-8'],
    ['?seed=2', 'text/html; charset=utf-8'],
    ['assets/a-D3adBe_f.wasm', 'application/wasm'],
    ['assets/b.mjs', 'text/javascript; charset=utf-8'],
    ['assets/c%20d.json', 'application/json; charset=utf-8'],
  ])('"%s" as %s', async (path, type) => {
    const response = await fetch(plain.url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
  });

  test('have isolation and a content security policy, unless turned off', async () => {
    const { headers } = await fetch(plain.url);
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval';");
    // Without these a parent with COEP, or a sandboxed frame, cannot load the page.
    expect([headers.get('cross-origin-resource-policy'), headers.get('access-control-allow-origin')]).toEqual([
      'cross-origin',
      '*',
    ]);
    const bare = (await fetch(nested.url)).headers;
    expect([bare.get('cross-origin-opener-policy'), bare.get('content-security-policy')]).toEqual([null, null]);
  });

  test('with hashed names are cached for ever, others are revalidated', async () => {
    const hashed = await fetch(`${plain.url}assets/a-D3adBe_f.wasm`);
    expect(hashed.headers.get('cache-control')).toContain('immutable');
    const page = await fetch(plain.url);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const again = await fetch(plain.url, { headers: { 'If-None-Match': page.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  test('are under a sub-path and nowhere else', async () => {
    expect(nested.url).toMatch(/\/sub\/path\/$/);
    expect(await (await fetch(nested.url)).text()).toBe('<p>page</p>');
    expect((await fetch(nested.url.slice(0, -1))).url).toBe(nested.url);
    expect((await raw(nested.port, '/')).status).toBe(404);
    expect((await raw(nested.port, '/assets/b.mjs')).status).toBe(404);
  });
});

describe('compressed copies', () => {
  const page = '<p>page</p>\n'.repeat(400);
  const encodingFor = async (accepted: string) => {
    const { headers } = await fetch(`${plain.url}long.html`, { headers: { 'Accept-Encoding': accepted } });
    return headers.get('content-encoding');
  };

  beforeAll(async () => {
    writeFileSync(join(root, 'long.html'), page);
    writeFileSync(
      join(root, 'noise.bin'),
      Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * i * 2654435761) >>> 13)),
    );
    await precompress(root);
  });

  test('exist only for files that become smaller by them', () => {
    const found = ['long.html', 'noise.bin', 'index.html'].map((name) =>
      ['.br', '.gz'].map((extension) => existsSync(join(root, name + extension))),
    );
    expect(found).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ]);
  });

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, GZIP;q=0.5', 'gzip'],
    ['identity', null],
  ])('Accept-Encoding "%s" gets %s', async (accepted, encoding) => {
    expect(await encodingFor(accepted)).toBe(encoding);
  });

  test('hold the bytes of the file, under its type and a tag of their own', async () => {
    const answers = await Promise.all(
      ['br', 'gzip', 'identity'].map((name) =>
        fetch(`${plain.url}long.html`, { headers: { 'Accept-Encoding': name } }),
      ),
    );
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual([page, page, page]);
    expect(answers.map(({ headers }) => headers.get('content-type'))).toEqual(
      Array.from({ length: 3 }, () => 'text/html; charset=utf-8'),
    );
    expect(answers.map(({ headers }) => headers.get('vary'))).toEqual(
      Array.from({ length: 3 }, () => 'Accept-Encoding'),
    );
    expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(3);
  });

  test('that are older than their file are not sent', async () => {
    const later = Date.now() / 1000 + 10;
    utimesSync(join(root, 'long.html'), later, later);
    expect(await encodingFor('br')).toBeNull();
  });
});

/** Begins a download and aborts it: at the first bytes, or before there is an answer. */
const abortedDownload = (port: number, path: string, agent: Agent, early: boolean): Promise<void> =>
  new Promise((done) => {
    const asked = request({ host: '127.0.0.1', port, path, agent }, (response) =>
      response.once('data', () => asked.destroy()),
    );
    if (early) asked.once('socket', (socket) => socket.once('connect', () => setImmediate(() => asked.destroy())));
    asked
      .on('error', () => {})
      .on('close', done)
      .end();
  });

/** Linux and macOS list the open descriptors of a process there; Windows has no such list. */
const openDescriptors = () => readdirSync('/dev/fd').length;

test.skipIf(process.platform === 'win32')(
  '1 000 aborted downloads leave no descriptor open, and the next one is whole',
  async () => {
    const size = 8 << 20;
    writeFileSync(join(root, 'large.bin'), Buffer.alloc(size, 7));
    const before = openDescriptors();
    const agent = new Agent({ maxSockets: 20 });
    await Promise.all(
      Array.from({ length: 1000 }, (_, index) => abortedDownload(plain.port, '/large.bin', agent, index % 4 === 0)),
    );
    agent.destroy();
    await vi.waitFor(() => expect(openDescriptors()).toBeLessThanOrEqual(before), { timeout: 5000, interval: 50 });
    const whole = await fetch(`${plain.url}large.bin`, { headers: { Connection: 'close' } });
    expect((await whole.arrayBuffer()).byteLength).toBe(size);
  },
);

describe('refused requests', () => {
  const outside = [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/link.txt',
  ];
  test.each([...outside, '/.hidden', '/assets', '/assets/', '/index.html/', '/none.js', '/%00'])(
    '%s is not found',
    async (path) => {
      const { status, body } = await raw(plain.port, path);
      expect(status).toBe(404);
      expect(body).not.toContain('secret');
    },
  );

  test('a malformed address and other methods', async () => {
    expect((await raw(plain.port, '/%zz')).status).toBe(400);
    expect((await raw(plain.port, '/', 'POST')).status).toBe(405);
    expect(await raw(plain.port, '/', 'HEAD')).toEqual({ status: 200, body: '' });
  });
});

test('the server takes the next free port if the wanted one is busy', async () => {
  const second = await serve({ root, port: plain.port });
  expect(second.port).toBeGreaterThan(plain.port);
  expect((await fetch(second.url)).status).toBe(200);
  await second.close();
});
