/** @file `npm run bench:peers`: Rollout beside PyTorch, jax-js, TensorFlow.js and transformers.js on the same work. */
import { z } from 'zod';
import { runCommand } from '../cli/command.ts';
import { type Flag, type FlagValues, numeric, optionalText, text } from '../cli/flags.ts';
import { type RowId, rowIds } from './ids.ts';

const rowList: Flag<readonly RowId[]> = {
  summary: 'Rows to measure; ratios need rollout-wasm-2.',
  placeholder: 'LIST',
  fallbackNote: 'all',
  absent: rowIds,
  schema: z
    .string()
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(rowIds, { error: `names from ${rowIds.join(', ')} are needed, with commas between them` }))),
};

const flags = {
  rows: rowList,
  rounds: numeric('Interleaved rounds; each measures every row once.', 6, { min: 1, max: 100, integer: true }),
  seed: numeric('Of the order within the rounds.', 1, { min: 0, max: 2 ** 31 - 1, integer: true }),
  repeats: numeric('Most repeats of a measurement that other processes disturbed.', 2, {
    min: 0,
    max: 20,
    integer: true,
  }),
  openings: numeric('Times that the production build is opened in a fresh browser profile; 0 for none.', 3, {
    min: 0,
    max: 100,
    integer: true,
  }),
  against: optionalText('Also opens the build of this commit, in every round.', 'COMMIT', 'this checkout alone'),
  out: text('Where latest.json, latest.md and latest.svg go, and copies named by date.', 'FOLDER', 'bench/results'),
};

async function main({ rows, rounds, seed, repeats, openings, against, out }: FlagValues<typeof flags>): Promise<void> {
  // Imported here: the documentation lists this command without a browser or a bundler.
  const { installPeers, buildSite } = await import('./setup.ts');
  const { compare, progressOf } = await import('./compare.ts');
  const { writeReport } = await import('./report/write.ts');
  installPeers();
  process.stderr.write('building the pages and the work ...\n');
  await buildSite();
  const report = await compare({ rows, rounds, seed, mostRepeats: repeats });
  if (openings > 0) {
    const { runOpenings } = await import('./openings.ts');
    const extent = { rounds: openings, seed, mostRepeats: repeats, against };
    report.openings = await runOpenings(extent, progressOf('openings'));
  }
  process.stdout.write(writeReport(report, out));
}

await runCommand(
  {
    name: 'bench:peers',
    summary:
      'Measures Rollout beside PyTorch, jax-js, TensorFlow.js and transformers.js on the same work, after they agreed on its numbers.',
    flags,
  },
  main,
);
