/** @file `npm run docs`: writes the generated parts of docs/ from the code and from stored results. */
import { writeFileSync } from 'node:fs';
import { UsageError } from '../src/lib/assert.ts';
import { elsewhere } from '../src/lessons/atlasSources.ts';
import { algorithmById, algorithms } from '../src/rl/papers/index.ts';
import { Refuted, runCommand } from './command.ts';
import { allCommands, docsCommand } from './docs/commands.ts';
import { curvesPath, curvesText, recordCurves } from './docs/curves.ts';
import { madeFiles, staleFiles } from './docs/pages.ts';
import type { FlagValues } from './flags.ts';
import { createProgress } from './progress.ts';

/** Trains the algorithms and stores each curve as soon as it is recorded. */
async function train(ids: readonly string[]): Promise<void> {
  const progress = createProgress('curves', ids.length);
  await recordCurves(ids, (record, id, done) => {
    writeFileSync(curvesPath, curvesText(record));
    progress.update(done, id);
  });
  progress.finish();
}

async function docs({ check, curves, algorithm }: FlagValues<typeof docsCommand.flags>): Promise<void> {
  const named = algorithm === undefined ? algorithms : [algorithmById(algorithm)];
  const able = named.filter(({ id }) => !elsewhere.includes(id));
  if (curves && able.length === 0)
    throw new UsageError(`--algorithm: ${algorithm} cannot learn the default task, of which the curves are`);
  if (curves) await train(able.map(({ id }) => id));
  const stale = staleFiles(madeFiles(await allCommands()));
  if (check && stale.length > 0)
    throw new Refuted(`npm run docs would change ${stale.map(({ path }) => path).join(', ')}`);
  for (const { path, text } of stale) {
    writeFileSync(path, text);
    process.stdout.write(`${path}\n`);
  }
}

await runCommand(docsCommand, docs);
