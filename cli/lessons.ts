/**
 * @file `npm run lessons`: trains the runs of the lessons over several seeds and prints each check's answers.
 */
import { allLessons } from '../src/lessons/content/index.ts';
import { type Lesson, type Readings, type RunStep, stepsOf } from '../src/lessons/lesson.ts';
import { trainFlags } from '../src/lessons/storedResult.ts';
import { UsageError } from '../src/lib/assert.ts';
import type { Row } from '../src/ui/charts/series.ts';
import { Refuted, runCommand } from './command.ts';
import { type FlagValues, numeric, optionalText, readFlags } from './flags.ts';
import { createProgress } from './progress.ts';
import { loadRunOrigin, runConfig, runFlags } from './runFlags.ts';
import { type RunSummary, trainRun } from './trainRun.ts';
import type { StepLine } from './trainRequest.ts';

const flags = {
  lesson: optionalText('The lesson.', 'ID', 'all of them'),
  seeds: numeric('Runs of every step, from seed 1 on.', 5, { min: 1, max: 20, integer: true }),
};

/** A lesson's check does not use held-out problems; the smallest allowed number. */
const FEWEST = 8;

/** A step as a row of the page's history, where the first step is 1. */
function rowOf({ step, ...metrics }: StepLine): Row {
  const values = Object.fromEntries(
    Object.entries(metrics).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
    ),
  );
  return { step: step + 1, values, ranges: {} };
}

/** The history with the exact read-out at its end, if the task has one. */
function ended(rows: readonly Row[], { finalExact: exact }: RunSummary): readonly Row[] {
  const last = rows.at(-1);
  return !exact || !last
    ? rows
    : rows.with(-1, {
        ...last,
        values: { ...last.values, 'exact/gap': exact.gapClosed, 'exact/distance': exact.totalVariation },
      });
}

async function historyOf(step: RunStep, seed: number): Promise<readonly Row[]> {
  const values = readFlags({ name: 'lessons', summary: '', flags: runFlags }, [
    ...trainFlags(new URLSearchParams(step.words)),
    '--seed',
    String(seed),
  ]);
  const policy = await loadRunOrigin(values);
  const rows: Row[] = [];
  const progress = createProgress(`${step.name}, seed ${seed}`, stepsOf(step));
  const { summary } = await trainRun(
    {
      preset: values.preset,
      config: runConfig(values, policy.checkpoint.manifest.id),
      policy,
      backend: 'node',
      workers: 1,
      evalProblems: FEWEST,
      evalSamples: 1,
    },
    {
      step: (line) => {
        rows.push(rowOf(line));
        progress.update(rows.length);
      },
    },
  );
  progress.finish();
  return ended(rows, summary);
}

/** The answers of a lesson's checks for one seed, by step. */
async function answersOf(lesson: Lesson, seed: number): Promise<ReadonlyMap<string, string | null>> {
  const answers = new Map<string, string | null>();
  const earlier: Record<string, Readings> = {};
  for (const step of lesson.steps) {
    if (step.kind === 'read') continue;
    const readings = step.measure(await historyOf(step, seed));
    if (!readings) throw new UsageError(`lesson ${lesson.id}: its step ${step.id} could read nothing off a whole run`);
    earlier[step.id] = readings;
    const { answer, measured } = step.judge(readings, earlier);
    answers.set(step.id, answer);
    process.stdout.write(`${lesson.id} / ${step.id}, seed ${seed}: ${answer ?? 'no clear answer'}. ${measured}\n`);
  }
  return answers;
}

/** One line per step: the count of each answer. */
function counted(answers: readonly (string | null)[]): string {
  const kinds = [...new Set(answers)];
  return kinds
    .map(
      (kind) =>
        `${kind ?? 'no clear answer'} ${answers.filter((answer) => answer === kind).length} of ${answers.length}`,
    )
    .join(', ');
}

async function lessons({ lesson: wanted, seeds }: FlagValues<typeof flags>): Promise<void> {
  const chosen = allLessons.filter(({ id }) => wanted === undefined || id === wanted);
  if (chosen.length === 0)
    throw new UsageError(
      `--lesson: there is no "${wanted}"; choose one of ${allLessons.map(({ id }) => id).join(', ')}`,
    );
  const lines: string[] = [];
  const unsure: string[] = [];
  for (const lesson of chosen) {
    const bySeed: ReadonlyMap<string, string | null>[] = [];
    for (let seed = 1; seed <= seeds; seed++) bySeed.push(await answersOf(lesson, seed));
    for (const { kind, id } of lesson.steps) {
      if (kind === 'read') continue;
      const answers = bySeed.map((answer) => answer.get(id) ?? null);
      lines.push(`${`${lesson.id} / ${id}`.padEnd(24)} ${counted(answers)}`);
      if (new Set(answers).size > 1) unsure.push(`${lesson.id} / ${id}`);
    }
  }
  process.stdout.write(`\n${lines.join('\n')}\n`);
  if (unsure.length > 0)
    throw new Refuted(`${unsure.length} of ${lines.length} answers depend on the seed: ${unsure.join(', ')}`);
}

await runCommand(
  {
    name: 'lessons',
    summary: 'Trains the runs of the lessons over several seeds, and fails where their answers differ.',
    flags,
  },
  lessons,
);
