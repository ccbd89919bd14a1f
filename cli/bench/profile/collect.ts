/** @file Runs steps with a plain and a traced runtime in turns, and the plain products of their graphs between them. */
import type { Program } from '../../../src/engine/runtime/runtime.ts';
import { tokenizerFrom } from '../../../src/policy/checkpoint.ts';
import { LocalLane } from '../../../src/rl/learner/lane.ts';
import { ShardedLearner } from '../../../src/rl/learner/shardedLearner.ts';
import { LocalTrainer } from '../../../src/rl/run/localTrainer.ts';
import type { StepReport } from '../../../src/rl/run/trainer.ts';
import { type LoadedPolicy, nodeEnvironment } from '../../environment.ts';
import { createProgress } from '../../progress.ts';
import { processorMilliseconds } from '../clock.ts';
import { benchConfig } from '../steps.ts';
import { type Product, productKey, productOf } from './kinds.ts';
import { plainModel, type PlainModel } from './plain.ts';
import { type Row, rowsOfReport } from './positions.ts';
import { sampledScript, type ScriptTime } from './script.ts';
import type { TracedRun } from './trace.ts';
import {
  type ProfiledBackend,
  type WatchedRun,
  type WatchedRuntime,
  watchedRuntime,
  type WatchedSession,
} from './watch.ts';

/** Steps until V8 has compiled what runs often. */
const WARMUP = 6;

/** The measured steps of one backend; sessions, traces and plain runs have the same order. */
export interface Collected {
  readonly sessions: readonly WatchedSession[];
  /** Runs of each session without the profiler. */
  readonly runs: readonly (readonly WatchedRun[])[];
  /** The same runs with the profiler: the session's own time, and that of `run` around it in milliseconds. */
  readonly traced: readonly (readonly { readonly run: TracedRun; readonly milliseconds: number }[])[];
  /** The plain products of each session with their runs: a model for each set of shapes that its runs have. */
  readonly plain: readonly (readonly { readonly model: PlainModel; readonly runs: readonly TracedRun[] }[])[];
  /** Each step without the profiler, and milliseconds per step of copies outside the runs. */
  readonly steps: readonly Pick<WatchedRun, 'wall' | 'processor'>[];
  readonly copying: number;
  readonly rows: readonly (readonly Row[])[];
  readonly script: readonly ScriptTime[];
}

/** A trainer on a watched runtime. */
class Watched {
  private skipped: readonly number[] = [];

  private constructor(
    readonly watch: WatchedRuntime,
    private readonly trainer: LocalTrainer,
  ) {}

  static async open(policy: LoadedPolicy, backend: ProfiledBackend, traced: boolean): Promise<Watched> {
    const watch = await watchedRuntime(backend, { traced });
    const trainer = new LocalTrainer({
      ...nodeEnvironment(policy),
      createLearner: async (spec, seed) => ({
        learner: await ShardedLearner.create([new LocalLane(watch.runtime)], spec, seed, new Promise(() => {})),
      }),
    });
    await trainer.open(benchConfig(policy), { backend, workers: 1 });
    return new Watched(watch, trainer);
  }

  step(): Promise<StepReport> {
    return this.trainer.step();
  }

  /** Leaves all runs so far out of the measured ones. */
  skip(): void {
    this.skipped = this.watch.sessions.map(({ runs }) => runs.length);
  }

  measured<T>(session: number, runs: readonly T[]): T[] {
    return runs.slice(this.skipped[session] ?? 0);
  }

  dispose(): Promise<void> {
    return this.trainer.dispose();
  }
}

/** The models of the plain products in a session's runs, one for each set of shapes. */
function plainModels({ name, isConstant }: WatchedSession, runs: readonly TracedRun[]): PlainModel[] {
  const sets = new Map<string, Product[]>();
  for (const { kernels } of runs) {
    const products = kernels.flatMap((kernel) => productOf(kernel, isConstant) ?? []);
    if (products.length > 0) sets.set(products.map(productKey).join(), products);
  }
  return [...sets.values()].map((products) => plainModel(name, products));
}

