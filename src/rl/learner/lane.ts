/**
 * @file One runtime with the graphs of a run on it: works through shards, one after the other. A lane may live in a
 * worker.
 */
import type { CompiledGraph } from '../../engine/onnx/compile.ts';
import type { Backend, Feeds, Program, Runtime } from '../../engine/runtime/runtime.ts';
import { assert, present } from '../../lib/assert.ts';
import { createCpuSampler } from '../../policy/cpuSampler.ts';
import type { Sampled, Sampler, SampleRequest, SpecialTokens } from '../../policy/sampler.ts';
import { floats, idFeeds, objectiveFeeds, type OpenedSpec, openSpec, rateFeeds, tokenFeeds } from './feeds.ts';
import { gradientGraph, readGraph, scoreGraph, updateGraph, valuesGraph } from './graphs.ts';
import { columnsOf, type LearnerSpec, type LearnerState, type UpdateRates } from './learner.ts';
import type { GradientBatch, Reading, TokenStatistics } from '../trajectory/tokens.ts';

export interface LaneInfo {
  readonly backend: Backend;
  readonly description: string;
  readonly special: SpecialTokens;
  readonly adapterSize: number;
  readonly vocabSize: number;
}

/** Sequences of one shard, [shardSize, T]. */
export interface ScoreJob {
  readonly tokenIds: Int32Array;
  readonly temperature: number;
}

/** Sequences to be read by the policy with that adapter; zeros are the base. */
export interface ReadJob extends ScoreJob {
  readonly adapter: Float32Array;
  /** Whether whole distributions are asked for. */
  readonly whole: boolean;
}

/** One micro-batch; next-token arrays are [shardSize, columns]. */
export interface GradientJob extends ScoreJob {
  readonly adapter: Float32Array;
  /** [shardSize, columns, V]. */
  readonly refLogDistribution: Float32Array;
  readonly arrays: GradientBatch['arrays'];
  readonly settings: GradientBatch['settings'];
}

export interface GradientResult extends TokenStatistics {
  readonly gradient: Float32Array;
}

/** The work of one lane; every method takes and gives plain data. */
export interface Lane {
  open(spec: LearnerSpec): Promise<LaneInfo>;
  sample(request: SampleRequest): Promise<Sampled>;
  score(job: ScoreJob): Promise<Float32Array>;
  read(job: ReadJob): Promise<Reading>;
  /** [shardSize, T]. */
  values(job: Pick<ReadJob, 'tokenIds' | 'adapter'>): Promise<Float32Array>;
  gradient(job: GradientJob): Promise<GradientResult>;
  update(
    state: LearnerState,
    gradient: Float32Array,
    rates: UpdateRates,
  ): Promise<{ state: LearnerState; gradNorm: number }>;
  statistics(): Promise<Record<string, number>>;
  dispose(): Promise<void>;
}

interface Compiled {
  readonly sampler: Sampler;
  readonly score: Program;
  readonly gradient: Program;
  readonly update: Program;
  readonly opened: OpenedSpec;
  /** Built when they are first asked for. */
  read: Program | null;
  values: Program | null;
}

/** Runs a program and takes all its outputs to ordinary memory. */
async function runToHost(program: Program, feeds: Feeds): Promise<Record<string, Float32Array>> {
  const outputs = Object.entries(await program.run(feeds));
  const read = await Promise.all(
    outputs.map(async ([name, tensor]) => [name, (await tensor.read()) as Float32Array] as const),
  );
  for (const [, tensor] of outputs) tensor.dispose();
  return Object.fromEntries(read);
}

/** A lane on a CPU runtime in this thread. */
export class LocalLane implements Lane {
  private compiled: Compiled | null = null;

  constructor(private readonly runtime: Runtime) {}

  async open(spec: LearnerSpec): Promise<LaneInfo> {
    await this.release();
    const opened = openSpec(spec);
    const { config, base, layout, special } = opened;
    const compileGraph = (graph: CompiledGraph) => this.runtime.compile(graph.bytes, graph);
    this.compiled = {
      sampler: await createCpuSampler(this.runtime, config, base, special, { ...spec, rows: spec.shardSize }, layout),
      score: await compileGraph(scoreGraph(opened, opened.shape)),
      gradient: await compileGraph(gradientGraph(opened, opened.shape)),
      update: await compileGraph(updateGraph(layout.size)),
      opened,
      read: null,
      values: null,
    };
    const { backend, description } = this.runtime;
    return { backend, description, special, adapterSize: layout.size, vocabSize: config.vocabSize };
  }

