/**
 * @file Sampling on a CPU runtime: prompts are prefilled once, then each step computes every distinct prefix once and
 * draws a token for each of its rows.
 */
import { input } from '../engine/graph/index.ts';
import { compile } from '../engine/onnx/compile.ts';
import type { Feeds, HostTensor, Program, Runtime } from '../engine/runtime/runtime.ts';
import { headSize, type PolicyConfig } from './config.ts';
import { cacheNames, decodeStep, prefill, stepInputs } from './decode.ts';
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
import { drawFrom, fedTemperature } from './sampling.ts';
import { type Head, type Move, Slots } from './slots.ts';

/** Distinct prompts per prefill run. */
const PREFILL_ROWS = 8;

function buildGraphs(config: PolicyConfig, base: Parameters, shape: SamplerShape, set: ParameterSet | null) {
  const parameters = (): Parameters => (set ? fedSet(set, base, 'adapter').parameters : base);
  const outputs = decodeStep(config, parameters(), stepInputs(shape.rows), capacityOf(shape));
  const step = compile('decode', { ...outputs }, 'float32', {
    rows: ['tokenId', 'position', ...cacheNames(config), ...Object.keys(outputs)],
  });
  if (shape.promptLength === 1) return { step, prompt: null };
  const prompts = Math.min(PREFILL_ROWS, shape.rows);
  const caches = prefill(config, parameters(), input('tokenIds', [prompts, shape.promptLength - 1], 'int'));
  return { step, prompt: compile('prefill', caches, 'float32', { rows: ['tokenIds', ...Object.keys(caches)] }) };
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

const floats = (shape: readonly number[], data: Float32Array): HostTensor => ({ dtype: 'float32', shape, data });
const ints = (data: Int32Array, ...shape: number[]): HostTensor => ({ dtype: 'int32', shape, data });

class CpuSampler extends RowSampler {
  /** Keys or values by name, [rows + 1, kvHeads, capacity, headSize], of the slots and a scratch slot. */
  private readonly caches = new Map<string, Float32Array>();
  private readonly capacity: number;
  private readonly slots: Slots;
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
    this.slots = new Slots(shape.rows);
    for (const name of cacheNames(config)) this.caches.set(name, new Float32Array((shape.rows + 1) * this.slotSize()));
  }

  async dispose(): Promise<void> {
    await this.stepProgram.dispose();
    await this.promptProgram?.dispose();
  }

  /** Caches all prompt tokens but the last, which the first decoding step takes. */
  protected async fill(prompts: SampleRequest['prompts'], adapter?: Float32Array): Promise<void> {
    this.adapter = adapter ? { adapter: floats([adapter.length], adapter) } : {};
    const distinct = this.slots.begin(prompts);
    const length = this.shape.promptLength - 1;
    for (let start = 0; this.promptProgram && start < distinct.length; start += PREFILL_ROWS) {
      const chunk = distinct.slice(start, start + PREFILL_ROWS);
      const tokenIds = new Int32Array(chunk.length * length);
      chunk.forEach((prompt, i) => tokenIds.set(prompt.slice(0, -1), i * length));
      const feeds = { tokenIds: ints(tokenIds, chunk.length, length), ...(this.prefillAdapts ? this.adapter : {}) };
      const filled = await this.runToHost(this.promptProgram, feeds);
      for (const [name, data] of Object.entries(filled))
        chunk.forEach((_, i) => this.store(name, start + i, 0, length, data, i));
    }
  }

  protected async feed(rows: readonly number[]): Promise<void> {
    await this.step(rows, 1);
  }

  protected async decode(request: DrawRequest, steps: number): Promise<void> {
    const { rows, most, uniforms, temperature } = request;
    const drawOf = new Map(rows.map((row, i) => [row, i]));
    let running = rows.filter((row) => this.rows.room(row) > 0);
    for (let t = 0; t < steps && running.length > 0; t++) {
      const { heads, logDistribution } = await this.step(running, temperature);
      const { vocabSize } = this.config;
      const goesOn = new Set<number>();
      heads.forEach((head, i) => {
        const logProbs = logDistribution.subarray(i * vocabSize, (i + 1) * vocabSize);
        const draw = drawFrom(logProbs);
        for (const row of head.rows) {
          const token = draw(uniforms[(drawOf.get(row) as number) * most + t] as number);
          if (this.take(row, token, logProbs[token] as number, request)) goesOn.add(row);
        }
      });
      running = running.filter((row) => goesOn.has(row));
    }
  }

  /** Copies nothing: the rows share their parents' slots until they differ. */
  protected async copyCache(parents: readonly Parent[]): Promise<void> {
    this.slots.fork(parents.map(({ row }) => row));
  }

  /** Feeds the last tokens of `rows`, and returns the distribution of the next one for each head, [heads, V]. */
  private async step(
    rows: readonly number[],
    temperature: number,
  ): Promise<{ heads: readonly Head[]; logDistribution: Float32Array }> {
    const { heads, moves } = this.slots.step(rows, this.rows.heads());
    for (const move of moves) this.copySlot(move);
    const count = heads.length;
    const shape = [count, this.config.kvHeads, this.capacity, headSize(this.config)];
    const feeds: Record<string, HostTensor> = {
      tokenId: ints(
        Int32Array.from(heads, ({ tokenId }) => tokenId),
        count,
      ),
      position: ints(
        Int32Array.from(heads, ({ position }) => position),
        count,
      ),
      temperature: floats([], Float32Array.of(fedTemperature(temperature))),
      ...this.adapter,
    };
    for (const [name, data] of this.caches) feeds[name] = floats(shape, data.subarray(0, count * this.slotSize()));
    const { logDistribution, fresh } = await this.runToHost(this.stepProgram, feeds);
    const names = cacheNames(this.config);
    heads.forEach(({ position }, slot) =>
      names.forEach((name, plane) =>
        this.store(name, slot, position, 1, fresh as Float32Array, slot * names.length + plane),
      ),
    );
    return { heads, logDistribution: logDistribution as Float32Array };
  }

  private async runToHost(program: Program, feeds: Feeds): Promise<Record<string, Float32Array>> {
    const outputs = Object.entries(await program.run(feeds));
    const read = outputs.map(async ([name, tensor]): Promise<[string, Float32Array]> => [
      name,
      (await tensor.read().finally(() => tensor.dispose())) as Float32Array,
    ]);
    return Object.fromEntries(await Promise.all(read));
  }

  private slotSize(): number {
    return this.config.kvHeads * this.capacity * headSize(this.config);
  }

  /** Writes block `block` of `data` [blocks, kvHeads, length, headSize] from a position of a slot on. */
  private store(name: string, slot: number, position: number, length: number, data: Float32Array, block: number): void {
    const cache = this.caches.get(name) as Float32Array;
    const { kvHeads } = this.config;
    const count = length * headSize(this.config);
    for (let head = 0; head < kvHeads; head++) {
      const from = (block * kvHeads + head) * count;
      const to = ((slot * kvHeads + head) * this.capacity + position) * headSize(this.config);
      // For the few numbers of one position a loop is faster than a view.
      if (length > 1) cache.set(data.subarray(from, from + count), to);
      else for (let i = 0; i < count; i++) cache[to + i] = data[from + i] as number;
    }
  }

  private copySlot({ from, to, length }: Move): void {
    const { kvHeads } = this.config;
    const row = this.capacity * headSize(this.config);
    for (const cache of this.caches.values()) {
      for (let head = 0; head < kvHeads; head++) {
        const start = (from * kvHeads + head) * row;
        cache.copyWithin((to * kvHeads + head) * row, start, start + length * headSize(this.config));
      }
    }
  }
}
