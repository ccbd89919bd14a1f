/**
 * @file `npm run claims`: runs the arms of a claim over seeds and bases, prints table and verdict, and stores the
 * result; or lists the atlas.
 */
import { availableParallelism } from 'node:os';
import { UsageError } from '../src/lib/assert.ts';
import { mean } from '../src/lib/statistics.ts';
import type { Experiment } from './claims/experiment.ts';
import { listing, listText } from './claims/list.ts';
import { paperExperiment, paperExperiments } from './claims/papers/index.ts';
import { suites } from './claims/objectives.ts';
import { sweepRuns } from './claims/pilot.ts';
import { presetExperiments } from './claims/presets.ts';
import { judgedAgain, runExperiment } from './claims/harness.ts';
import { resultPath, storedResult } from './claims/stored.ts';
import { claimTable } from './claims/table.ts';
import { runCommand } from './command.ts';
import { type FlagValues, numeric, optionalNumber, optionalText, toggle } from './flags.ts';
import { writeWhole } from './output.ts';
import { createProgress } from './progress.ts';

const flags = {
  paper: optionalNumber('Number of a paper in the atlas.', 'none', { min: 1, max: 94, integer: true }),
  preset: optionalText(
    `A preset: ${presetExperiments.map(({ id }) => id).join(', ')}.`,
    'NAME',
    'default, where no paper is given',
  ),
  suite: optionalText(`A comparison of many: ${suites.map(({ id }) => id).join(', ')}.`, 'NAME', 'none'),
  list: toggle(
    'Lists the 94 papers with their status, and date, commit and weights of every stored result; runs nothing.',
  ),
  judge: toggle(
    'Computes means, intervals and rules of what is stored again from the runs stored in it, of all results where none is named; runs nothing.',
  ),
  seeds: optionalNumber('RL seeds 1 to N from each base.', '3, or as many as the pilot asks for, up to 10', {
    min: 2,
    max: 100,
    integer: true,
  }),
  pilot: numeric(
    'Seeds of the pilot, from 101: preconditions are judged on them and the number of seeds follows; 0 for none.',
    0,
    { min: 0, max: 10, integer: true },
  ),
  sweep: toggle('Chooses the learning rate of each arm on seed 101 first, among those of the claim.'),
  firstSeed: { ...numeric('First RL seed.', 1, { min: 0, max: 1_000_000, integer: true }), name: 'first_seed' },
  parallel: {
    ...numeric('Runs at the same time.', availableParallelism(), { min: 1, max: 64, integer: true }),
    fallbackNote: 'one a core',
  },
  json: optionalText('Where the result, or the list, goes.', 'FILE.json', 'public/claims/ for a result'),
};

type Values = FlagValues<typeof flags>;

function chosen({ paper, preset, suite }: Values): Experiment {
  if ([paper, preset, suite].filter((given) => given !== undefined).length > 1)
    throw new UsageError('--paper, --preset and --suite: only one of them can be run at a time');
  if (suite !== undefined) {
    const wanted = suites.find(({ id }) => id === suite);
    if (!wanted)
      throw new UsageError(`--suite: there is no "${suite}"; choose one of ${suites.map(({ id }) => id).join(', ')}`);
    return wanted;
  }
  if (paper !== undefined) return paperExperiment(paper);
  const experiment = presetExperiments.find(({ id }) => id === (preset ?? 'default'));
  if (!experiment)
    throw new UsageError(
      `--preset: there is no claim "${preset}"; choose one of ${presetExperiments.map(({ id }) => id).join(', ')}`,
    );
  return experiment;
}

const writeJson = (path: string, value: unknown): void =>
  writeWhole('--json', path, new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`));

function list({ json }: Values): void {
  const all = listing();
  process.stdout.write(`${listText(all)}\n`);
  if (json !== undefined) writeJson(json, all);
}

/** Judges stored results again. Throws UsageError if the named one is not stored. */
async function judge(values: Values): Promise<void> {
  const isNamed = [values.paper, values.preset, values.suite].some((name) => name !== undefined);
  for (const experiment of isNamed ? [chosen(values)] : [...presetExperiments, ...suites, ...paperExperiments]) {
    const stored = storedResult(experiment.id);
    if (!stored && isNamed) throw new UsageError(`--judge: no result of ${experiment.id} is stored`);
    if (!stored) continue;
    const result = await judgedAgain(experiment, stored);
    writeJson(resultPath(experiment.id), result);
    process.stdout.write(`${experiment.id}: ${stored.verdict} -> ${result.verdict}\n`);
  }
}

/** Runs of the claim at the asked seeds, with their time by the stored result, before any starts. */
function plannedWords(experiment: Experiment, { seeds = 3, pilot, sweep, parallel }: Values): string {
  const each = experiment.policies.length * experiment.arms.length;
  const runs = each * (seeds + pilot) + (sweep ? sweepRuns(experiment).length : 0);
  const stored = storedResult(experiment.id)?.runs.map(({ summary }) => summary.seconds) ?? [];
  const time =
    stored.length === 0
      ? ''
      : `, about ${Math.ceil((runs * mean(stored)) / parallel / 60)} min by the stored result, ${parallel} at a time`;
  return `${experiment.id}: ${runs} runs${time}`;
}

/** The command that makes the same result. */
function commandOf({ suite, seeds, firstSeed, pilot, sweep }: Values, { id, paper }: Experiment): string {
  const what = suite !== undefined ? `--suite ${id}` : paper === undefined ? `--preset ${id}` : `--paper ${paper}`;
  return [
    `npm run claims -- ${what}`,
    ...(seeds === undefined ? [] : [`--seeds ${seeds}`]),
    ...(firstSeed === 1 ? [] : [`--first_seed ${firstSeed}`]),
    ...(pilot === 0 ? [] : [`--pilot ${pilot}`]),
    ...(sweep ? ['--sweep'] : []),
  ].join(' ');
}

async function claims(values: Values): Promise<void> {
  if (values.list) return list(values);
  if (values.judge) return judge(values);
  const experiment = chosen(values);
  const seeds =
    values.seeds === undefined ? undefined : Array.from({ length: values.seeds }, (_, i) => values.firstSeed + i);
  if (values.sweep && !experiment.sweep)
    throw new UsageError(`--sweep: ${experiment.id} names no learning rates to try`);
  process.stdout.write(`${plannedWords(experiment, values)}\n`);
  let progress: ReturnType<typeof createProgress> | undefined;
  const result = await runExperiment(experiment, {
    ...(seeds ? { seeds } : {}),
    pilotSeeds: values.pilot,
    sweep: values.sweep,
    parallel: values.parallel,
    command: commandOf(values, experiment),
    onRun(done, total, run) {
      progress = done === 1 ? createProgress(`claim ${experiment.id}`, total) : progress;
      progress?.update(done, `${run.policy} ${run.arm.id} seed ${run.seed}`);
      if (done === total) progress?.finish();
    },
  });
  process.stdout.write(`${claimTable(experiment, result)}\n`);
  const path = values.json ?? resultPath(experiment.id);
  writeJson(path, result);
  process.stdout.write(`stored in ${path}\n`);
  if (result.verdict !== 'shown') process.exitCode = 1;
}

await runCommand(
  {
    name: 'claims',
    summary:
      'Tests a claim: its arms from every base over several seeds, with intervals and controls; or lists the atlas.',
    flags,
  },
  claims,
);
