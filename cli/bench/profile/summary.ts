/** @file The profile of a backend as data, from its measured steps. */
import { mean } from '../../../src/lib/statistics.ts';
import { undisturbed } from '../clock.ts';
import type { Collected } from './collect.ts';
import { grouped, groupsBy, type KernelGroup, settledKernels, settledMean, sum } from './groups.ts';
import { type Kind, kindOf, kinds } from './kinds.ts';
import { type Needed, neededPositions, type NeededPositions } from './positions.ts';
import type { ScriptTime } from './script.ts';
import type { ProfiledBackend } from './watch.ts';

export interface GraphProfile {
  readonly name: string;
  /** Nodes of the compiled graph, and kernels that the runtime makes of them. */
  readonly nodes: number;
  readonly kernels: number;
  readonly bytes: number;
  readonly runsPerStep: number;
  readonly positionsPerStep: number;
  /** All runs of a step, in the unit of the whole step. */
  readonly stepMilliseconds: number;
  /** Positions that the step needs of this graph; null for a graph without tokens. */
  readonly needed: Needed | null;
  /** A run without the profiler, mean in time of the processor: feeds in, kernels, outputs out. */
  readonly milliseconds: number;
  /** Parts of it: kernels; copies and conversions around the session; the session's own work. */
  readonly kernelMilliseconds: number;
  readonly transferMilliseconds: number;
  readonly overheadMilliseconds: number;
  readonly gflop: number;
  readonly plainMilliseconds: number | null;
  readonly kinds: readonly KernelGroup[];
  /** By operator and shapes, the longest first. */
  readonly operators: readonly KernelGroup[];
}

export interface BackendProfile {
  readonly backend: ProfiledBackend;
  readonly steps: number;
  /** Mean step with one lane: of the processor, and on the wall. */
  readonly stepMilliseconds: number;
  readonly wallMilliseconds: number;
  /** Per step: copies between arrays and tensors outside the runs, and all other code of ours. */
  readonly copyMilliseconds: number;
  readonly scriptMilliseconds: number;
  /** The same code by file, sampled on further steps, on the wall. */
  readonly script: readonly ScriptTime[];
  /** The time that the profiler adds to a kernel, already subtracted everywhere. */
  readonly profilerMicroseconds: number;
  readonly graphs: readonly GraphProfile[];
  /** Milliseconds of a step over all graphs: of each kind of kernel, then of everything between the kernels. */
  readonly step: readonly { readonly name: string; readonly milliseconds: number }[];
}

/** Time of a kernel that does nothing: a plain model reshapes each of its sums, single numbers. */
const profilerTime = (plain: Collected['plain']): number =>
  undisturbed(
    plain
      .flat()
      .flatMap(({ runs }) =>
        runs.map(({ kernels }) =>
          undisturbed(kernels.filter(({ op }) => op === 'Reshape').map(({ microseconds }) => microseconds)),
        ),
      ),
  );

/** Microseconds of each product at best, by `productKey`; null without plain models. */
function plainTimes(found: Collected['plain'][number], profiler: number): Map<string, number> | null {
  if (found.length === 0) return null;
  const calls = found.flatMap(({ model, runs }) => runs.flatMap((run) => [...model.microseconds(run)]));
  const byKey = grouped(calls, ([key]) => key);
  return new Map(
    [...byKey].map(([key, all]) => [key, Math.max(0, undisturbed(all.flatMap(([, times]) => times)) - profiler)]),
  );
}

const neededBy = (name: string, needed: NeededPositions): Needed | null =>
  name === 'prefill' || name === 'decode' ? needed[name] : needed.learn;

