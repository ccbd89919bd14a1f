/**
 * @file A learner on one runtime whose adapter, moments, gradient and reference never leave the device; made for
 * WebGPU.
 */
import type { CompiledGraph } from '../../engine/onnx/compile.ts';
import type { DeviceTensor, Program, Runtime } from '../../engine/runtime/runtime.ts';
import { assert, present } from '../../lib/assert.ts';
import { bindWeights } from '../../policy/boundWeights.ts';
import { GpuSampler } from '../../policy/gpuSampler.ts';
import { fedParameters } from '../../policy/parameters.ts';
import type { Sampled } from '../../policy/sampler.ts';
import {
  arrayShard,
  floats,
  idFeeds,
  objectiveFeeds,
  type OpenedSpec,
  openSpec,
  rateFeeds,
  rowsOf,
  tokenFeeds,
} from './feeds.ts';
import { gatheringGraph, readGraph, scoreGraph, tokenStatistics, updateGraph, valuesGraph } from './graphs.ts';
import {
  columnsOf,
  type Learner,
  type LearnerInfo,
  type LearnerSpec,
  type LearnerState,
  type UpdateRates,
} from './learner.ts';
import type {
  GradientBatch,
  Reading,
  ReadPolicy,
  RolloutBatch,
  TokenBatch,
  TokenStatistics,
} from '../trajectory/tokens.ts';
import { initialState, joinedRows, joinReadings } from './shardedLearner.ts';

interface Programs {
  readonly score: Program;
  readonly gradient: Program;
  readonly update: Program;
}

/** Vectors [adapter size] on the device. */
type Vectors = Readonly<
  Record<'adapter' | 'before' | 'firstMoment' | 'secondMoment' | 'gathered' | 'zeros', DeviceTensor>
>;

const stateVectors = ['adapter', 'firstMoment', 'secondMoment'] as const;

export class GpuLearner implements Learner {
  readonly lost: Promise<string>;
  /** Distributions of the base for the scored batch, one [shardSize, columns, V] per shard. */
  private references: DeviceTensor[] = [];
  private hasGathered = false;
  /** What `before` is: nothing, the adapter itself as long as no update followed `keep`, or the vector of that name. */
  private kept: 'nothing' | 'adapter' | 'before' = 'nothing';
  /** Built when they are first asked for. */
  private readonly readers: { read?: Program; values?: Program } = {};

  private constructor(
    private readonly runtime: Runtime,
    private readonly opened: OpenedSpec,
    readonly info: LearnerInfo,
    private readonly sampler: GpuSampler,
    private readonly programs: Programs,
    private vectors: Vectors,
    private updatesDone: number,
  ) {
    this.lost = runtime.lost.then(({ reason, message }) => `The GPU device was lost (${reason}): ${message}`);
  }

  /**
   * Opens the spec on a runtime, which belongs to the learner from then on. Throws UsageError for a spec that cannot be
   * run.
   */
  static async create(device: Runtime, spec: LearnerSpec, seed: number): Promise<GpuLearner> {
    const opened = openSpec(spec, fedParameters);
    const { config, base, layout, special, shape } = opened;
    const runtime = bindWeights(device, opened.weights);
    const program = (graph: CompiledGraph) => runtime.compile(graph.bytes, graph);
    const sampler = await GpuSampler.create(runtime, config, base, special, { ...spec, rows: spec.shardSize }, layout);
    const programs = {
      score: await program(scoreGraph(opened, shape)),
      gradient: await program(gatheringGraph(opened, shape)),
      update: await program(updateGraph(layout.size)),
    };
    const state = initialState(spec, seed);
    const vector = (data: Float32Array) => runtime.upload(floats(data, layout.size));
    const zeros = () => vector(new Float32Array(layout.size));
    const vectors = {
      adapter: vector(state.adapter),
      before: zeros(),
      firstMoment: vector(state.firstMoment),
      secondMoment: vector(state.secondMoment),
      gathered: zeros(),
      zeros: zeros(),
    };
    const info = {
      backend: runtime.backend,
      description: runtime.description,
      workers: 1,
      special,
      adapterSize: layout.size,
    };
    return new GpuLearner(runtime, opened, info, sampler, programs, vectors, state.updates);
  }

  /** The compiled graphs by name, for the bench and the placement test. */
  compiledPrograms(): readonly Program[] {
    return [...Object.values(this.sampler.programs), ...Object.values(this.programs)].filter(
      (program): program is Program => program !== null,
    );
  }

