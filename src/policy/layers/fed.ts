/** @file Interface of weights that programs take as inputs, layer by layer. */
import type { DeviceTensor, Feeds, HostTensor, Program } from '../../engine/runtime/runtime.ts';
import type { PolicyConfig } from '../config.ts';
import { weightInput } from '../parameters.ts';
import type { Weight } from '../quantize.ts';

/** Weights as feeds of programs whose weights are `inputParameters`. */
export interface LayerWeights {
  /** Programs that unpack; empty where the host does. */
  readonly made: readonly Program[];
  /** The weights that a program reads: those of `layer` under the names of layer 0. Valid until another layer is asked for. */
  of(program: Pick<Program, 'inputs'>, layer?: number): Promise<Feeds>;
  /**
   * Rows `ids` of a table [V, d], as [n, d]; the caller disposes a tensor of a device. Those on the host share their
   * memory with the next ones of `isBrief`.
   */
  rows(table: string, ids: Int32Array, isBrief?: boolean): Promise<HostTensor | DeviceTensor>;
  /** Embeddings [n, d] of tokens int [n] as the first layer takes them; the caller disposes a tensor of a device. */
  embed(ids: Int32Array | DeviceTensor): Promise<HostTensor | DeviceTensor>;
}

/** Names of weights that a program reads, as in its layer 0 and as in `layer`. */
export const weightsReadBy = ({ inputs }: Pick<Program, 'inputs'>, layer: number): (readonly [string, string])[] =>
  inputs
    .filter((name) => name.startsWith(weightInput('')))
    .map((name) => name.slice(weightInput('').length))
    .map((name) => [name, name.replace('layers.0.', `layers.${layer}.`)]);

/** Where a sampler reads the policy. */
export interface LayerSource {
  readonly config: PolicyConfig;
  /** From `layerWeights`, also those of `fed`. */
  readonly weights: ReadonlyMap<string, Weight>;
  readonly fed: LayerWeights;
  /** Tokens of a part of the vocabulary. */
  readonly chunk: number;
}

export const floats = (shape: readonly number[], data: Float32Array): HostTensor => ({ dtype: 'float32', shape, data });

export const ints = (data: Int32Array): HostTensor => ({ dtype: 'int32', shape: [data.length], data });
