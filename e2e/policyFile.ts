/** @file Policy files for stories of failure: the served file, damaged in realistic ways. */
import type { Page } from '@playwright/test';
import { present } from '../src/lib/assert.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../src/policy/checkpoint.ts';

/** The policy file that the page at this address would load. */
export async function servedPolicy(baseUrl: string): Promise<Buffer> {
  const response = await fetch(new URL('policies/default.safetensors', baseUrl));
  return Buffer.from(await response.arrayBuffer());
}

/** Serves these bytes instead, once or always. */
export async function servePolicy(page: Page, body: Buffer, times?: number): Promise<void> {
  await page.route(
    '**/policies/default.safetensors',
    (route) => route.fulfill({ body, contentType: 'application/octet-stream' }),
    times === undefined ? {} : { times },
  );
}

/** With one byte of its weights changed. */
export function altered(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  const place = copy.length - 1000;
  copy[place] = 255 - present(copy[place], 'a byte');
  return copy;
}

/**
 * A valid file, with the right hash, of a policy whose logits are about 1e38: divided by a temperature well below 1
 * they overflow a float.
 */
export function overflowing(file: Buffer): Buffer {
  const { manifest, weights, ...rest } = decodeCheckpoint(file);
  const norm = present(weights.get('norm'), 'the weight norm');
  if (norm.kind !== 'dense') throw new Error('the last norm is not dense');
  const scaled = new Map(weights).set('norm', { ...norm, data: norm.data.map((gain) => gain * 2e36) });
  const { id, title, date, mixture, pretraining, accuracies } = manifest;
  return Buffer.from(
    encodeCheckpoint({ ...rest, weights: scaled }, { id, title, date, mixture, pretraining, accuracies }),
  );
}
