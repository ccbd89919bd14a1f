/** @file `npm run claims`: runs the arms of a claim over seeds and bases, prints the table and the verdict, stores the result. */
import { availableParallelism } from 'node:os';
import { UsageError } from '../src/lib/assert.ts';
import { suites } from './claims/arms.ts';
import { runSuite } from './claims/suite.ts';
import { claimTable } from './claims/table.ts';
import { runCommand } from './command.ts';
import { type FlagValues, numeric, optionalText, text } from './flags.ts';
import { writeWhole } from './output.ts';
import { createProgress } from './progress.ts';

const flags = {
  preset: text(`The claim: ${suites.map(({ id }) => id).join(', ')}.`, 'NAME', 'default'),
  seeds: numeric('RL seeds 1 to N from each base.', 3, { min: 2, max: 100, integer: true }),
  firstSeed: { ...numeric('First RL seed.', 1, { min: 0, max: 1_000_000, integer: true }), name: 'first_seed' },
  parallel: numeric('Runs at the same time.', availableParallelism(), { min: 1, max: 64, integer: true }),
  json: optionalText('Writes the whole result.', 'FILE.json'),
};

async function claims(values: FlagValues<typeof flags>): Promise<void> {
  const suite = suites.find(({ id }) => id === values.preset);
  if (!suite) throw new UsageError(`--preset: there is no claim "${values.preset}"; choose one of ${suites.map(({ id }) => id).join(', ')}`);
  const seeds = Array.from({ length: values.seeds }, (_, i) => values.firstSeed + i);
  const command = `npm run claims -- --preset ${suite.id} --seeds ${values.seeds} --first_seed ${values.firstSeed}`;
  const progress = createProgress(`claim ${suite.id}`, suite.policies.length * suite.arms.length * seeds.length);
  const result = await runSuite(suite, {
    seeds, parallel: values.parallel, command,
    onRun: (done, _total, run) => progress.update(done, `${run.policy} ${run.arm.id} seed ${run.seed}`),
  });
  progress.finish();
  process.stdout.write(`${claimTable(suite, result.runs)}\n`);
  for (const { rule, holds } of result.checks) process.stdout.write(`${holds ? 'holds ' : 'FAILS '} ${rule}\n`);
  if (values.json !== undefined) writeWhole('--json', values.json, new TextEncoder().encode(`${JSON.stringify(result, null, 1)}\n`));
  if (result.checks.some(({ holds }) => !holds)) process.exitCode = 1;
}

await runCommand({ name: 'claims', summary: 'Tests a claim: its arms from every base over several seeds, with intervals and controls.', flags }, claims);
