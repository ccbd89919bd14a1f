/** @file Damaged Parquet files are read in a thread of their own: each ends in a sentence or is read, in bounded time. */
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { UsageError } from '../lib/assert.ts';
import { random } from '../lib/random.ts';
import { createNodeSandbox } from './nodeSandbox.ts';

const good = new Uint8Array(readFileSync('testing/fixtures/gsm8k-form.parquet'));
const sandbox = createNodeSandbox({ silence: 2_000, loading: 60_000, reading: 2_000, threads: 2 });
afterAll(() => sandbox.dispose());

/** The sentence of a refusal, or null for a file that is read. */
async function refusal(bytes: Uint8Array): Promise<string | null> {
  try {
    await sandbox.tryParquet(bytes);
    return null;
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    return cause.message;
  }
}

test('a whole file is read', async () => {
  expect(await refusal(good)).toBeNull();
});

test('a file that sends the reader into a loop without end is given up, and the next is read', async () => {
  const bytes = good.slice();
  // Two bytes of page headers; found by changing bytes at random.
  bytes[148] = 134;
  bytes[376] = 242;
  expect(await refusal(bytes)).toBe('it is no Parquet file that can be read');
  expect(await refusal(good)).toBeNull();
});

test('bytes changed at random end in a sentence or in a file', { timeout: 120_000 }, async () => {
  const refusals: string[] = [];
  for (let i = 0; i < 150; i++) {
    const stream = random('damaged', i);
    const bytes = good.slice();
    for (let change = 0; change < 2; change++) bytes[stream.integer(4, bytes.length - 1)] = stream.integer(0, 255);
    const why = await refusal(bytes);
    if (why !== null) refusals.push(why);
  }
  expect(refusals.length).toBeGreaterThan(20);
  expect(refusals.every((why) => why.includes('it is no Parquet file that can be read'))).toBe(true);
});