function graphProfile(collected: Collected, i: number, profiler: number, needed: NeededPositions): GraphProfile | null {
  const session = collected.sessions[i];
  const runs = collected.runs[i] ?? [];
  const traced = collected.traced[i] ?? [];
  if (!session || runs.length === 0 || traced.length === 0) return null;
  const steps = collected.steps.length;
  const kernels = settledKernels(
    traced.map(({ run }) => run),
    session.isConstant,
    profiler,
  );
  const plain = plainTimes(collected.plain[i] ?? [], profiler);
  const byKind = groupsBy(kernels, (kernel) => kindOf(kernel, kernel.product), plain, traced.length);
  // Runs of different sizes are settled apart.
  const settledRuns = (values: readonly number[]) =>
    settledMean(
      values,
      runs.slice(0, values.length).map((run) => run.positions),
    );
  const milliseconds = settledRuns(runs.map((run) => run.processor));
  const kernelMilliseconds = sum(byKind, (group) => group.milliseconds);
  const transferMilliseconds = settledRuns(traced.map((one) => one.milliseconds - one.run.microseconds / 1000));
  const positions = runs.reduce((total, run) => total + run.positions, 0);
  return {
    name: session.name,
    nodes: session.nodes,
    kernels: kernels.length / traced.length,
    bytes: session.bytes,
    runsPerStep: runs.length / steps,
    positionsPerStep: positions / steps,
    stepMilliseconds: runs.reduce((total, run) => total + run.processor, 0) / steps,
    needed: positions > 0 ? neededBy(session.name, needed) : null,
    milliseconds,
    kernelMilliseconds,
    transferMilliseconds,
    overheadMilliseconds: milliseconds - kernelMilliseconds - transferMilliseconds,
    gflop: sum(byKind, (group) => group.gflop),
    plainMilliseconds: plain && sum(byKind, (group) => group.plainMilliseconds),
    kinds: kinds.flatMap((kind: Kind) => byKind.find(({ name }) => name === kind) ?? []),
    operators: groupsBy(kernels, ({ label }) => label, plain, traced.length),
  };
}

/** Means over the steps. */
function meanNeeded(all: readonly NeededPositions[]): NeededPositions {
  const of = (part: keyof NeededPositions): Needed => ({
    rows: mean(all.map((needed) => needed[part].rows)),
    distinct: mean(all.map((needed) => needed[part].distinct)),
  });
  return { prefill: of('prefill'), decode: of('decode'), learn: of('learn') };
}

/** The parts of a step, by kind of kernel over all graphs. */
function stepParts(graphs: readonly GraphProfile[], copying: number, script: number): BackendProfile['step'] {
  const perStep = (of: (graph: GraphProfile) => number): number =>
    graphs.reduce((total, graph) => total + graph.runsPerStep * of(graph), 0);
  const inKind = (kind: Kind) => (graph: GraphProfile) =>
    graph.kinds.find(({ name }) => name === kind)?.milliseconds ?? 0;
  return [
    ...kinds.map((kind) => ({ name: kind, milliseconds: perStep(inKind(kind)) })),
    { name: 'in and out of the session', milliseconds: perStep((graph) => graph.transferMilliseconds) },
    { name: 'session', milliseconds: perStep((graph) => graph.overheadMilliseconds) },
    { name: 'copies outside runs', milliseconds: copying },
    { name: 'other JavaScript', milliseconds: script },
  ].filter(({ milliseconds }) => milliseconds !== 0);
}

export function summarize(backend: ProfiledBackend, collected: Collected): BackendProfile {
  const profiler = profilerTime(collected.plain);
  const needed = meanNeeded(collected.rows.map(neededPositions));
  const graphs = collected.sessions.flatMap((_, i) => graphProfile(collected, i, profiler, needed) ?? []);
  const running = graphs.reduce((total, graph) => total + graph.stepMilliseconds, 0);
  const step = mean(collected.steps.map(({ processor }) => processor));
  const scriptMilliseconds = step - running - collected.copying;
  return {
    backend,
    steps: collected.steps.length,
    stepMilliseconds: step,
    wallMilliseconds: mean(collected.steps.map(({ wall }) => wall)),
    copyMilliseconds: collected.copying,
    scriptMilliseconds,
    script: collected.script,
    profilerMicroseconds: profiler,
    graphs,
    step: stepParts(graphs, collected.copying, scriptMilliseconds),
  };
}
