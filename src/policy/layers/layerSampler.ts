/**
 * @file Sampling from a large decoder on any runtime: every step runs one compiled block for each layer over the base's
 * weights and an adapter of its own, and draws one token for each row.
 */
import type { DeviceTensor, Feeds, Program, Runtime } from '../../engine/runtime/runtime.ts';
import { present } from '../../lib/assert.ts';
import { kvDim, type PolicyConfig } from '../config.ts';
import { isLocal } from '../layerParts.ts';
import { inputParameters, storedParameters } from '../parameters.ts';
import type { ParameterSet } from '../parameterSet.ts';
import { RowSampler } from '../rowSampler.ts';
import {
  capacityOf,
  type DrawRequest,
  type Parent,
  type SampleRequest,
  type SamplerShape,
  type SpecialTokens,
} from '../sampler.ts';
import { PieceCache } from './cache.ts';
import { Compiled } from './compiled.ts';
import { type DecodeParts, forkGraph, PIECE, prefillGraph, stepGraph } from './decode.ts';
import { LayerFactors } from './factors.ts';
import { floats, ints, type LayerSource } from './fed.ts';
import { LayerDraw } from './layerDraw.ts';

/** Steps between two waits for a GPU. Rows that end in between are computed in vain; a CPU has nothing to wait for. */
const STEPS_AHEAD = 8;

/** Bytes of keys and values in single precision from which on half of it outweighs the conversions of every step. */
const MOST_FLOAT = 128e6;

/** How keys and values are kept. */
export function usualKeeping({ keepsHalf }: Pick<Runtime, 'keepsHalf'>, config: PolicyConfig, shape: SamplerShape) {
  const numbers = 2 * config.layers * shape.rows * capacityOf(shape) * kvDim(config);
  return keepsHalf && 4 * numbers > MOST_FLOAT ? 'half' : 'float';
}

export class LayerSampler extends RowSampler {
  private readonly parts: DecodeParts;
  private readonly programs: Compiled;
  private readonly cache: PieceCache;
  private readonly head: LayerDraw;
  /** The adapter in use, by layer. */
  private readonly factors: readonly LayerFactors[];

  /**
   * `ahead`: steps that are computed before their tokens are read. `keptAs`: the type of cached keys and values.
   * `isRecorded`: each layer has a program of its own over all places that rows can have, as a replay needs it.
   */
  constructor(
    private readonly runtime: Runtime,
    private readonly source: LayerSource,
    special: SpecialTokens,
    shape: SamplerShape,
    set: ParameterSet,
    private readonly ahead = runtime.backend === 'webgpu' ? STEPS_AHEAD : 1,
    keptAs: DecodeParts['keptAs'] = usualKeeping(runtime, source.config, shape),
    private readonly isRecorded = runtime.backend === 'webgpu',
  ) {
    super(shape, special);
    const { config, weights } = source;
    // A GPU multiplies by blocks as they are stored; a CPU unpacks them first.
    const base = () => (runtime.backend === 'webgpu' ? storedParameters(weights) : inputParameters(weights, false));
    this.parts = { config, base, set, rows: shape.rows, capacity: capacityOf(shape), keptAs };
    this.programs = new Compiled(runtime);
    const pieces = isRecorded ? Math.ceil(capacityOf(shape) / PIECE) : 1;
    this.cache = new PieceCache(runtime, config, shape.rows, keptAs, pieces);
    this.head = new LayerDraw(runtime, source, this.parts, this.programs, ahead);
    this.factors = Array.from({ length: config.layers }, () => new LayerFactors(runtime, set));
  }

  get made(): readonly Program[] {
    return this.programs.made;
  }

  /** Takes the adapter [size] for later rollouts. */
  use(adapter: DeviceTensor): void {
    this.factors.forEach((factors, layer) => factors.take(layer, adapter));
  }

  async dispose(): Promise<void> {
    this.cache.dispose();
    this.head.dispose();
    for (const { matrices } of this.factors) for (const tensor of Object.values(matrices)) tensor.dispose();
    await this.programs.dispose();
  }

  /** Caches all prompt tokens but the last; equal prompts are computed once. */
  protected async fill(prompts: SampleRequest['prompts'], adapter?: Float32Array): Promise<void> {
    if (adapter) {
      const tensor = this.runtime.upload(floats([adapter.length], adapter));
      this.use(tensor);
      tensor.dispose();
    }
    const length = this.shape.promptLength - 1;
    const keys = [...new Set(prompts.map((prompt) => prompt.join()))];
    const lengths = prompts.map((prompt) => prompt.length - 1);
    this.cache.begin(lengths, length);
    if (length === 0) return;
    const tokenIds = new Int32Array(keys.length * length);
    prompts.forEach((prompt) => tokenIds.set(prompt.slice(0, -1), keys.indexOf(prompt.join()) * length));
    const promptOf = Int32Array.from({ length: this.shape.rows }, (_, row) =>
      Math.max(0, keys.indexOf(prompts[row]?.join() ?? '')),
    );
    const program = (local: boolean) =>
      this.programs.get(`prefill ${keys.length} ${local}`, () => prefillGraph(this.parts, keys.length, length, local));
    const feeds = { promptOf: ints(promptOf) };
    (await this.throughLayers(tokenIds, program, () => feeds, 0)).dispose();
  }

