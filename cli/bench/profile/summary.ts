/** @file The profile of a backend as data, from its measured steps. */
import { mean } from '../../../src/lib/statistics.ts';
import { undisturbed } from '../clock.ts';
import type { Collected } from './collect.ts';
import { flopOf, type Kind, kindOf, kinds, type Product, productKey, productOf } from './kinds.ts';
import { type Needed, neededPositions, type NeededPositions } from './positions.ts';
import type { ScriptTime } from './script.ts';
import type { Kernel, TracedRun } from './trace.ts';
import type { ProfiledBackend } from './watch.ts';

/** Kernels of one kind, or of one operator with one set of shapes, in one run of a graph. */
export interface KernelGroup {
  readonly name: string;
  readonly calls: number;
  readonly milliseconds: number;
  readonly gflop: number;
  /** Of the same products in a model that holds nothing else; null for kernels that are no products. */
  readonly plainMilliseconds: number | null;
}

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
  /** One run without the profiler, in time of the processor: feeds in, kernels, outputs out. */
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
}

/** The kernels of a run with their time over `runs`, less that of the profiler. */
function settledKernels(runs: readonly TracedRun[], profiler: number): Kernel[] {
  return (runs[0]?.kernels ?? []).map((kernel, i) => {
    const times = runs.flatMap(({ kernels }) => kernels[i]?.microseconds ?? []);
    return { ...kernel, microseconds: Math.max(0, undisturbed(times) - profiler) };
  });
}

/** Time of a kernel that does nothing: a plain model reshapes each of its sums, single numbers. */
const profilerTime = (plain: Collected['plain']): number =>
  undisturbed(
    plain.flatMap((found) =>
      (found?.runs ?? []).map(({ kernels }) =>
        undisturbed(kernels.filter(({ op }) => op === 'Reshape').map(({ microseconds }) => microseconds)),
      ),
    ),
  );

interface Multiplied extends Kernel {
  readonly product: Product | null;
}

function groupsBy(
  kernels: readonly Multiplied[],
  nameOf: (kernel: Multiplied) => string,
  plain: ReadonlyMap<string, number> | null,
): KernelGroup[] {
  const groups = new Map<string, KernelGroup>();
  for (const kernel of kernels) {
    const name = nameOf(kernel);
    const { product, microseconds } = kernel;
    const group = groups.get(name) ?? { name, calls: 0, milliseconds: 0, gflop: 0, plainMilliseconds: null };
    const atBest = product && plain ? (plain.get(productKey(product)) ?? NaN) / 1000 : null;
    groups.set(name, {
      name,
      calls: group.calls + 1,
      milliseconds: group.milliseconds + microseconds / 1000,
      gflop: group.gflop + (product ? flopOf(product) / 1e9 : 0),
      plainMilliseconds: atBest === null ? group.plainMilliseconds : (group.plainMilliseconds ?? 0) + atBest,
    });
  }
  return [...groups.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}

const sum = (groups: readonly KernelGroup[], of: (group: KernelGroup) => number | null): number =>
  groups.reduce((total, group) => total + (of(group) ?? 0), 0);

const shapesOf = ({ inputs, outputs }: Kernel): string =>
  `${inputs.map((shape) => `[${shape.join(',')}]`).join(' ')} -> [${outputs[0]?.join(',')}]`;

const operatorName = (kernel: Multiplied): string =>
  kernel.product
    ? `${kernel.op} [${kernel.product.a.join(',')}] x ${kernel.product.constant ? 'constant ' : ''}[${kernel.product.b.join(',')}]`
    : `${kernel.op} ${shapesOf(kernel)}`;

/** Milliseconds of each product at best, by `productKey`. */
function plainTimes(found: Collected['plain'][number] | undefined, profiler: number): Map<string, number> | null {
  if (!found) return null;
  const runs = found.runs.map((run) => found.model.microseconds(run));
  return new Map(
    [...(runs[0]?.keys() ?? [])].map((key) => {
      const calls = runs.flatMap((run) => run.get(key) ?? []);
      return [key, Math.max(0, undisturbed(calls) - profiler)];
    }),
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
    profiler,
  ).map((kernel): Multiplied => ({
    ...kernel,
    product: productOf(kernel, session.isConstant),
  }));
  const plain = plainTimes(collected.plain[i], profiler);
  const byKind = groupsBy(kernels, (kernel) => kindOf(kernel, kernel.product), plain);
  const milliseconds = undisturbed(runs.map((run) => run.processor));
  const kernelMilliseconds = sum(byKind, (group) => group.milliseconds);
  const transferMilliseconds = undisturbed(traced.map((one) => one.milliseconds - one.run.microseconds / 1000));
  const positions = runs.reduce((total, run) => total + run.positions, 0);
  return {
    name: session.name,
    nodes: session.nodes,
    kernels: kernels.length,
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
    operators: groupsBy(kernels, operatorName, plain),
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

export function summarize(backend: ProfiledBackend, collected: Collected): BackendProfile {
  const profiler = profilerTime(collected.plain);
  const needed = meanNeeded(collected.rows.map(neededPositions));
  const graphs = collected.sessions.flatMap((_, i) => graphProfile(collected, i, profiler, needed) ?? []);
  const running = graphs.reduce((total, graph) => total + graph.stepMilliseconds, 0);
  const step = mean(collected.steps.map(({ processor }) => processor));
  return {
    backend,
    steps: collected.steps.length,
    stepMilliseconds: step,
    wallMilliseconds: mean(collected.steps.map(({ wall }) => wall)),
    copyMilliseconds: collected.copying,
    scriptMilliseconds: step - running - collected.copying,
    script: collected.script,
    profilerMicroseconds: profiler,
    graphs,
  };
}
