/** @file Weights of a large policy, unpacked for one layer or for some rows of a table at a time. */
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { assert } from '../../lib/assert.ts';
import { EMBEDDING, type PolicyConfig } from '../config.ts';
import type { Weight } from '../quantize.ts';
import { DeviceWeights } from './deviceWeights.ts';
import { HostWeights } from './hostWeights.ts';
import type { LayerWeights } from './fed.ts';

/** The table [V, d] of the output head: the embedding's, or the untied head's rows by token. */
export const headTable = ({ tiedHead }: PolicyConfig): string => (tiedHead ? EMBEDDING : 'head.rows');

/** [rows, columns] -> [columns, rows]. */
function turned(data: Float32Array, [rows, columns]: readonly [number, number]): Float32Array {
  const result = new Float32Array(data.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j] as number;
  return result;
}

/** The weights with an untied head under the name of its table; blocks of a head are stored by token already. */
export function layerWeights(config: PolicyConfig, weights: ReadonlyMap<string, Weight>): ReadonlyMap<string, Weight> {
  const { head, ...rest } = Object.fromEntries(weights);
  if (!head || config.tiedHead) return weights;
  const [dim, vocabSize] = head.shape as readonly [number, number];
  const table: Weight =
    head.kind === 'dense'
      ? { kind: 'dense', shape: [vocabSize, dim], data: turned(head.data, [dim, vocabSize]) }
      : head;
  return new Map(Object.entries({ ...rest, [headTable(config)]: table }));
}

const signature = (weights: ReadonlyMap<string, Weight>, layer: number): string =>
  JSON.stringify(
    [...weights]
      .filter(([name]) => name.startsWith(`layers.${layer}.`))
      .map(([name, { kind, shape, ...rest }]) => [name.split('.')[2], kind, shape, 'bits' in rest ? rest.bits : 32]),
  );

/**
 * The weights of `layerWeights` on one runtime. UsageError if layers differ in shapes or bits, since one program serves
 * all.
 */
export function openWeights(
  runtime: Runtime,
  config: PolicyConfig,
  weights: ReadonlyMap<string, Weight>,
): LayerWeights {
  for (let layer = 1; layer < config.layers; layer++)
    assert(signature(weights, layer) === signature(weights, 0), `layers: layer ${layer} differs from layer 0`);
  return runtime.backend === 'webgpu' ? new DeviceWeights(runtime, config, weights) : new HostWeights(config, weights);
}
