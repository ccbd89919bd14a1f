/** @file The list of stored results names every file of the folder, and refuses one under another name. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { claimsIndex } from './claimsIndex.mjs';

test('claimsIndex names every stored result', () => {
  const stored = readdirSync('public/claims').map((name) => name.replace('.json', ''));
  expect(
    claimsIndex('public/claims')
      .map(({ experiment }) => experiment)
      .sort(),
  ).toEqual(stored.sort());
});

test('claimsIndex refuses a result stored under another name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'claims-'));
  try {
    writeFileSync(join(folder, 'a.json'), JSON.stringify({ experiment: 'b' }));
    expect(() => claimsIndex(folder)).toThrow('a.json holds the result of b');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
