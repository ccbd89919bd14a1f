/** @file Sampling on a CPU runtime: prompts are prefilled once, then each step draws one token per row. */
import { input, type Value } from '../engine/graph/index.ts';
import { compile } from '../engine/onnx/compile.ts';
import type { HostTensor, Program, Runtime } from '../engine/runtime/runtime.ts';
import { headSize, kvDim, type PolicyConfig } from './config.ts';
import { cacheName, decodeStep, prefill, stepInputs } from './decode.ts';
import type { Parameters } from './parameters.ts';
import { fedSet, type ParameterSet } from './parameterSet.ts';
import { RowSampler } from './rowSampler.ts';
import {
  capacityOf,
  type DrawRequest,
  type Parent,
  type Sampler,
  type SampleRequest,
  type SamplerShape,
  type SpecialTokens,
} from './sampler.ts';
import { fedTemperature } from './sampling.ts';

/** Distinct prompts per prefill run. */
const PREFILL_ROWS = 8;

const floats = (shape: readonly number[]): HostTensor & { data: Float32Array } => ({
  dtype: 'float32',
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});

function buildGraphs(config: PolicyConfig, base: Parameters, shape: SamplerShape, set: ParameterSet | null) {
  const capacity = capacityOf(shape);
  const parameters = (): Parameters => (set ? fedSet(set, base, 'adapter').parameters : base);
  const inputs = stepInputs(shape.rows);
  const { tokenId: nextTokenId, logProb, fresh } = decodeStep(config, parameters(), inputs, capacity);
  const step = compile('decode', { nextTokenId, logProb, fresh });
  const prefillIds = (length: number): Value => input('tokenIds', [PREFILL_ROWS, length], 'int');
  const prompt =
    shape.promptLength > 1
      ? compile('prefill', prefill(config, parameters(), prefillIds(shape.promptLength - 1)))
      : null;
  return { step, prompt };
}

/** A sampler whose cache lives in ordinary memory; `set` null samples from the base alone. */
export async function createCpuSampler(
  runtime: Runtime,
  config: PolicyConfig,
  base: Parameters,
  special: SpecialTokens,
  shape: SamplerShape,
  set: ParameterSet | null,
): Promise<Sampler> {
  const { step, prompt } = buildGraphs(config, base, shape, set);
  const stepProgram = await runtime.compile(step.bytes, step);
  const promptProgram = prompt ? await runtime.compile(prompt.bytes, prompt) : null;
  // The prefill of a one-layer policy adapted on its queries alone does not read the adapter.
  const prefillAdapts = prompt?.inputs.some(({ name }) => name === 'adapter') ?? false;
  return new CpuSampler(config, special, shape, stepProgram, promptProgram, prefillAdapts);
}

class CpuSampler extends RowSampler {
  private readonly caches: Record<string, HostTensor & { data: Float32Array }> = {};
  private readonly capacity: number;
  private adapter: Record<string, HostTensor> = {};

  constructor(
    private readonly config: PolicyConfig,
    special: SpecialTokens,
    shape: SamplerShape,
    private readonly stepProgram: Program,
    private readonly promptProgram: Program | null,
    private readonly prefillAdapts: boolean,
  ) {
    super(shape, special);
    this.capacity = capacityOf(shape);
    for (let layer = 0; layer < config.layers; layer++) {
      for (const kind of ['keys', 'values'] as const) {
        this.caches[cacheName(layer, kind)] = floats([shape.rows, config.kvHeads, this.capacity, headSize(config)]);
      }
    }
  }

  async dispose(): Promise<void> {
    await this.stepProgram.dispose();
    await this.promptProgram?.dispose();
  }

  protected async fill(prompts: SampleRequest['prompts'], adapter?: Float32Array): Promise<void> {
    this.adapter = adapter ? { adapter: { dtype: 'float32', shape: [adapter.length], data: adapter } } : {};
    await this.fillPrompts(prompts, this.prefillAdapts ? this.adapter : {});
  }

  protected async feed(rows: readonly number[]): Promise<void> {
    await this.step(rows, new Float32Array(this.shape.rows), 1);
  }

  protected async decode(request: DrawRequest, steps: number): Promise<void> {
    const { rows, most, temperature } = request;
    const running = new Set(rows.filter((row) => this.rows.room(row) > 0));
    const uniforms = new Float32Array(this.shape.rows);
    for (let t = 0; t < steps && running.size > 0; t++) {
      rows.forEach((row, i) => (uniforms[row] = request.uniforms[i * most + t] as number));
      const { tokens, logProbs } = await this.step([...running], uniforms, temperature);
      for (const row of running)
        if (!this.take(row, tokens[row] as number, logProbs[row] as number, request)) running.delete(row);
    }
  }

  protected async copyCache(parents: readonly Parent[]): Promise<void> {
    for (const { data } of Object.values(this.caches)) {
      const size = data.length / this.shape.rows;
      const before = data.slice();
      parents.forEach(({ row }, to) => data.set(before.subarray(row * size, (row + 1) * size), to * size));
    }
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
      const data = new Int32Array(PREFILL_ROWS * length);
      const chunk = distinct.slice(start, start + PREFILL_ROWS);
      chunk.forEach(([, p], i) => data.set(p.slice(0, -1), i * length));
      const tokenIds: HostTensor = { dtype: 'int32', shape: [PREFILL_ROWS, length], data };
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

  /** Feeds every row its last token, keeps the keys and values of `rows`, and returns the draw of each row. */
  private async step(
    rows: readonly number[],
    uniforms: Float32Array,
    temperature: number,
  ): Promise<{ tokens: Int32Array; logProbs: Float32Array }> {
    const { tokenId, position } = this.rows.heads();
    const count = this.shape.rows;
    const outputs = await this.stepProgram.run({
      tokenId: { dtype: 'int32', shape: [count], data: tokenId },
      position: { dtype: 'int32', shape: [count], data: position },
      uniform: { dtype: 'float32', shape: [count], data: uniforms },
      temperature: { dtype: 'float32', shape: [], data: Float32Array.of(fedTemperature(temperature)) },
      ...this.caches,
      ...this.adapter,
    });
    const [tokens, logProbs, fresh] = (await Promise.all([
      outputs.nextTokenId?.read(),
      outputs.logProb?.read(),
      outputs.fresh?.read(),
    ])) as [Int32Array, Float32Array, Float32Array];
    for (const tensor of Object.values(outputs)) tensor.dispose();
    this.storeFresh(fresh, position, rows);
    return { tokens, logProbs };
  }

  /** Writes the new keys and values of these rows at their positions. */
  private storeFresh(fresh: Float32Array, positions: Int32Array, rows: readonly number[]): void {
    const { kvHeads, layers } = this.config;
    const size = headSize(this.config);
    const width = kvDim(this.config);
    for (let plane = 0; plane < 2 * layers; plane++) {
      const cache = (this.caches[cacheName(plane >> 1, plane % 2 === 0 ? 'keys' : 'values')] as { data: Float32Array })
        .data;
      for (const row of rows) {
        const position = positions[row] as number;
        for (let head = 0; head < kvHeads; head++) {
          const from = (plane * this.shape.rows + row) * width + head * size;
          cache.set(fresh.subarray(from, from + size), ((row * kvHeads + head) * this.capacity + position) * size);
        }
      }
    }
  }
}
