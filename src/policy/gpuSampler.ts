/** @file Sampling completions on the device: one read-back after the last token of all rows. */
import type { CompiledGraph } from '../engine/onnx/compile.ts';
import type { DeviceTensor, HostTensor, Program, Runtime } from '../engine/runtime/runtime.ts';
import { assert } from '../lib/assert.ts';
import type { PolicyConfig } from './config.ts';
import { forkGraph, gpuDecodeGraphs, nextName } from './gpuDecode.ts';
import { fedThreshold } from './gpuDraw.ts';
import { stackCopies } from './gpuMerge.ts';
import { type DrawHistory, type SamplerMemory, drawHistory, samplerMemory } from './gpuMemory.ts';
import type { Parameters } from './parameters.ts';
import type { ParameterSet } from './parameterSet.ts';
import { RowSampler } from './rowSampler.ts';
import {
  capacityOf,
  type DrawRequest,
  type Parent,
  type Sampled,
  type SampleRequest,
  type SamplerShape,
  type SpecialTokens,
} from './sampler.ts';
import { fedTemperature } from './sampling.ts';

const ints = (data: Int32Array, ...shape: number[]): HostTensor => ({ dtype: 'int32', shape, data });

interface Programs {
  readonly merge: Program;
  readonly prefill: Program | null;
  readonly decode: Program;
}

/** Samples with the adapter of the last `use`; works on every runtime, and is fast on WebGPU. */
export class GpuSampler extends RowSampler {
  /** Compiled at the first fork. */
  private forker: Program | null = null;

  private constructor(
    shape: SamplerShape,
    special: SpecialTokens,
    private readonly runtime: Runtime,
    private readonly config: PolicyConfig,
    private readonly set: ParameterSet,
    readonly programs: Programs,
    private readonly memory: SamplerMemory,
  ) {
    super(shape, special);
  }

  static async create(
    runtime: Runtime,
    config: PolicyConfig,
    base: Parameters,
    special: SpecialTokens,
    shape: SamplerShape,
    set: ParameterSet,
  ): Promise<GpuSampler> {
    const graphs = gpuDecodeGraphs(config, base, set, shape);
    const program = (graph: CompiledGraph) => runtime.compile(graph.bytes, graph);
    const programs = {
      merge: await program(graphs.merge),
      prefill: graphs.prefill ? await program(graphs.prefill) : null,
      decode: await program(graphs.decode),
    };
    const memory = await samplerMemory(runtime, graphs, shape);
    const sampler = new GpuSampler(shape, special, runtime, config, set, programs, memory);
    // A recorded step runs twice the first time, which must not happen to a rollout.
    await sampler.steps(1, 1, () => 0);
    return sampler;
  }

  override async sample(request: SampleRequest): Promise<Sampled> {
    assert(request.adapter, 'adapter: the GPU sampler needs one; zeros are the base');
    return super.sample(request);
  }

  /** Merges the adapter [size] into the weights of later rollouts. */
  async use(adapter: DeviceTensor): Promise<void> {
    const { base, weights, writtenWeights } = this.memory;
    const stacks = await this.programs.merge.run({ adapter, ...base }, writtenWeights);
    this.runtime.copy(stackCopies(this.config, this.set, stacks, weights));
    for (const tensor of Object.values(stacks)) tensor.dispose();
  }

  /** Completes the prompts with the adapter in use. All steps run, and rows are cut after their end tokens. */
  rollout(request: Omit<SampleRequest, 'adapter'>): Promise<Sampled> {
    return super.sample(request);
  }

  async dispose(): Promise<void> {
    const { base, weights, caches, heads, history } = this.memory;
    for (const tensor of [...Object.values({ ...base, ...weights, ...caches, ...heads }), history]) tensor.dispose();
    for (const program of [...Object.values(this.programs), this.forker]) await (program as Program | null)?.dispose();
  }

  protected async fill(prompts: SampleRequest['prompts'], adapter?: Float32Array): Promise<void> {
    if (adapter) {
      const tensor = this.runtime.upload({ dtype: 'float32', shape: [adapter.length], data: adapter });
      await this.use(tensor).finally(() => tensor.dispose());
    }
    const { rows, promptLength } = this.shape;
    const length = promptLength - 1;
    const tokenIds = new Int32Array(rows * length);
    prompts.forEach((prompt, row) => tokenIds.set(prompt.slice(0, -1), row * length));
    await this.programs.prefill?.run(
      { tokenIds: ints(tokenIds, rows, length), ...this.memory.prefillWeights },
      this.memory.caches,
    );
  }

  /** Feeds all rows: those that rest write the same keys and values again. */
  protected feed(): Promise<void> {
    return this.steps(1, 1, () => 0);
  }

  protected async decode(request: DrawRequest, steps: number): Promise<void> {
    const { rows, most, uniforms, temperature } = request;
    const at = new Map(rows.map((row, i) => [row, i * most]));
    await this.steps(steps, temperature, (row, t) => uniforms[(at.get(row) ?? NaN) + t] ?? 0);
    this.takeAll(request, steps, drawHistory((await this.memory.history.read()) as Int32Array, this.shape.rows));
  }

  protected async copyCache(parents: readonly Parent[]): Promise<void> {
    if (!this.forker) {
      const graph = forkGraph(this.config, this.shape);
      this.forker = await this.runtime.compile(graph.bytes, graph);
    }
    const { rows } = this.shape;
    const parent = Int32Array.from({ length: rows }, (_, i) => parents[i]?.row ?? i);
    const { caches } = this.memory;
    const forked = await this.forker.run({ parent: ints(parent, rows), ...caches });
    // Copied, since a recorded step knows only the memory of its first run.
    this.runtime.copy(
      Object.entries(caches).map(([name, to]) => ({ from: forked[nextName(name)] as DeviceTensor, to })),
    );
    for (const tensor of Object.values(forked)) tensor.dispose();
  }

  /** Draws `count` tokens a row into the history; rows without a uniform draw with 0. */
  private async steps(
    count: number,
    temperature: number,
    uniform: (row: number, step: number) => number,
  ): Promise<void> {
    const { rows } = this.shape;
    const { caches, weights, history, heads } = this.memory;
    const { tokenId, position, threshold, probability } = heads;
    const first = this.rows.heads();
    const last = capacityOf(this.shape) - 1;
    tokenId.write(BigInt64Array.from(first.tokenId, BigInt));
    heads.temperature.write(Float32Array.of(fedTemperature(temperature)));
    const feeds = { tokenId, position, threshold, temperature: heads.temperature, ...caches, ...weights };
    const nextCaches = Object.entries(caches).map(([name, cache]) => [nextName(name), cache]);
    const into = { [nextName('tokenId')]: tokenId, probability, ...Object.fromEntries(nextCaches) };
    for (let t = 0; t < count; t++) {
      // A full row that rests while others draw stays at the last position.
      position.write(first.position.map((at) => Math.min(at + t, last)));
      threshold.write(Float32Array.from({ length: rows }, (_, row) => fedThreshold(uniform(row, t))));
      await this.programs.decode.run(feeds, into);
      const at = t * 12 * rows;
      this.runtime.copy([
        { from: tokenId, to: history, at },
        { from: probability, to: history, at: at + 8 * rows },
      ]);
    }
  }

  /** Takes each row's tokens until it rests. */
  private takeAll(request: DrawRequest, steps: number, draws: DrawHistory): void {
    for (const row of request.rows) {
      let goesOn = this.rows.room(row) > 0;
      for (let t = 0; t < steps && goesOn; t++)
        goesOn = this.take(row, draws.token(row, t), Math.log(draws.probability(row, t)), request);
    }
  }
}
