/** @file Sampling completions on a CPU runtime: prompts are prefilled once, then each step draws one token per row. */
import { input, type Value } from '../engine/graph/index.ts';
import { compile } from '../engine/onnx/compile.ts';
import type { DeviceTensor, HostTensor, Program, Runtime } from '../engine/runtime/runtime.ts';
import { assert } from '../lib/assert.ts';
import { headSize, kvDim, type PolicyConfig } from './config.ts';
import { cacheName, decodeStep, prefill, stepInputs } from './decode.ts';
import { type AdapterLayout, adapterOf, withAdapter } from './lora.ts';
import type { Parameters } from './parameters.ts';
import { fedTemperature } from './sampling.ts';

/** Sizes that the graphs are built for. */
export interface SamplerShape {
  readonly rows: number;
  /** Longest prompt and completion in tokens (the end token included). */
  readonly promptLength: number;
  readonly completionLength: number;
}

export interface SampleRequest {
  /** Token ids of each row's prompt; at most `rows`. Equal prompts are prefilled once. */
  readonly prompts: readonly (readonly number[])[];
  /** In [0, 1), [rows, completionLength]; row r draws its t-th token with entry (r, t). */
  readonly uniforms: Float32Array;
  /** 0 is greedy. */
  readonly temperature: number;
  /** The flat adapter; absent for a sampler of the base. */
  readonly adapter?: Float32Array;
}

/** Completions of all rows, [rows, completionLength], nats; beyond a row's length the pad token and 0. */
export interface Sampled {
  readonly tokenIds: Int32Array;
  readonly logProbs: Float32Array;
  /** Tokens up to and including the end token. */
  readonly lengths: Int32Array;
}

export interface SpecialTokens {
  readonly padId: number;
  readonly eosId: number;
}

/** Samples on the device it was made for. */
export interface Sampler {
  readonly shape: SamplerShape;
  sample(request: SampleRequest): Promise<Sampled>;
  dispose(): Promise<void>;
}

/** UsageError that names the field of a request that does not fit the shape. */
export function checkRequest(
  { rows, promptLength, completionLength }: SamplerShape,
  { prompts, uniforms }: SampleRequest,
): void {
  assert(prompts.length > 0 && prompts.length <= rows, `prompts: between 1 and ${rows}, not ${prompts.length}`);
  assert(
    uniforms.length >= prompts.length * completionLength,
    `uniforms: ${prompts.length * completionLength} are needed, not ${uniforms.length}`,
  );
  for (const p of prompts)
    assert(p.length > 0 && p.length <= promptLength, `prompt: between 1 and ${promptLength} tokens, not ${p.length}`);
}

/** Distinct prompts per prefill run. */
const PREFILL_ROWS = 8;

const floats = (shape: readonly number[]): HostTensor & { data: Float32Array } => ({
  dtype: 'float32',
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});
const ints = (shape: readonly number[]): HostTensor & { data: Int32Array } => ({
  dtype: 'int32',
  shape,
  data: new Int32Array(shape.reduce((a, b) => a * b, 1)),
});

function buildGraphs(config: PolicyConfig, base: Parameters, shape: SamplerShape, layout: AdapterLayout | null) {
  const capacity = shape.promptLength + shape.completionLength - 1;
  const parameters = (): Parameters =>
    layout ? withAdapter(base, adapterOf(layout, input('adapter', [layout.size]))) : base;
  const inputs = stepInputs(shape.rows);
  const { tokenId: nextTokenId, logProb, fresh } = decodeStep(config, parameters(), inputs, capacity);
  const step = compile('decode', { nextTokenId, logProb, fresh });
  const prefillIds = (length: number): Value => input('tokenIds', [PREFILL_ROWS, length], 'int');
  const prompt =
    shape.promptLength > 1
      ? compile('prefill', prefill(config, parameters(), prefillIds(shape.promptLength - 1)))
      : null;
  return { capacity, step, prompt };
}

/** A sampler with its cache in host memory; with `layout` null it samples from the base. */
export async function createCpuSampler(
  runtime: Runtime,
  config: PolicyConfig,
  base: Parameters,
  special: SpecialTokens,
  shape: SamplerShape,
  layout: AdapterLayout | null,
): Promise<Sampler> {
  const { capacity, step, prompt } = buildGraphs(config, base, shape, layout);
  const stepProgram = await runtime.compile(step.bytes, step);
  const promptProgram = prompt ? await runtime.compile(prompt.bytes, prompt) : null;
  // The prefill of a one-layer policy adapted on its queries alone does not read the adapter.
  const prefillAdapts = prompt?.inputs.some(({ name }) => name === 'adapter') ?? false;
  return new CpuSampler(config, special, shape, capacity, stepProgram, promptProgram, prefillAdapts);
}

class CpuSampler implements Sampler {
  private readonly caches: Record<string, HostTensor & { data: Float32Array }> = {};
  private readonly tokenId: HostTensor & { data: Int32Array };
  private readonly position: HostTensor & { data: Int32Array };
  private readonly uniform: HostTensor & { data: Float32Array };

  constructor(
    private readonly config: PolicyConfig,
    private readonly special: SpecialTokens,
    readonly shape: SamplerShape,
    private readonly capacity: number,
    private readonly stepProgram: Program,
    private readonly promptProgram: Program | null,
    private readonly prefillAdapts: boolean,
  ) {
    const { rows } = shape;
    for (let layer = 0; layer < config.layers; layer++) {
      for (const kind of ['keys', 'values'] as const) {
        this.caches[cacheName(layer, kind)] = floats([rows, config.kvHeads, capacity, headSize(config)]);
      }
    }
    this.tokenId = ints([rows]);
    this.position = ints([rows]);
    this.uniform = floats([rows]);
  }