  async sample(batch: RolloutBatch): Promise<Sampled> {
    const { shardSize, completionLength } = this.opened.spec;
    const rows = batch.prompts.length;
    await this.sampler.use(batch.policy === 'base' ? this.vectors.zeros : this.vectors.adapter);
    const whole = {
      tokenIds: new Int32Array(rows * completionLength),
      logProbs: new Float32Array(rows * completionLength),
      lengths: new Int32Array(rows),
    };
    for (let start = 0; start < rows; start += shardSize) {
      const part = await this.sampler.rollout({
        prompts: batch.prompts.slice(start, start + shardSize),
        uniforms: rowsOf(batch.uniforms, completionLength, start, shardSize),
        temperature: batch.temperature,
      });
      const count = Math.min(shardSize, rows - start);
      whole.tokenIds.set(part.tokenIds.subarray(0, count * completionLength), start * completionLength);
      whole.logProbs.set(part.logProbs.subarray(0, count * completionLength), start * completionLength);
      whole.lengths.set(part.lengths.subarray(0, count), start);
    }
    return whole;
  }

  async read(batch: TokenBatch, policy: ReadPolicy, whole = false): Promise<Reading> {
    const { shardSize } = this.opened.spec;
    const reader = await this.built('read', readGraph);
    const adapter = this.adapterOf(policy);
    const parts: Reading[] = [];
    for (let start = 0; start < batch.rows; start += shardSize) {
      const outputs = await reader.run({ ...this.sequences(batch, start), adapter });
      const read = async (name: string) => (await present(outputs[name], `output ${name}`).read()) as Float32Array;
      parts.push({
        logProbs: await read('logProbs'),
        entropy: await read('entropy'),
        ...(outputs.values ? { values: await read('values') } : {}),
        ...(whole ? { logDistribution: await read('logDistribution') } : {}),
      });
      for (const tensor of Object.values(outputs)) tensor.dispose();
    }
    return joinReadings(parts, batch.rows, columnsOf(this.opened.spec), shardSize);
  }

  async values(batch: TokenBatch): Promise<Float32Array> {
    const { spec, shape } = this.opened;
    const reader = await this.built('values', valuesGraph);
    const parts: Float32Array[] = [];
    for (let start = 0; start < batch.rows; start += spec.shardSize) {
      const { values } = (await reader.run({
        ...idFeeds(this.opened, this.rowsAt(batch, start)),
        adapter: this.vectors.adapter,
      })) as { values: DeviceTensor };
      parts.push((await values.read().finally(() => values.dispose())) as Float32Array);
    }
    return joinedRows(parts, batch.rows, shape.length, spec.shardSize);
  }

  async score(batch: TokenBatch): Promise<void> {
    this.dropReferences();
    for (let start = 0; start < batch.rows; start += this.opened.spec.shardSize) {
      const { refLogDistribution } = await this.programs.score.run(this.sequences(batch, start));
      this.references.push(present(refLogDistribution, 'the reference distribution'));
    }
  }

  async gradient(batch: GradientBatch): Promise<TokenStatistics> {
    const { shardSize } = this.opened.spec;
    assert(this.references.length === Math.ceil(batch.rows / shardSize), 'gradient: the batch was not scored');
    const outputs: DeviceTensor[] = [];
    try {
      for (const [shard, reference] of this.references.entries())
        outputs.push(await this.addShard(batch, shard * shardSize, reference));
      const read = await Promise.all(outputs.map((statistics) => statistics.read()));
      return this.joined(read as Float32Array[], batch.rows);
    } catch (error) {
      this.hasGathered = false;
      throw error;
    } finally {
      for (const statistics of outputs) statistics.dispose();
    }
  }

  async update(rates: UpdateRates): Promise<{ gradNorm: number }> {
    assert(this.hasGathered, 'update: no gradient was gathered');
    this.hasGathered = false;
    const { adapter, before, firstMoment, secondMoment, gathered } = this.vectors;
    // The first update after `keep` writes beside the adapter that it reads, and the two change places.
    const changesPlaces = this.kept === 'adapter';
    const { gradNorm: norm } = (await this.programs.update.run(
      { parameters: adapter, firstMoment, secondMoment, gradient: gathered, ...rateFeeds(rates, this.updatesDone) },
      {
        'next.parameters': changesPlaces ? before : adapter,
        'next.firstMoment': firstMoment,
        'next.secondMoment': secondMoment,
      },
    )) as { gradNorm: DeviceTensor };
    if (changesPlaces) {
      this.vectors = { ...this.vectors, adapter: before, before: adapter };
      this.kept = 'before';
    }
    const gradNorm = (await norm.read().finally(() => norm.dispose()))[0] as number;
    // The graph itself leaves the state as it was where the norm is not finite.
    if (Number.isFinite(gradNorm)) this.updatesDone++;
    return { gradNorm };
  }

