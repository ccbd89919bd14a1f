/** @file Counts of the GPU's operations for each graph, a rollout and a step. */
import type { CompileOptions, Placement, Program, Runtime } from '../../src/engine/runtime/runtime.ts';
import { createWebGpuRuntime, type WebGpuRuntimeOptions } from '../../src/engine/runtime/webgpu.ts';
import { GpuLearner } from '../../src/rl/learner/gpuLearner.ts';
import { gradientBatch, midRunState, rolloutBatch, type Size, sized } from './specs.ts';
import { beforeSlot, policySlot } from '../../src/rl/words/slots.ts';

export interface StageCounts {
  readonly readBacks: number;
  readonly dispatches: number;
  readonly submits: number;
  readonly bytesUploaded: number;
  readonly bytesRead: number;
  readonly milliseconds: number;
}

/** Counts of one warm step; the first run of every graph compiles its shaders and is not counted. */
export interface GpuReport {
  readonly device: string;
  readonly layers: number;
  readonly rows: number;
  readonly completionLength: number;
  /** Tokens of a whole row. */
  readonly width: number;
  /** Of all models; the weights are uploaded beside them. */
  readonly bytesCompiled: number;
  /** Dispatches of one run of each graph, by name; and of each kernel in it. */
  readonly dispatches: Readonly<Record<string, number>>;
  readonly kernels: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly dispatchesPerDecodeStep: number;
  readonly dispatchesPerDecodeStepAndLayer: number;
  /** Sum over score, gradient and update. */
  readonly dispatchesPerUpdate: number;
  /** Read-backs before the last token of a rollout is drawn. */
  readonly readBacksWhileDecoding: number;
  /** Milliseconds until the commands of one run of each graph are on their way, by name. */
  readonly enqueueMilliseconds: Readonly<Record<string, number>>;
  /** Programs whose commands are recorded at their first run and replayed. */
  readonly capturedGraphs: number;
  readonly rollout: StageCounts;
  readonly score: StageCounts;
  readonly gradient: StageCounts;
  readonly update: StageCounts;
}

/** Counters that a run of each program added to the runtime's; for each name its last run. */
type Runs = Map<string, { kernels: Record<string, number>; readBacks: number; milliseconds: number }>;

/** A runtime whose programs count every run in `runs`. Calls must not overlap. */
async function countedRuntime(options: WebGpuRuntimeOptions, runs: Runs): Promise<Runtime> {
  let kernels: Record<string, number> = {};
  const onDispatch = (kernel: string) => void (kernels[kernel] = (kernels[kernel] ?? 0) + 1);
  const runtime = await createWebGpuRuntime({ ...options, onDispatch });
  const wrap = (program: Program): Program => ({
    name: program.name,
    inputs: program.inputs,
    ...(program.placement ? { placement: program.placement } : {}),
    dispose: () => program.dispose(),
    run: async (feeds, into) => {
      const { readBacks } = runtime.statistics;
      kernels = {};
      const start = performance.now();
      const outputs = await program.run(feeds, into);
      runs.set(program.name, {
        kernels,
        readBacks: runtime.statistics.readBacks - readBacks,
        milliseconds: performance.now() - start,
      });
      return outputs;
    },
  });
  return {
    backend: runtime.backend,
    description: runtime.description,
    statistics: runtime.statistics,
    lost: runtime.lost,
    compile: async (model: Uint8Array, options: CompileOptions) => wrap(await runtime.compile(model, options)),
    upload: (tensor) => runtime.upload(tensor),
    copy: (copies) => runtime.copy(copies),
    dispose: () => runtime.dispose(),
  };
}

async function stage(runtime: Runtime, work: () => Promise<unknown>): Promise<StageCounts> {
  const before = { ...runtime.statistics };
  const start = performance.now();
  await work();
  const { readBacks, dispatches, submits, bytesUploaded, bytesRead } = runtime.statistics;
  return {
    readBacks: readBacks - before.readBacks,
    dispatches: dispatches - before.dispatches,
    submits: submits - before.submits,
    bytesUploaded: bytesUploaded - before.bytesUploaded,
    bytesRead: bytesRead - before.bytesRead,
    milliseconds: performance.now() - start,
  };
}

