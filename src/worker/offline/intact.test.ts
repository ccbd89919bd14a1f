import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fits, isIntact } from './intact.ts';

const answered = (type: string, body = '<!doctype html>', status = 200) =>
  new Response(body, { status, headers: { 'content-type': type } });
const page = 'text/html; charset=utf-8';

describe('an answer fits the requested path', () => {
  it.each([
    ['assets/a-AAAAAAAA.js', 'text/javascript; charset=utf-8'],
    ['assets/a-AAAAAAAA.js', 'application/javascript'],
    ['assets/a-AAAAAAAA.js', 'application/x-javascript'],
    ['assets/a-AAAAAAAA.css', 'text/css'],
    ['assets/a-AAAAAAAA.wasm', 'application/wasm'],
    ['', page],
    ['recorded/default.json', 'application/json'],
    // Content types of hosts that do not know an ending.
    ['assets/a-AAAAAAAA.wasm', 'application/octet-stream'],
    ['policies/default.safetensors', 'application/octet-stream'],
    ['policies/default.safetensors', ''],
    ['manifest.webmanifest', 'text/plain'],
  ])('"%s" as "%s"', (path, type) => expect(fits(path, answered(type))).toBe(true));

  it.each([
    'assets/a-AAAAAAAA.js',
    'assets/a-AAAAAAAA.css',
    'assets/a-AAAAAAAA.wasm',
    'policies/default.safetensors',
    'recorded/default.json',
    'icons/192.png',
    'manifest.webmanifest',
  ])('a page under the name %s does not', (path) => expect(fits(path, answered(page))).toBe(false));

  it.each([
    ['assets/a-AAAAAAAA.js', 'text/plain'],
    ['assets/a-AAAAAAAA.css', ''],
    ['', 'text/plain'],
    ['constructor', page],
  ])('"%s" as "%s" does not', (path, type) => expect(fits(path, answered(type))).toBe(false));

  it('errors, partial answers and redirects do not', () => {
    expect([404, 206, 500].map((status) => fits('assets/a.js', answered('text/javascript', '', status)))).toEqual([
      false,
      false,
      false,
    ]);
    const redirected = answered('text/javascript');
    Object.defineProperty(redirected, 'redirected', { value: true });
    expect(fits('assets/a.js', redirected)).toBe(false);
  });
});

describe('isIntact', () => {
  const sha256 = { 'assets/a-AAAAAAAA.js': createHash('sha256').update('export {};').digest('base64') };

  it('compares the SHA-256 and leaves the body readable', async () => {
    const right = answered('text/javascript', 'export {};');
    expect(await isIntact('assets/a-AAAAAAAA.js', right, sha256)).toBe(true);
    expect(await right.text()).toBe('export {};');
    expect(await isIntact('assets/a-AAAAAAAA.js', answered('text/javascript', 'export {}'), sha256)).toBe(false);
  });

  it('goes by the content type if the build lists no SHA-256', async () => {
    expect(await isIntact('policies/default.safetensors', answered('application/octet-stream'), sha256)).toBe(true);
    expect(await isIntact('toString', answered('text/plain'), sha256)).toBe(true);
  });
});