  protected async feed(rows: readonly number[]): Promise<void> {
    const { tokenId, position } = this.rows.heads();
    (await this.step(tokenId, position, rows)).dispose();
  }

  protected async decode(request: DrawRequest, steps: number): Promise<void> {
    let running = request.rows.filter((row) => this.rows.room(row) > 0);
    for (let t = 0; t < steps && running.length > 0; t += this.ahead) {
      const count = Math.min(this.ahead, steps - t);
      const place = this.cache.end;
      await this.stepsAhead(request, running, t, count);
      const drawn = await this.head.read();
      let taken = 0;
      for (const { tokenIds, logProbs } of drawn.slice(0, count)) {
        if (running.length === 0) break;
        running = running.filter((row) => this.take(row, tokenIds[row] as number, logProbs[row] as number, request));
        taken++;
      }
      this.cache.cut(this.rows.lengths, place + taken);
    }
  }

  /** Steps from `first` of a draw on, whose tokens stay on the device: no row ends before they are read. */
  private async stepsAhead(request: DrawRequest, running: readonly number[], first: number, count: number) {
    const { rows, most, uniforms, temperature } = request;
    const drawOf = new Map(rows.map((row, i) => [row, i * most]));
    const heads = this.rows.heads();
    let tokens: Int32Array | DeviceTensor = heads.tokenId;
    for (let i = 0; i < count; i++) {
      const going = running.filter((row) => this.rows.room(row) > i);
      const uniform = new Float32Array(this.shape.rows);
      for (const row of going) uniform[row] = uniforms[(drawOf.get(row) as number) + first + i] as number;
      const position = heads.position.map((at) => Math.min(at + i, this.parts.capacity - 1));
      const x = await this.step(tokens, position, going);
      if ('read' in tokens) tokens.dispose();
      tokens = await this.head.draw(i, x, uniform, temperature);
      x.dispose();
    }
    if ('read' in tokens) tokens.dispose();
  }

  protected async copyCache(parents: readonly Parent[]): Promise<void> {
    const { rows } = this.shape;
    const parent = ints(Int32Array.from({ length: rows }, (_, row) => parents[row]?.row ?? 0));
    const program = await this.programs.get('fork', () => forkGraph(this.parts));
    // The last token of a row is in no cache yet.
    const lengths = parents.map(({ at }) => at - 1);
    await this.cache.fork(
      parents.map(({ row }) => row),
      lengths,
      async (piece) => present((await program.run({ piece, parent })).forked, 'output forked'),
    );
  }

  /** Feeds the next token of these rows, and returns the output of the last layer [rows, d]. */
  private async step(
    tokenIds: Int32Array | DeviceTensor,
    position: Int32Array,
    rows: readonly number[],
  ): Promise<DeviceTensor> {
    const pieces = this.cache.inUse;
    const { localAttention } = this.parts.config;
    const whole = this.runtime.upload(this.cache.mask(pieces));
    const near = localAttention && this.runtime.upload(this.cache.mask(pieces, localAttention.window));
    const positions = this.runtime.upload(ints(position));
    const place = this.cache.take(1);
    const program = (local: boolean, layer: number) =>
      this.programs.get(`step ${pieces} ${this.isRecorded ? layer : local}`, () =>
        stepGraph(this.parts, pieces, local),
      );
    const feedsOf = (layer: number, local: boolean) => ({
      position: positions,
      mask: near && local ? near : whole,
      ...this.cache.feeds(layer, pieces),
    });
    const y = await this.throughLayers(tokenIds, program, feedsOf, place);
    for (const tensor of [whole, near, positions]) tensor?.dispose();
    this.cache.append(place, rows);
    return y;
  }

  /** Runs tokens through a block for every layer, and writes their keys and values to the cache from `place` on. */
  private async throughLayers(
    tokenIds: Int32Array | DeviceTensor,
    programOf: (local: boolean, layer: number) => Promise<Program>,
    feedsOf: (layer: number, local: boolean) => Feeds,
    place: number,
  ): Promise<DeviceTensor> {
    const { config } = this.parts;
    let x = await this.source.fed.embed(tokenIds);
    for (let layer = 0; layer < config.layers; layer++) {
      const local = isLocal(config, layer);
      const program = await programOf(local, layer);
      const weights = await this.source.fed.of(program, layer);
      const own = { ...weights, ...(this.factors[layer] as LayerFactors).matrices };
      const { y, fresh } = await program.run({ x, ...feedsOf(layer, local), ...own });
      const added = present(fresh, 'output fresh');
      this.cache.write(layer, added, place);
      added.dispose();
      if (!('data' in x)) x.dispose();
      x = present(y, 'output y');
    }
    return x as DeviceTensor;
  }
}
