/** @file Sampling completions on the device: one read-back after the last token of all rows. */
import type { CompiledGraph } from '../engine/onnx/compile.ts';
import type { DeviceTensor, HostTensor, Program, Runtime, TensorSpec } from '../engine/runtime/runtime.ts';
import { assert, present } from '../lib/assert.ts';
import type { PolicyConfig } from './config.ts';
import { cacheNames, drawnName, type GpuDecodeGraphs, gpuDecodeGraphs, nextName } from './gpuDecode.ts';
import type { AdapterLayout } from './lora.ts';
import type { Parameters } from './parameters.ts';
import {
  checkRequest,
  type Sampled,
  type Sampler,
  type SampleRequest,
  type SamplerShape,
  type SpecialTokens,
} from './sampler.ts';
import { fedTemperature } from './sampling.ts';

type Tensors = Readonly<Record<string, DeviceTensor>>;

const ints = (data: Int32Array, ...shape: number[]): HostTensor => ({ dtype: 'int32', shape, data });

/** Zeros of each spec's shape on the device, by name. */
function zeros(runtime: Runtime, specs: readonly TensorSpec[]): Record<string, DeviceTensor> {
  const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
  return Object.fromEntries(
    specs.map(({ name, dtype, shape }) => {
      const data = dtype === 'int32' ? new Int32Array(count(shape)) : new Float32Array(count(shape));
      return [name, runtime.upload({ dtype, shape, data })];
    }),
  );
}

interface Programs {
  readonly merge: Program;
  readonly prefill: Program | null;
  readonly decode: Program;
  readonly collect: Program;
}

/** Samples with the adapter of the last `use`; works on every runtime, and is fast on WebGPU. */
export class GpuSampler implements Sampler {
  private constructor(
    readonly shape: SamplerShape,
    private readonly runtime: Runtime,
    private readonly special: SpecialTokens,
    readonly programs: Programs,
    /** Merged weights of the decoding step; the prefill needs only some of them. */
    private readonly weights: Tensors,
    private readonly prefillWeights: Tensors,
    private readonly caches: Tensors,
    private readonly heads: { readonly tokenId: DeviceTensor; readonly position: DeviceTensor },
  ) {}

  static async create(
    runtime: Runtime,
    config: PolicyConfig,
    base: Parameters,
    special: SpecialTokens,
    shape: SamplerShape,
    layout: AdapterLayout,
  ): Promise<GpuSampler> {
    const graphs = gpuDecodeGraphs(config, base, layout, shape);
    const program = (graph: CompiledGraph) => runtime.compile(graph.bytes, graph);
    const programs = {
      merge: await program(graphs.merge),
      prefill: graphs.prefill ? await program(graphs.prefill) : null,
      decode: await program(graphs.decode),
      collect: await program(graphs.collect),
    };
    return new GpuSampler(shape, runtime, special, programs, ...GpuSampler.memory(runtime, config, graphs));
  }

  private static memory(runtime: Runtime, config: PolicyConfig, graphs: GpuDecodeGraphs) {
    const inputs = new Map(graphs.decode.inputs.map((spec) => [spec.name, spec]));
    const spec = (name: string) => present(inputs.get(name), `decode input ${name}`);
    const weights = zeros(runtime, graphs.merge.outputs);
    const prefillWeights = Object.fromEntries(
      Object.entries(weights).filter(([name]) => graphs.prefill?.inputs.some((i) => i.name === name)),
    );
    const { tokenId, position } = zeros(runtime, [spec('tokenId'), spec('position')]) as {
      tokenId: DeviceTensor;
      position: DeviceTensor;
    };
    return [weights, prefillWeights, zeros(runtime, cacheNames(config).map(spec)), { tokenId, position }] as const;
  }

  async sample({ adapter, ...request }: SampleRequest): Promise<Sampled> {
    assert(adapter, 'adapter: the GPU sampler needs one; zeros are the base');
    const tensor = this.runtime.upload({ dtype: 'float32', shape: [adapter.length], data: adapter });
    try {
      await this.use(tensor);
    } finally {
      tensor.dispose();
    }
    return this.rollout(request);
  }

