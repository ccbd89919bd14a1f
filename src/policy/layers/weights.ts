/** @file Weights of a large policy as feeds: every program that reads a weight takes it as an input, once per layer. */
import type { DeviceTensor, Feeds, HostTensor, Program, Runtime } from '../../engine/runtime/runtime.ts';
import { assert, present } from '../../lib/assert.ts';
import type { PolicyConfig } from '../config.ts';
import { weightInput, weightTensors } from '../parameters.ts';
import type { Weight } from '../quantize.ts';

/** The table [V, d] of the output head: the embedding's, or the untied head's rows by token. */
export const headTable = ({ tiedHead }: PolicyConfig): string => (tiedHead ? 'embedding' : 'head.rows');

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
 * The weights of `layerWeights` for programs on one runtime: uploaded once on a GPU, read where they are on a CPU.
 * UsageError if layers differ in shapes or bits, since one program serves all.
 */
export class LayerWeights {
  private readonly feeds: ReadonlyMap<string, HostTensor | DeviceTensor>;

  constructor(runtime: Runtime, { layers }: PolicyConfig, weights: ReadonlyMap<string, Weight>) {
    for (let layer = 1; layer < layers; layer++)
      assert(signature(weights, layer) === signature(weights, 0), `layers: layer ${layer} differs from layer 0`);
    const tensors = [...weights].flatMap(([name, weight]) => Object.entries(weightTensors(name, weight)));
    this.feeds = new Map(
      tensors.map(([name, { data, shape }]) => {
        const tensor: HostTensor = { dtype: data instanceof Uint8Array ? 'uint8' : 'float32', shape, data };
        return [weightInput(name), runtime.backend === 'webgpu' ? runtime.upload(tensor) : tensor];
      }),
    );
  }

  /** The weights that a program reads; those of layer 0 are replaced by those of `layer`. */
  of({ inputs }: Pick<Program, 'inputs'>, layer = 0): Feeds {
    const prefix = weightInput('');
    return Object.fromEntries(
      inputs
        .filter((name) => name.startsWith(prefix))
        .map((name) => [
          name,
          present(this.feeds.get(name.replace(`${prefix}layers.0.`, `${prefix}layers.${layer}.`)), name),
        ]),
    );
  }
}
