/** @file Named arrays and facts as two files, `work.json` and `work.bin`, which engines in any language can read. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Writes both files into a folder; arrays lie end to end, little-endian, each of 4-byte numbers. */
export function writeWork(folder: string, facts: object, arrays: Readonly<Record<string, Numbers>>): void {
  let offset = 0;
  const index: Record<string, { dtype: string; shape: readonly number[]; offset: number }> = {};
  const parts: Uint8Array[] = [];
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    index[name] = { dtype: data instanceof Int32Array ? 'int32' : 'float32', shape, offset };
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    offset += data.byteLength;
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'work.json'), JSON.stringify({ ...facts, arrays: index }));
  writeFileSync(join(folder, 'work.bin'), Buffer.concat(parts));
}