/** Runs a step twice and counts the second. */
export async function measure(size: Size, rows: number, options: WebGpuRuntimeOptions = {}): Promise<GpuReport> {
  const runs: Runs = new Map();
  const runtime = await countedRuntime(options, runs);
  const run = sized(size, rows);
  const learner = await GpuLearner.create(runtime, run.spec, 1);
  try {
    await learner.restore({ [policySlot]: midRunState(run) });
    const stages = {
      rollout: () => learner.sample(rolloutBatch(run, rows)),
      score: () => learner.score(gradientBatch(run, rows)),
      gradient: () => learner.gradient(gradientBatch(run, rows)),
      update: () => learner.update({ learningRate: 1e-3, maxGradNorm: 1 }),
    };
    for (const work of Object.values(stages)) await work();
    const counts: Partial<Record<keyof typeof stages, StageCounts>> = {};
    for (const name of Object.keys(stages) as (keyof typeof stages)[])
      counts[name] = await stage(runtime, stages[name]);
    return summary(runtime, run, rows, runs, counts as Record<keyof typeof stages, StageCounts>);
  } finally {
    await learner.dispose();
  }
}

function summary(
  runtime: Runtime,
  { policy, spec }: ReturnType<typeof sized>,
  rows: number,
  runs: Runs,
  counts: Record<'rollout' | 'score' | 'gradient' | 'update', StageCounts>,
): GpuReport {
  const kernels = Object.fromEntries([...runs].map(([name, run]) => [name, run.kernels]));
  const dispatches = Object.fromEntries(
    Object.entries(kernels).map(([name, counted]) => [name, Object.values(counted).reduce((a, b) => a + b, 0)]),
  );
  const decode = dispatches.decode ?? NaN;
  const decoding = ['merge', 'prefill', 'decode'].map((name) => runs.get(name)?.readBacks ?? NaN);
  return {
    device: runtime.description,
    layers: policy.layers,
    rows,
    completionLength: spec.completionLength,
    width: spec.promptLength + spec.completionLength,
    bytesCompiled: runtime.statistics.bytesCompiled,
    dispatches,
    kernels,
    dispatchesPerDecodeStep: decode,
    dispatchesPerDecodeStepAndLayer: decode / policy.layers,
    dispatchesPerUpdate: counts.score.dispatches + counts.gradient.dispatches + counts.update.dispatches,
    readBacksWhileDecoding: decoding.reduce((a, b) => a + b, 0),
    enqueueMilliseconds: Object.fromEntries([...runs].map(([name, { milliseconds }]) => [name, milliseconds])),
    capturedGraphs: runtime.statistics.capturedGraphs,
    ...counts,
  };
}

/** Placement of the nodes of every graph, by the graph's name. */
export async function placement(size: Size, rows: number): Promise<Record<string, Placement>> {
  const runtime = await createWebGpuRuntime({ auditPlacement: true });
  const learner = await GpuLearner.create(runtime, sized(size, rows).spec, 1);
  const programs = learner.compiledPrograms();
  const placements = Object.fromEntries(programs.map(({ name, placement: found }) => [name, found as Placement]));
  await learner.dispose();
  return placements;
}

/** Device tensors alive after each of a number of whole steps. */
export async function liveTensors(size: Size, rows: number, steps: number): Promise<number[]> {
  const runtime = await createWebGpuRuntime();
  const run = sized(size, rows);
  const learner = await GpuLearner.create(runtime, run.spec, 1);
  const alive: number[] = [];
  for (let step = 0; step < steps; step++) {
    learner.snapshot(policySlot, beforeSlot);
    await learner.sample(rolloutBatch(run, rows));
    await learner.score(gradientBatch(run, rows));
    await learner.gradient(gradientBatch(run, rows));
    await learner.update({ learningRate: 1e-3, maxGradNorm: 1 });
    alive.push(runtime.statistics.liveTensors);
  }
  await learner.dispose();
  return alive;
}