/** The plain products of every graph of the steps, on a runtime that traces them. */
class PlainProducts {
  private constructor(
    private readonly watch: WatchedRuntime,
    private readonly models: readonly (readonly PlainModel[])[],
    private readonly programs: readonly Program[],
  ) {}

  /** `scout` has made the steps, which have the same shapes in every run of the same seed. */
  static async of(backend: ProfiledBackend, scout: Watched): Promise<PlainProducts> {
    const models = scout.watch.traces().map((runs, i) => plainModels(scout.watch.sessions[i] as WatchedSession, runs));
    const watch = await watchedRuntime(backend, { traced: true, plain: true });
    const programs: Program[] = [];
    for (const { graph } of models.flat()) programs.push(await watch.runtime.compile(graph.bytes, graph));
    return new PlainProducts(watch, models, programs);
  }

  async run(): Promise<void> {
    for (const [i, { feeds }] of this.models.flat().entries())
      for (const tensor of Object.values((await this.programs[i]?.run(feeds)) ?? {})) tensor.dispose();
  }

  /** Without the first run, which starts cold. */
  async finish(): Promise<Collected['plain']> {
    const traces = this.watch.traces().map((runs) => runs.slice(1));
    await this.watch.runtime.dispose();
    return this.models.map((models) => models.map((model) => ({ model, runs: traces.shift() ?? [] })));
  }
}

/** `steps` measured steps of the default preset with one lane on a backend. */
export async function collectProfile(
  policy: LoadedPolicy,
  backend: ProfiledBackend,
  steps: number,
): Promise<Collected> {
  process.stderr.write(`profile ${backend}: opening ...\n`);
  const scout = await Watched.open(policy, backend, true);
  for (let i = 0; i < WARMUP + steps; i++) await scout.step();
  const plain = await PlainProducts.of(backend, scout);
  await scout.dispose();
  const [bare, traced] = [await Watched.open(policy, backend, false), await Watched.open(policy, backend, true)];
  for (let i = 0; i < WARMUP; i++) for (const trainer of [bare, traced]) await trainer.step();
  for (const trainer of [bare, traced]) trainer.skip();
  await plain.run();
  const progress = createProgress(`profile ${backend}`, steps);
  const tokenizer = tokenizerFrom(policy.checkpoint.tokenizer);
  const measured = { steps: [] as { wall: number; processor: number }[], copying: 0, rows: [] as Row[][] };
  for (let i = 0; i < steps; i++) {
    const [begun, used, copied] = [performance.now(), processorMilliseconds(), bare.watch.copying()];
    const report = await bare.step();
    measured.steps.push({ wall: performance.now() - begun, processor: processorMilliseconds() - used });
    measured.copying += (bare.watch.copying() - copied) / steps;
    measured.rows.push(rowsOfReport(report, tokenizer));
    await plain.run();
    await traced.step();
    await plain.run();
    progress.update(i + 1, '');
  }
  progress.finish();
  const bareRuns = bare.watch.sessions.map((session, i) => bare.measured(i, [...session.runs]));
  // Before the traces, whose text would be collected as garbage meanwhile.
  const script = await sampledScript(() => bare.step(), steps);
  const runs = traced.watch.traces();
  const collected: Collected = {
    ...measured,
    sessions: bare.watch.sessions,
    runs: bareRuns,
    script,
    traced: runs.map((all, i) => {
      const around = traced.measured(i, traced.watch.sessions[i]?.runs ?? []);
      return traced.measured(i, all).map((run, at) => ({ run, milliseconds: around[at]?.wall ?? NaN }));
    }),
    plain: await plain.finish(),
  };
  await Promise.all([bare.dispose(), traced.dispose()]);
  return collected;
}
