/**
 * @file `npm run goldens`: trains every case on both runtimes and writes the file that `goldens.test.ts` compares with.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { backends } from '../../cli/environment.ts';
import { arithmeticFingerprint, arithmeticModel, modelFile } from './arithmetic.ts';
import { cases } from './cases.ts';
import { goldenOf, record } from './record.ts';

if (!existsSync(modelFile)) writeFileSync(modelFile, arithmeticModel());
for (const backend of backends) {
  const runs: Record<string, unknown> = {};
  for (const [name, config] of Object.entries(cases)) {
    runs[name] = goldenOf(await record(backend, config));
    console.log(`${backend}: ${name}`);
  }
  const head = backend === 'node' ? { arithmetic: await arithmeticFingerprint() } : {};
  writeFileSync(new URL(`${backend}.json`, import.meta.url), `${JSON.stringify({ ...head, runs }, null, 1)}\n`);
}
