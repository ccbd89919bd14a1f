/**
 * @file `npm run lessons`: trains the runs of the lessons over several seeds and prints each check's answers.
 */
import { settingsProblem } from '../src/app/lessonSettings.ts';
import { groupToShow, updateViewOf } from '../src/app/stores/riverFilm.ts';
import { allLessons } from '../src/lessons/content/index.ts';
import { readLessonFile } from '../src/lessons/file.ts';
import { lessonOf } from '../src/lessons/fromData.ts';
import { type Lesson, type Readings, type RunStep, stepsOf } from '../src/lessons/lesson.ts';
import { trainFlags } from '../src/lessons/storedResult.ts';
import { UsageError } from '../src/lib/assert.ts';
import type { TrainConfig } from '../src/rl/config/config.ts';
import type { LocalTrainer } from '../src/rl/run/localTrainer.ts';
import type { StepReport } from '../src/rl/run/trainer.ts';
import { tasks } from '../src/tasks/index.ts';
import type { Row } from '../src/ui/charts/series.ts';
import type { UpdateView } from '../src/ui/river/view.ts';
import { Refuted, runCommand } from './command.ts';
import { readInput } from './environment.ts';
import { type FlagValues, numeric, optionalText, readFlags } from './flags.ts';
import { createProgress } from './progress.ts';
import { loadRunOrigin, runConfig, runFlags } from './runFlags.ts';
import { type RunSummary, trainRun } from './trainRun.ts';
import type { StepLine } from './trainRequest.ts';

const flags = {
  lesson: optionalText('The lesson.', 'ID', 'all of them'),
  file: optionalText('A lesson file to check and to train instead.', 'FILE', 'the lessons of the page'),
  seeds: numeric('Runs of every step, from seed 1 on; always the same where the step sets its seed.', 5, {
    min: 1,
    max: 20,
    integer: true,
  }),
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

/** The update of the last step as the page looks at it; null where a run has no river. */
async function updateOf(
  trainer: LocalTrainer,
  { groups }: StepReport,
  config: TrainConfig,
): Promise<UpdateView | null> {
  const place = groupToShow(groups, undefined);
  const { prompt, completions } = groups[place] ?? { prompt: '', completions: [] };
  const paths = completions.map(({ tokenIds }) => tokenIds);
  const river = await trainer.river({ prompt, before: true, paths }).catch(() => null);
  return river && updateViewOf(river, groups, place, { config, isSingle: true });
}

/** The readings of a step's run; null if nothing could be read. */
async function readingsOf(step: RunStep, seed: number): Promise<Readings | null> {
  const words = new URLSearchParams(step.words);
  if (!words.has('seed')) words.set('seed', String(seed));
  // `runConfig` makes no evaluation during a run.
  words.delete('eval_every');
  const values = readFlags({ name: 'lessons', summary: '', flags: runFlags }, trainFlags(words));
  const policy = await loadRunOrigin(values);
  const config = runConfig(values, policy.checkpoint.manifest.id);
  const rows: Row[] = [];
  let update: UpdateView | null = null;
  const progress = createProgress(`${step.name}, seed ${config.seed}`, stepsOf(step));
  const { summary } = await trainRun(
    {
      preset: values.preset,
      config,
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
      async end(trainer, last) {
        if (step.readsUpdate) update = await updateOf(trainer, last, config);
      },
    },
  );
  progress.finish();
  return step.measure(ended(rows, summary), update);
}

/** The answers of a lesson's checks for one seed, by step. */
async function answersOf(lesson: Lesson, seed: number): Promise<ReadonlyMap<string, string | null>> {
  const answers = new Map<string, string | null>();
  const earlier: Record<string, Readings> = {};
  for (const step of lesson.steps) {
    if (step.kind === 'read') continue;
    const readings = await readingsOf(step, seed);
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

/** The lesson of a file. UsageError that names the file and the field. */
function lessonOfFile(path: string): Lesson {
  const text = new TextDecoder().decode(readInput('--file', path));
  try {
    const { id, data } = readLessonFile(text, (settings) => settingsProblem(settings, tasks));
    return lessonOf(id, data);
  } catch (cause) {
    if (cause instanceof UsageError) throw new UsageError(`--file ${path}: ${cause.message}`, { cause });
    throw cause;
  }
}

function chosenLessons({ lesson: wanted, file }: Pick<FlagValues<typeof flags>, 'lesson' | 'file'>): readonly Lesson[] {
  if (file !== undefined) return [lessonOfFile(file)];
  const chosen = allLessons.filter(({ id }) => wanted === undefined || id === wanted);
  if (chosen.length === 0)
    throw new UsageError(
      `--lesson: there is no "${wanted}"; choose one of ${allLessons.map(({ id }) => id).join(', ')}`,
    );
  return chosen;
}

async function lessons({ seeds, ...which }: FlagValues<typeof flags>): Promise<void> {
  const chosen = chosenLessons(which);
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
