/** @file Weights in ordinary memory, unpacked by the host: much faster than by the CPU kernel for blocks. */
import { sizeOf } from '../../engine/graph/index.ts';
import type { DeviceTensor, Feeds, HostTensor, Program } from '../../engine/runtime/runtime.ts';
import { present } from '../../lib/assert.ts';
import { EMBEDDING, type PolicyConfig } from '../config.ts';
import { weightInput } from '../parameters.ts';
import { unpackRows, type Weight } from '../quantize.ts';
import { type LayerWeights, weightsReadBy } from './fed.ts';

export class HostWeights implements LayerWeights {
  readonly made = [];
  /** The unpacked weights of one layer by name in layer 0. */
  private readonly unpacked = new Map<string, { layer: number; readonly tensor: HostTensor }>();
  private scratch = new Float32Array();

  constructor(
    private readonly config: PolicyConfig,
    private readonly weights: ReadonlyMap<string, Weight>,
  ) {}

  async of(program: Pick<Program, 'inputs'>, layer = 0): Promise<Feeds> {
    return Object.fromEntries(
      weightsReadBy(program, layer).map(([name, own]) => [weightInput(name), this.weight(name, own, layer)]),
    );
  }

  async rows(table: string, ids: Int32Array, isBrief = false): Promise<HostTensor> {
    const weight = present(this.weights.get(table), `weight ${table}`);
    const dim = weight.shape[weight.kind === 'dense' ? 1 : 0] as number;
    const data = isBrief ? this.brief(ids.length * dim) : new Float32Array(ids.length * dim);
    if (weight.kind === 'quantized') unpackRows(weight, data, ids);
    else ids.forEach((id, i) => data.set(weight.data.subarray(id * dim, (id + 1) * dim), i * dim));
    return { dtype: 'float32', shape: [ids.length, dim], data };
  }

  async embed(ids: Int32Array | DeviceTensor): Promise<HostTensor> {
    const rows = await this.rows(EMBEDDING, 'read' in ids ? ((await ids.read()) as Int32Array) : ids);
    const { embeddingScale } = this.config;
    return embeddingScale === undefined
      ? rows
      : { ...rows, data: (rows.data as Float32Array).map((x) => x * embeddingScale) };
  }

  private brief(size: number): Float32Array {
    if (this.scratch.length !== size) this.scratch = new Float32Array(size);
    return this.scratch;
  }

  private weight(name: string, own: string, layer: number): HostTensor {
    const weight = present(this.weights.get(own), `weight ${own}`);
    if (weight.kind === 'dense') return { dtype: 'float32', shape: weight.shape, data: weight.data };
    const known = this.unpacked.get(name);
    if (known?.layer === layer) return known.tensor;
    const made = known ?? {
      layer,
      tensor: { dtype: 'float32', shape: weight.shape.toReversed(), data: new Float32Array(sizeOf(weight.shape)) },
    };
    unpackRows(weight, made.tensor.data as Float32Array);
    made.layer = layer;
    this.unpacked.set(name, made);
    return made.tensor;
  }
}