  sample(request: SampleRequest): Promise<Sampled> {
    return this.graphs().sampler.sample(request);
  }

  async score({ tokenIds, temperature }: ScoreJob): Promise<Float32Array> {
    const { score, opened } = this.graphs();
    const outputs = await runToHost(score, tokenFeeds(opened, tokenIds, temperature));
    return present(outputs.refLogDistribution, 'the reference distribution');
  }

  async read({ tokenIds, temperature, adapter, whole }: ReadJob): Promise<Reading> {
    const { opened } = this.graphs();
    const { logDistribution, ...rest } = await runToHost(await this.built('read', readGraph), {
      ...tokenFeeds(opened, tokenIds, temperature),
      adapter: floats(adapter, opened.layout.size),
    });
    const output = (name: string) => present(rest[name], `output ${name}`);
    return {
      ...rest,
      logProbs: output('logProbs'),
      entropy: output('entropy'),
      ...(whole && logDistribution ? { logDistribution } : {}),
    };
  }

  async values({ tokenIds, adapter }: Pick<ReadJob, 'tokenIds' | 'adapter'>): Promise<Float32Array> {
    const { opened } = this.graphs();
    const { values } = await runToHost(await this.built('values', valuesGraph), {
      ...idFeeds(opened, tokenIds),
      adapter: floats(adapter, opened.layout.size),
    });
    return present(values, 'output values');
  }

  async gradient(job: GradientJob): Promise<GradientResult> {
    const { gradient, opened } = this.graphs();
    const { spec, layout, config } = opened;
    const { loss, ...outputs } = await runToHost(gradient, {
      ...tokenFeeds(opened, job.tokenIds, job.temperature),
      adapter: floats(job.adapter, layout.size),
      refLogDistribution: floats(job.refLogDistribution, spec.shardSize, columnsOf(spec), config.vocabSize),
      ...objectiveFeeds(opened, gradient, job),
    });
    const output = (name: string) => present(outputs[name], `output ${name}`);
    return {
      loss: loss?.[0] as number,
      gradient: output('gradient'),
      logProbs: output('logProbs'),
      refLogProbs: output('refLogProbs'),
      entropy: output('entropy'),
      kl: output('kl'),
    };
  }

  async update(
    state: LearnerState,
    gradient: Float32Array,
    rates: UpdateRates,
  ): Promise<{ state: LearnerState; gradNorm: number }> {
    const { update, opened } = this.graphs();
    const vector = (data: Float32Array) => floats(data, opened.layout.size);
    const outputs = await runToHost(update, {
      parameters: vector(state.adapter),
      firstMoment: vector(state.firstMoment),
      secondMoment: vector(state.secondMoment),
      gradient: vector(gradient),
      ...rateFeeds(rates, state.updates),
    });
    const next = (name: string) => present(outputs[`next.${name}`], `output next.${name}`);
    return {
      gradNorm: outputs.gradNorm?.[0] as number,
      state: {
        adapter: next('parameters'),
        firstMoment: next('firstMoment'),
        secondMoment: next('secondMoment'),
        updates: state.updates + 1,
      },
    };
  }

  async statistics(): Promise<Record<string, number>> {
    return { ...this.runtime.statistics };
  }

  async dispose(): Promise<void> {
    await this.release();
    await this.runtime.dispose();
  }

  private async release(): Promise<void> {
    if (!this.compiled) return;
    const { sampler, score, gradient, update, read, values } = this.compiled;
    this.compiled = null;
    for (const part of [sampler, score, gradient, update, read, values]) await part?.dispose();
  }

  private async built(name: 'read' | 'values', graphOf: typeof readGraph): Promise<Program> {
    const graphs = this.graphs();
    const graph = graphs[name] ? null : graphOf(graphs.opened, graphs.opened.shape);
    if (graph) graphs[name] = await this.runtime.compile(graph.bytes, graph);
    return present(graphs[name], name);
  }

  private graphs(): Compiled {
    assert(this.compiled, 'the lane is not open');
    return this.compiled;
  }
}