  keep(): void {
    this.kept = 'adapter';
  }

  get hasBefore(): boolean {
    return this.kept !== 'nothing';
  }

  async state(): Promise<LearnerState> {
    const [adapter, firstMoment, secondMoment] = (await Promise.all(
      stateVectors.map((name) => this.vectors[name].read()),
    )) as [Float32Array, Float32Array, Float32Array];
    return { adapter, firstMoment, secondMoment, updates: this.updatesDone };
  }

  async restore(state: LearnerState): Promise<void> {
    const { adapterSize } = this.info;
    for (const name of stateVectors)
      assert(
        state[name].length === adapterSize,
        `${name}: ${adapterSize} numbers are needed, not ${state[name].length}`,
      );
    for (const name of stateVectors) this.vectors[name].write(state[name]);
    this.updatesDone = state.updates;
    this.kept = 'nothing';
    this.hasGathered = false;
  }

  async statistics(): Promise<Record<string, number>> {
    return { ...this.runtime.statistics };
  }

  dispose(): Promise<void> {
    return this.runtime.dispose();
  }

  private async built(name: 'read' | 'values', graphOf: typeof readGraph): Promise<Program> {
    const graph = this.readers[name] ? null : graphOf(this.opened, this.opened.shape);
    if (graph) this.readers[name] = await this.runtime.compile(graph.bytes, graph);
    return present(this.readers[name], name);
  }

  private adapterOf(policy: ReadPolicy): DeviceTensor {
    assert(policy !== 'before' || this.hasBefore, 'read: no adapter was kept');
    return policy === 'base'
      ? this.vectors.zeros
      : policy === 'before' && this.kept === 'before'
        ? this.vectors.before
        : this.vectors.adapter;
  }

  private sequences(batch: TokenBatch, start: number) {
    return tokenFeeds(this.opened, this.rowsAt(batch, start), batch.temperature);
  }

  private rowsAt({ tokenIds }: TokenBatch, start: number): Int32Array {
    const { shape, special } = this.opened;
    return rowsOf(tokenIds, shape.length, start, shape.rows, special.padId);
  }

  /** Adds one micro-batch to the gathered gradient; its statistics stay on the device. */
  private async addShard(batch: GradientBatch, start: number, refLogDistribution: DeviceTensor): Promise<DeviceTensor> {
    const { spec } = this.opened;
    const { adapter, gathered, zeros } = this.vectors;
    const arrays = arrayShard(batch, columnsOf(spec), start, spec.shardSize);
    const { statistics } = await this.programs.gradient.run(
      {
        ...this.sequences(batch, start),
        ...objectiveFeeds(this.opened, this.programs.gradient, { arrays, settings: batch.settings }),
        adapter,
        refLogDistribution,
        gathered: this.hasGathered ? gathered : zeros,
      },
      { 'next.gathered': gathered },
    );
    this.hasGathered = true;
    return present(statistics, 'the token statistics');
  }

  /** The statistics of all shards, as `gatheringGraph` lays them out, joined by name. */
  private joined(shards: readonly Float32Array[], rows: number): TokenStatistics {
    const { spec } = this.opened;
    const columns = columnsOf(spec);
    const whole = {
      loss: 0,
      logProbs: new Float32Array(rows * columns),
      refLogProbs: new Float32Array(rows * columns),
      entropy: new Float32Array(rows * columns),
      kl: new Float32Array(rows * columns),
    };
    shards.forEach((shard, i) => {
      const count = Math.min(spec.shardSize, rows - i * spec.shardSize) * columns;
      tokenStatistics.forEach((name, plane) => {
        const from = plane * spec.shardSize * columns;
        whole[name].set(shard.subarray(from, from + count), i * spec.shardSize * columns);
      });
      whole.loss += shard.at(-1) as number;
    });
    return whole;
  }

  private dropReferences(): void {
    for (const reference of this.references) reference.dispose();
    this.references = [];
  }
}
