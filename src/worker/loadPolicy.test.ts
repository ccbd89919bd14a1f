import { createServer, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadPolicy } from './loadPolicy.ts';

const file = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);
const answers: Record<string, (response: ServerResponse) => void> = {
  good: (response) => response.writeHead(200, { 'content-length': file.length }).end(file),
  chunked: (response) => response.writeHead(200).end(file),
  short: (response) => {
    response
      .writeHead(200, { 'content-length': file.length })
      .write(file.subarray(0, 1000), () => setTimeout(() => response.destroy(), 50));
  },
  broken: (response) => response.writeHead(503).end(),
  half: (response) => void response.writeHead(200, { 'content-length': file.length }).write(file.subarray(0, 1000)),
  mute: () => {},
  page: (response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html></html>'),
};
const server = createServer((request, response) => {
  const [, id = ''] = request.url?.match(/^\/sub\/policies\/(.*)\.safetensors$/) ?? [];
  const answer = answers[id];
  if (answer) answer(response);
  else response.writeHead(404).end();
});
let base = '';

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/sub/index.html?x=1`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each([
  ['good', file.length],
  ['chunked', null],
] as const)('%s: beside the page, with progress', async (id, total) => {
  const seen: [number, number | null][] = [];
  expect(await loadPolicy(id, base, (...progress) => seen.push(progress))).toEqual(file);
  expect(seen[0]).toEqual([0, total]);
  expect(seen.at(-1)).toEqual([file.length, total]);
  expect(seen.map(([loaded]) => loaded)).toEqual(seen.map(([loaded]) => loaded).toSorted((a, b) => a - b));
});

test.each([
  ['absent', 'policy-missing', 'there is no policy file /sub/policies/absent.safetensors'],
  ['page', 'policy-missing', 'there is no policy file'],
  ['broken', 'policy-unavailable', 'the server answered 503'],
  ['short', 'policy-truncated', 'broke off after 1000 bytes of 200000'],
])('%s: %s', async (id, code, words) => {
  await expect(loadPolicy(id, base, () => {})).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
});

test('without a network the error says so', async () => {
  const unreachable: typeof fetch = () => Promise.reject(new TypeError('fetch failed'));
  await expect(loadPolicy('good', base, () => {}, unreachable)).rejects.toMatchObject({
    code: 'policy-unavailable',
    message: expect.stringContaining('is the network there?'),
  });
});

test.each([
  [
    'half',
    '/sub/policies/half.safetensors: nothing more came within 0.2 s after 1000 bytes of 200000; the network stands still',
  ],
  ['mute', '/sub/policies/mute.safetensors: no answer came within 0.2 s; the network stands still'],
])('a network that stands still is given up: %s', async (id, message) => {
  await expect(loadPolicy(id, base, () => {}, fetch, 200)).rejects.toMatchObject({ code: 'policy-stalled', message });
});
