/** @file A profile as text for a terminal. */
import { padTable } from '../text.ts';
import type { KernelGroup } from './groups.ts';
import type { BackendProfile, GraphProfile } from './summary.ts';

/** Operators listed of each graph. */
const LISTED = 10;

const digits = (value: number, count = 3): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(count)));
const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
/** GFLOP/s of work that takes these milliseconds. */
const speed = (gflop: number, milliseconds: number | null): string =>
  gflop > 0 && milliseconds ? digits((1000 * gflop) / milliseconds) : '-';
const ratio = (time: number, bound: number | null): string => (bound ? (time / bound).toFixed(2) : '-');
const optional = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : digits(value);

const ofGraph = ({ milliseconds, ...graph }: GraphProfile, step: number): string[] => [
  graph.name,
  digits(graph.runsPerStep),
  digits(milliseconds),
  share(graph.stepMilliseconds, step),
  digits(graph.gflop),
  speed(graph.gflop, milliseconds),
  speed(graph.gflop, graph.plainMilliseconds),
  optional(graph.plainMilliseconds),
  ratio(milliseconds, graph.plainMilliseconds),
  share(graph.transferMilliseconds, milliseconds),
  share(graph.overheadMilliseconds, milliseconds),
  String(graph.nodes),
  String(graph.kernels),
  digits(graph.bytes / 1000),
];

const ofGroup = (group: KernelGroup, { milliseconds }: GraphProfile): string[] => [
  group.name,
  String(group.calls),
  digits(group.milliseconds),
  share(group.milliseconds, milliseconds),
  group.gflop > 0 ? digits(group.gflop) : '-',
  speed(group.gflop, group.milliseconds),
  speed(group.gflop, group.plainMilliseconds),
  ratio(group.milliseconds, group.plainMilliseconds),
];

const ofPositions = ({ needed, ...graph }: GraphProfile): string[] => [
  graph.name,
  digits(graph.positionsPerStep),
  optional(needed?.rows),
  optional(needed?.distinct),
  ratio(graph.positionsPerStep, needed?.rows ?? null),
  ratio(graph.positionsPerStep, needed?.distinct ?? null),
];

const graphHead = [
  'graph',
  'runs/step',
  'ms/run',
  'of step',
  'GFLOP',
  'GFLOP/s',
  'plain',
  'plain ms',
  'ms/plain',
  'in, out',
  'session',
  'nodes',
  'kernels',
  'kB',
];
const groupHead = ['', 'calls', 'ms', 'of run', 'GFLOP', 'GFLOP/s', 'plain', 'ratio'];
const positionHead = [
  'positions/step',
  'computed',
  'without padding',
  'each prefix once',
  'computed/those',
  'computed/these',
];

const sectionOf = (graph: GraphProfile): string[] => [
  '',
  `${graph.name}: a run by kind of kernel, and the longest operators`,
  ...padTable([
    groupHead,
    ...graph.kinds.map((group) => ofGroup(group, graph)),
    ...graph.operators.slice(0, LISTED).map((group) => ofGroup({ ...group, name: `  ${group.name}` }, graph)),
  ]),
];

export function profileText(profile: BackendProfile): string {
  const { backend, steps, graphs, stepMilliseconds: step } = profile;
  const place = backend === 'wasm' ? 'wasm in Node' : backend;
  const partsTotal = profile.step.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [
    `${place}, 1 worker: ${digits(step)} ms of the processor a step (mean of ${steps}), ${digits(profile.wallMilliseconds)} on the wall; copies outside runs ${share(profile.copyMilliseconds, step)}, other JavaScript ${share(profile.scriptMilliseconds, step)}`,
    ...padTable([graphHead, ...graphs.map((graph) => ofGraph(graph, step))]),
    '',
    ...padTable([positionHead, ...graphs.filter(({ needed }) => needed).map(ofPositions)]),
    ...padTable([
      ['step by kind of work', 'ms', 'share'],
      ...profile.step.map(({ name, milliseconds }) => [name, digits(milliseconds), share(milliseconds, partsTotal)]),
    ]),
    ...graphs.flatMap(sectionOf),
    '',
    ...padTable([
      ['JavaScript by file', 'ms/step on the wall'],
      ...profile.script.slice(0, LISTED).map(({ name, milliseconds }) => [name, digits(milliseconds)]),
      ['all', digits(profile.script.reduce((sum, { milliseconds }) => sum + milliseconds, 0))],
    ]),
    '',
    'plain: a model that only multiplies float32 matrices of these shapes, with constant weights where the graph has them, in turns with the steps.',
    `Runs are in time of the processor; times are means of the fastest quarter; kernels come from ONNX Runtime's profiler, each less the ${profile.profilerMicroseconds.toFixed(2)} us that it takes for one which does nothing.`,
    'in, out: conversions around the session. session: the rest of a run, which allocates and dispatches; below 0, the profiler slowed the kernels.',
  ].join('\n');
}
