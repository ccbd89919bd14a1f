/** @file Sampling completions on the device: one read-back after the last token of all rows. */
import type { CompiledGraph } from '../engine/onnx/compile.ts';
import type { DeviceTensor, HostTensor, Program, Runtime } from '../engine/runtime/runtime.ts';
import { assert } from '../lib/assert.ts';
import type { PolicyConfig } from './config.ts';
import { drawnName, forkGraph, gpuDecodeGraphs, nextName } from './gpuDecode.ts';
import { samplerMemory, type Tensors } from './gpuMemory.ts';
import type { Parameters } from './parameters.ts';
import type { ParameterSet } from './parameterSet.ts';
import { RowSampler } from './rowSampler.ts';
import type { DrawRequest, Parent, Sampled, SampleRequest, SamplerShape, SpecialTokens } from './sampler.ts';
import { fedTemperature } from './sampling.ts';

const ints = (data: Int32Array, ...shape: number[]): HostTensor => ({ dtype: 'int32', shape, data });

interface Programs {
  readonly merge: Program;
  readonly prefill: Program | null;
  readonly decode: Program;
  readonly collect: Program;
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
    readonly programs: Programs,
    /** Merged weights of the decoding step; the prefill needs only some of them. */
    private readonly weights: Tensors,
    private readonly prefillWeights: Tensors,
    private readonly caches: Tensors,
    private readonly heads: { readonly tokenId: DeviceTensor; readonly position: DeviceTensor },
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
      collect: await program(graphs.collect),
    };
    return new GpuSampler(shape, special, runtime, config, programs, ...samplerMemory(runtime, config, graphs));
  }

  override async sample(request: SampleRequest): Promise<Sampled> {
    assert(request.adapter, 'adapter: the GPU sampler needs one; zeros are the base');
    return super.sample(request);
  }

  /** Merges the adapter [size] into the weights of later rollouts. */
  async use(adapter: DeviceTensor): Promise<void> {
    await this.programs.merge.run({ adapter }, this.weights);
  }

  /** Completes the prompts with the adapter in use. All steps run, and rows are cut after their end tokens. */
  rollout(request: Omit<SampleRequest, 'adapter'>): Promise<Sampled> {
    return super.sample(request);
  }

  async dispose(): Promise<void> {
    for (const tensors of [this.weights, this.caches, this.heads])
      for (const tensor of Object.values(tensors)) tensor.dispose();
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
    await this.programs.prefill?.run({ tokenIds: ints(tokenIds, rows, length), ...this.prefillWeights }, this.caches);
  }

  /** Feeds all rows: those that rest write the same keys and values again. */
  protected async feed(): Promise<void> {
    const { rows } = this.shape;
    const draws = await this.steps(1, 1, () => new Float32Array(rows));
    for (const drawn of draws) drawn.dispose();
  }

  protected async decode(request: DrawRequest, steps: number): Promise<void> {
    const { rows, most, uniforms, temperature } = request;
    const draws = await this.steps(steps, temperature, (t) => {
      const column = new Float32Array(this.shape.rows);
      rows.forEach((row, i) => (column[row] = uniforms[i * most + t] as number));
      return column;
    });
    try {
      // The graph joins completionLength draws; the last one fills up for fewer steps.
      const feeds = Array.from({ length: this.shape.completionLength }, (_, t) => [
        drawnName(t),
        draws[Math.min(t, steps - 1)] as DeviceTensor,
      ]);
      const { drawn } = (await this.programs.collect.run(Object.fromEntries(feeds))) as { drawn: DeviceTensor };
      draws.push(drawn);
      this.takeAll(request, steps, (await drawn.read()) as Float32Array);
    } finally {
      for (const drawn of draws) drawn.dispose();
    }
  }

  protected async copyCache(parents: readonly Parent[]): Promise<void> {
    if (!this.forker) {
      const graph = forkGraph(this.config, this.shape);
      this.forker = await this.runtime.compile(graph.bytes, graph);
    }
    const { rows } = this.shape;
    const parent = Int32Array.from({ length: rows }, (_, i) => parents[i]?.row ?? i);
    await this.forker.run({ parent: ints(parent, rows), ...this.caches }, this.nextCaches());
  }

  private nextCaches(): Tensors {
    return Object.fromEntries(Object.entries(this.caches).map(([name, cache]) => [nextName(name), cache]));
  }

  /** Token and log-probability that each step drew, [B, 2], still on the device. */
  private async steps(
    count: number,
    temperature: number,
    uniforms: (step: number) => Float32Array,
  ): Promise<DeviceTensor[]> {
    const { rows } = this.shape;
    const { tokenId, position } = this.heads;
    const heads = this.rows.heads();
    tokenId.write(heads.tokenId);
    position.write(heads.position);
    const into = { [nextName('tokenId')]: tokenId, [nextName('position')]: position, ...this.nextCaches() };
    const heat = this.runtime.upload({
      dtype: 'float32',
      shape: [],
      data: Float32Array.of(fedTemperature(temperature)),
    });
    const draws: DeviceTensor[] = [];
    try {
      for (let t = 0; t < count; t++) {
        const uniform: HostTensor = { dtype: 'float32', shape: [rows], data: uniforms(t) };
        const { drawn } = (await this.programs.decode.run(
          { tokenId, position, uniform, temperature: heat, ...this.caches, ...this.weights },
          into,
        )) as { drawn: DeviceTensor };
        draws.push(drawn);
      }
      return draws;
    } catch (error) {
      for (const drawn of draws) drawn.dispose();
      throw error;
    } finally {
      heat.dispose();
    }
  }

  /** Takes each row's tokens until it rests; `drawn` is [B, 2 completionLength]. */
  private takeAll(request: DrawRequest, steps: number, drawn: Float32Array): void {
    const width = 2 * this.shape.completionLength;
    for (const row of request.rows) {
      let goesOn = this.rows.room(row) > 0;
      for (let t = 0; t < steps && goesOn; t++) {
        const at = row * width + 2 * t;
        goesOn = this.take(row, drawn[at] as number, drawn[at + 1] as number, request);
      }
    }
  }
}
