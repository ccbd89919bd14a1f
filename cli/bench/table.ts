/**
 * @file The bench as text for a terminal: a table of times and one of counts, a row per backend, and notes on each.
 */
import type { BenchReport, BenchRow, GpuTimes, MeasuredRow, MissingRow, Spread } from './row.ts';

interface Column {
  /** Shown above the units. */
  readonly title: string;
  readonly unit: string;
  readonly value: (row: MeasuredRow) => string;
}

const isMissing = (row: BenchRow): row is MissingRow => 'unavailable' in row;
const subject = ({ backend, workers }: BenchRow): string =>
  backend === 'webgpu' ? backend : `${backend}, ${workers} worker${workers === 1 ? '' : 's'}`;

/** Three digits below 100, whole numbers above. */
const number = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
const ranged = ({ median, min, max }: Spread): string => `${number(median)} (${number(min)}-${number(max)})`;
const optional = (value: number | undefined): string => (value === undefined ? '-' : number(value));
const kilobytes = (bytes: number): string => number(bytes / 1000);

const timeColumns: readonly Column[] = [
  { title: 'decode', unit: 'tokens/s', value: (r) => number(r.decodeTokensPerSecond.median) },
  { title: 'train', unit: 'tokens/s', value: (r) => number(r.trainTokensPerSecond.median) },
  { title: 'step', unit: 'ms', value: (r) => ranged(r.milliseconds.step) },
  { title: 'rollout', unit: 'ms', value: (r) => ranged(r.milliseconds.rollout) },
  { title: 'score', unit: 'ms', value: (r) => ranged(r.milliseconds.score) },
  { title: 'update', unit: 'ms', value: (r) => ranged(r.milliseconds.update) },
  { title: 'completions', unit: 'per step', value: (r) => String(r.rows) },
  { title: 'steps', unit: 'measured', value: (r) => String(r.steps) },
];

const countColumns: readonly Column[] = [
  { title: 'decode', unit: 'disp./token', value: (r) => optional(r.gpu?.dispatchesPerDecodeStep) },
  { title: 'a layer', unit: 'disp./token', value: (r) => optional(r.gpu?.dispatchesPerDecodeStepAndLayer) },
  { title: 'prefill', unit: 'disp./rollout', value: (r) => optional(r.gpu?.prefillDispatches) },
  { title: 'merge', unit: 'disp./rollout', value: (r) => optional(r.gpu?.mergeDispatches) },
  { title: 'merge', unit: 'ms', value: (r) => optional(r.gpu?.mergeMilliseconds) },
  { title: 'update', unit: 'dispatches', value: (r) => optional(r.gpu?.dispatchesPerUpdate) },
  { title: 'submits', unit: '/update', value: (r) => optional(r.gpu?.submitsPerUpdate) },
  { title: 'recorded', unit: 'graphs', value: (r) => optional(r.gpu?.capturedGraphs) },
  { title: 'read-backs', unit: '/rollout', value: (r) => optional(r.gpu?.readBacksPerRollout) },
  { title: 'in', unit: 'kB/step', value: (r) => kilobytes(r.bytesUploadedPerStep) },
  { title: 'out', unit: 'kB/step', value: (r) => kilobytes(r.bytesReadPerStep) },
  { title: '|sampler-trainer|', unit: 'nats, max', value: (r) => r.samplerTrainerDifference.max.toExponential(1) },
];

/** Lines of a table; a row without numbers has its reason after its name. */
function lines(columns: readonly Column[], rows: readonly BenchRow[]): string[] {
  const cells = rows.map((row) => (isMissing(row) ? [] : columns.map(({ value }) => value(row))));
  const widths = columns.map(({ title, unit }, i) =>
    Math.max(title.length, unit.length, ...cells.map((row) => row[i]?.length ?? 0)),
  );
  const name = Math.max(...rows.map((row) => subject(row).length));
  const line = (first: string, texts: readonly string[]) =>
    [first.padEnd(name), ...texts.map((text, i) => text.padStart(widths[i] as number))].join('  ');
  return [
    line(
      '',
      columns.map(({ title }) => title),
    ),
    line(
      '',
      columns.map(({ unit }) => unit),
    ),
    ...rows.map((row, i) =>
      isMissing(row) ? `${subject(row).padEnd(name)}  not measured` : line(subject(row), cells[i] as string[]),
    ),
  ];
}

const kernelsText = (kernels: Readonly<Record<string, number>>): string =>
  Object.entries(kernels)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

function note(row: BenchRow): string {
  if (isMissing(row)) return `${subject(row)}: not measured: ${row.unavailable}`;
  const readBacks = row.gpu
    ? `; ${number(row.readBacksPerStep ?? 0)} read-backs a step, ${row.gpu.readBacksWhileDecoding} of them before the last token of the rollout`
    : '';
  const score = row.gpu
    ? `\n  The score is only enqueued: its ${number(row.gpu.scoreMilliseconds)} ms on the device stand in the update.`
    : '';
  const kernels = row.gpu
    ? `\n  Dispatches of a decoding step: ${kernelsText(row.gpu.kernels.decode)}.\n  Of a gradient: ${kernelsText(row.gpu.kernels.gradient)}.`
    : '';
  const times = ({ rollout, update, decodeEnqueued, gradientEnqueued }: GpuTimes) =>
    `rollout ${number(rollout)} ms, update ${number(update)} ms; enqueued a decoding step in ${number(decodeEnqueued)} ms, a gradient in ${number(gradientEnqueued)} ms`;
  const recorded = row.gpu
    ? `\n  One step, graphs recorded: ${times(row.gpu.recorded)}.\n  Not recorded: ${times(row.gpu.plain)}.`
    : '';
  const software = row.softwareAdapter
    ? '\n  This adapter computes on the CPU: its times say nothing about a GPU. Its counts are those of every adapter.'
    : '';
  return `${subject(row)}: ${row.device}; ready in ${number(row.openSeconds)} s${readBacks}${kernels}${score}${recorded}${software}`;
}

export function benchTable({ date, version, machine, preset, policy, rows }: BenchReport): string {
  return [
    `Preset ${preset}, policy ${policy}. Rollout ${version}, ${date}`,
    `${machine.cores} cores, ${machine.cpu}; Node ${machine.node}; ${machine.browser ?? 'no browser'}`,
    '',
    'Time: median (range) over the measured steps',
    ...lines(timeColumns, rows),
    '',
    'Counts: decode a step of all rows, update with its score and gradient; in and out of the runtime, on the CPU in its own memory',
    ...lines(countColumns, rows),
    '',
    ...rows.map(note),
  ].join('\n');
}
