/** @file The report as Markdown: tables of times and ratios, and the conditions they were measured under. */
import { table } from '../../cli/docs/blocks.ts';
import { quantile } from '../../src/lib/statistics.ts';
import { BASE, rowTitles } from '../ids.ts';
import { DISTURBED } from '../measure/repeat.ts';
import { type BenchReport, type Cell, cellOf, type Column, disturbance, rowsWith } from './report.ts';

const time = (x: number): string => (x < 20 ? x.toFixed(1) : Math.round(x).toString());
const factor = (x: number): string => (x < 10 ? x.toFixed(2) : x.toFixed(1));
const percent = (x: number): string => `${(100 * x).toFixed(0)} %`;

const timesOf = (cell: Cell | null): string => (cell ? `${time(cell.best)} / ${time(cell.median)}` : '');

function ratioText(cell: Cell | null): string {
  if (!cell?.ratio) return '';
  const { median, min, max } = cell.ratio;
  if (min === 1 && max === 1) return '1';
  return `${factor(median)} [${factor(min)} - ${factor(max)}]${cell.isTie ? ' =' : ''}`;
}

const titles: Readonly<Record<Column, string>> = {
  train: 'forward + backward',
  trainUpdate: 'with the optimizer',
  sample: 'decoding step, sampled',
  greedy: 'decoding step, greedy',
  step: 'whole step',
  bareStep: 'whole step without the base’s scores',
};

/** A table of these columns: best and median time, and the ratio to the base. */
function timesTable(report: BenchReport, columns: readonly Column[]): string {
  const head = ['engine', ...columns.flatMap((column) => [`${titles[column]}, ms`, 'ratio'])];
  const rows = rowsWith(report, columns).map((id) => {
    const cells = columns.map((column) => cellOf(report, id, column));
    return [rowTitles[id], ...cells.flatMap((cell) => [timesOf(cell), ratioText(cell)])];
  });
  return table(head, rows);
}

function agreementTable({ agreement }: BenchReport): string {
  const names = [...new Set(Object.values(agreement).flatMap(Object.keys))];
  const shown = (x: number | undefined) => (x === undefined ? '' : x === 0 ? '0' : x.toExponential(1));
  const rows = Object.entries(agreement).map(([id, found]) => [
    rowTitles[id as keyof typeof rowTitles],
    ...names.map((name) => shown(found[name])),
  ]);
  return table(['engine', ...names], rows);
}

function openingTable({ openings }: BenchReport): string {
  const commits = [...new Set(openings.map(({ commit }) => commit))];
  const rows = commits.flatMap((commit) =>
    (['cold', 'second'] as const).map((which) => {
      const visits = openings.filter((opening) => opening.commit === commit).map((opening) => opening[which]);
      const spread = (name: 'firstPoint' | 'stepTen') => {
        const seconds = visits.map((visit) => visit[name]);
        return `${Math.min(...seconds).toFixed(1)} / ${quantile(seconds, 0.5).toFixed(1)}`;
      };
      const megabytes = quantile(
        visits.map((visit) => visit.megabytes),
        0.5,
      ).toFixed(2);
      return [commit, which, spread('firstPoint'), spread('stepTen'), megabytes, visits.length];
    }),
  );
  return table(['commit', 'visit', 'first live point, s', 'step 10, s', 'loaded, MB', 'openings'], rows);
}

function conditions(report: BenchReport): string {
  const { machine, version, date, rounds, seed, load } = report;
  const { median, disturbed, repeats, count } = disturbance(report);
  const quiet =
    median === null
      ? 'This system does not say what other processes took.'
      : `In the median measurement other processes took ${percent(median)} of the processors; ${repeats} of ${count} measurements were repeated for that, and ${disturbed} stayed above ${percent(DISTURBED)}. Load average ${load[0].toFixed(2)} at the beginning, ${load[1].toFixed(2)} at the end.`;
  return `Rollout ${version}, ${date.slice(0, 16).replace('T', ' ')} UTC. ${machine.cpu}, ${machine.cores} cores, ${machine.browser ?? 'no browser'}, Node ${machine.node}. ${rounds} interleaved rounds in random order (seed ${seed}). ${quiet}`;
}

const counts = (positions: Readonly<Record<string, number>>): string =>
  Object.entries(positions)
    .map(([graph, count]) => `${graph} ${count}`)
    .join(', ');

function positionsText({ positions: { padded, rollout } }: BenchReport): string {
  return [
    `Forward + backward is the same arithmetic for all: ${padded.train} next-token positions of 64 rows that share no prefix. Rollout fed its graphs ${counts(rollout.train)} positions. All decode ${padded.decode} positions; Rollout fed its graphs ${counts(rollout.decode)}.`,
    `A whole step is one of steps 3 to 9 of the default preset (8 prompts, 8 completions each), from the same adapter, prompts and uniform numbers. The peers pad ${padded.step} positions, as their users would write it; Rollout fed its graphs ${counts(rollout.step)} positions a step, the mean over the steps. All peers score the base; Rollout scores it as often as its run asks for.`,
  ].join('\n\n');
}

const list = (entries: readonly (readonly [string, string])[]): string =>
  entries.map(([id, words]) => `- ${rowTitles[id as keyof typeof rowTitles]}: ${words}`).join('\n');

/** The report without a title. `plot` is the address of its drawing. */
export function markdownOf(report: BenchReport, plot: string): string {
  const missing = Object.entries(report.missing);
  return [
    conditions(report),
    `Times are best / median over the rounds. Ratio: median [range] of the rounds' ratios of time to ${rowTitles[BASE]}; above 1 is slower than Rollout. A ratio marked = is within 25 % of 1 and counts as a tie.`,
    `![Ratios of time to ${rowTitles[BASE]}](${plot})`,
    '## Training',
    timesTable(report, ['train', 'trainUpdate']),
    '## Decoding',
    '64 rows with distinct prompts of one token, 19 steps with a cache; time of one step of all rows.',
    timesTable(report, ['sample', 'greedy']),
    '## A whole step of GRPO, at the start of training',
    timesTable(report, ['step', 'bareStep']),
    positionsText(report),
    ...(report.openings.length > 0
      ? [
          '## Opening',
          'Fresh profile, production build, two workers, Train pressed at once: best / median.',
          openingTable(report),
        ]
      : []),
    '## Cost against batch, length, layers, rank, vocabulary and workers',
    '`npm run bench -- --slopes` measures log-log slopes of Rollout alone.',
    '## Agreement before any timing',
    'Largest differences from Rollout on Node: loss absolute; gradient, update and adapter relative to the largest entry; tokens and rewards as shares that differ.',
    agreementTable(report),
    ...(missing.length > 0 ? ['## Not timed', list(missing)] : []),
    '## Versions',
    list(Object.entries(report.versions)),
  ].join('\n\n');
}