  async sample(request: SampleRequest): Promise<Sampled> {
    checkRequest(this.shape, request);
    const adapter: Record<string, HostTensor> = request.adapter
      ? { adapter: { dtype: 'float32', shape: [request.adapter.length], data: request.adapter } }
      : {};
    await this.fillPrompts(request.prompts, this.prefillAdapts ? adapter : {});
    return this.decode(request, adapter);
  }

  async dispose(): Promise<void> {
    await this.stepProgram.dispose();
    await this.promptProgram?.dispose();
  }

  /** Caches of all prompt tokens but the last, which the first decoding step takes. */
  private async fillPrompts(prompts: SampleRequest['prompts'], adapter: Record<string, HostTensor>): Promise<void> {
    if (!this.promptProgram) return;
    const distinct = [...new Map(prompts.map((p) => [p.join(','), p])).entries()];
    const slotOf = new Map(distinct.map(([key], i) => [key, i]));
    const rowsOf = distinct.map((): number[] => []);
    prompts.forEach((p, row) => rowsOf[slotOf.get(p.join(',')) as number]?.push(row));
    const length = this.shape.promptLength - 1;
    for (let start = 0; start < distinct.length; start += PREFILL_ROWS) {
      const tokenIds = ints([PREFILL_ROWS, length]);
      const chunk = distinct.slice(start, start + PREFILL_ROWS);
      chunk.forEach(([, p], i) => tokenIds.data.set(p.slice(0, -1), i * length));
      const outputs = await this.promptProgram.run({ tokenIds, ...adapter });
      await Promise.all(
        Object.entries(outputs).map(async ([name, tensor]) => {
          const filled = (await tensor.read()) as Float32Array;
          chunk.forEach((_, i) => this.copyPrompt(name, filled, i, rowsOf[start + i] ?? [], length));
          tensor.dispose();
        }),
      );
    }
  }

  private copyPrompt(name: string, filled: Float32Array, slot: number, rows: readonly number[], length: number): void {
    const { kvHeads } = this.config;
    const size = headSize(this.config);
    const cache = (this.caches[name] as { data: Float32Array }).data;
    for (const row of rows) {
      for (let head = 0; head < kvHeads; head++) {
        const from = (slot * kvHeads + head) * length * size;
        cache.set(filled.subarray(from, from + length * size), (row * kvHeads + head) * this.capacity * size);
      }
    }
  }

  private async decode(request: SampleRequest, adapter: Record<string, HostTensor>): Promise<Sampled> {
    const { rows, completionLength } = this.shape;
    const { prompts } = request;
    const result = {
      tokenIds: new Int32Array(rows * completionLength).fill(this.special.padId),
      logProbs: new Float32Array(rows * completionLength),
      lengths: new Int32Array(rows),
    };
    const running = new Set(prompts.keys());
    prompts.forEach((p, row) => {
      this.tokenId.data[row] = p.at(-1) as number;
      this.position.data[row] = p.length - 1;
    });
    const temperature: HostTensor = {
      dtype: 'float32',
      shape: [],
      data: Float32Array.of(fedTemperature(request.temperature)),
    };
    for (let t = 0; t < completionLength && running.size > 0; t++) {
      for (let row = 0; row < prompts.length; row++)
        this.uniform.data[row] = request.uniforms[row * completionLength + t] as number;
      const outputs = await this.stepProgram.run({
        tokenId: this.tokenId,
        position: this.position,
        uniform: this.uniform,
        temperature,
        ...this.caches,
        ...adapter,
      });
      await this.takeStep(outputs, t, running, result);
    }
    return result;
  }

  private async takeStep(
    outputs: Record<string, DeviceTensor>,
    t: number,
    running: Set<number>,
    result: Sampled,
  ): Promise<void> {
    const [tokens, logProbs, fresh] = (await Promise.all([
      outputs.nextTokenId?.read(),
      outputs.logProb?.read(),
      outputs.fresh?.read(),
    ])) as [Int32Array, Float32Array, Float32Array];
    this.storeFresh(fresh, running);
    for (const row of running) {
      const token = tokens[row] as number;
      const at = row * this.shape.completionLength + t;
      result.tokenIds[at] = token;
      result.logProbs[at] = logProbs[row] as number;
      result.lengths[row] = t + 1;
      this.tokenId.data[row] = token;
      this.position.data[row] = Math.min((this.position.data[row] as number) + 1, this.capacity - 1);
      if (token === this.special.eosId) running.delete(row);
    }
    for (const tensor of Object.values(outputs)) tensor.dispose();
  }

  /** Writes each running row's new keys and values at its position. */
  private storeFresh(fresh: Float32Array, running: ReadonlySet<number>): void {
    const { kvHeads, layers } = this.config;
    const size = headSize(this.config);
    const width = kvDim(this.config);
    for (let plane = 0; plane < 2 * layers; plane++) {
      const cache = (this.caches[cacheName(plane >> 1, plane % 2 === 0 ? 'keys' : 'values')] as { data: Float32Array })
        .data;
      for (const row of running) {
        const position = this.position.data[row] as number;
        for (let head = 0; head < kvHeads; head++) {
          const from = (plane * this.shape.rows + row) * width + head * size;
          cache.set(fresh.subarray(from, from + size), ((row * kvHeads + head) * this.capacity + position) * size);
        }
      }
    }
  }
}