  /** Merges the adapter [size] into the weights of later rollouts. */
  async use(adapter: DeviceTensor): Promise<void> {
    await this.programs.merge.run({ adapter }, this.weights);
  }

  /** Completes the prompts with the adapter in use. All steps run, and rows are cut after their end tokens. */
  async rollout(request: Omit<SampleRequest, 'adapter'>): Promise<Sampled> {
    checkRequest(this.shape, request);
    await this.fillPrompts(request.prompts);
    const draws = await this.decode(request);
    try {
      const feeds = Object.fromEntries(draws.map((drawn, t) => [drawnName(t), drawn]));
      const { drawn } = (await this.programs.collect.run(feeds)) as { drawn: DeviceTensor };
      draws.push(drawn);
      return this.cut((await drawn.read()) as Float32Array, request.prompts.length);
    } finally {
      for (const drawn of draws) drawn.dispose();
    }
  }

  async dispose(): Promise<void> {
    for (const tensors of [this.weights, this.caches, this.heads])
      for (const tensor of Object.values(tensors)) tensor.dispose();
    for (const program of Object.values(this.programs)) await (program as Program | null)?.dispose();
  }

  /** Caches of all prompt tokens but the last, which the first decoding step takes. */
  private async fillPrompts(prompts: SampleRequest['prompts']): Promise<void> {
    const { rows, promptLength } = this.shape;
    const length = promptLength - 1;
    const tokenIds = new Int32Array(rows * length);
    const last = new Int32Array(rows);
    const position = new Int32Array(rows);
    prompts.forEach((prompt, row) => {
      tokenIds.set(prompt.slice(0, -1), row * length);
      last[row] = prompt.at(-1) as number;
      position[row] = prompt.length - 1;
    });
    this.heads.tokenId.write(last);
    this.heads.position.write(position);
    await this.programs.prefill?.run({ tokenIds: ints(tokenIds, rows, length), ...this.prefillWeights }, this.caches);
  }

  /** Draws of each step, [B, 2], on the device. */
  private async decode({ prompts, uniforms, temperature }: Omit<SampleRequest, 'adapter'>): Promise<DeviceTensor[]> {
    const { rows, completionLength } = this.shape;
    const { tokenId, position } = this.heads;
    const into = {
      [nextName('tokenId')]: tokenId,
      [nextName('position')]: position,
      ...Object.fromEntries(Object.entries(this.caches).map(([name, cache]) => [nextName(name), cache])),
    };
    const heat = this.runtime.upload({
      dtype: 'float32',
      shape: [],
      data: Float32Array.of(fedTemperature(temperature)),
    });
    const draws: DeviceTensor[] = [];
    try {
      for (let t = 0; t < completionLength; t++) {
        const column = Float32Array.from({ length: rows }, (_, row) =>
          row < prompts.length ? (uniforms[row * completionLength + t] as number) : 0,
        );
        const uniform: HostTensor = { dtype: 'float32', shape: [rows], data: column };
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

  /** Rows up to and including their end token, then the pad token and 0. `drawn` is [B, 2 completionLength]. */
  private cut(drawn: Float32Array, rows: number): Sampled {
    const { padId, eosId } = this.special;
    const { completionLength } = this.shape;
    const size = this.shape.rows * completionLength;
    const result = {
      tokenIds: new Int32Array(size).fill(padId),
      logProbs: new Float32Array(size),
      lengths: new Int32Array(this.shape.rows),
    };
    for (let row = 0; row < rows; row++) {
      for (let t = 0; t < completionLength; t++) {
        const at = row * completionLength + t;
        result.tokenIds[at] = drawn[2 * at] as number;
        result.logProbs[at] = drawn[2 * at + 1] as number;
        result.lengths[row] = t + 1;
        if (result.tokenIds[at] === eosId) break;
      }
    }
    return result;
  }
}
