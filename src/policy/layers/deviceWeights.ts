/** @file Weights on a device: uploaded once as they are stored, and unpacked there by programs. */
import { dequantize, gather, input, type Value } from '../../engine/graph/index.ts';
import { compile } from '../../engine/onnx/compile.ts';
import type { DeviceTensor, Feeds, Program, Runtime } from '../../engine/runtime/runtime.ts';
import { present } from '../../lib/assert.ts';
import { EMBEDDING, type PolicyConfig } from '../config.ts';
import { scaledEmbeddings } from '../layerParts.ts';
import { weightInput, weightTensors } from '../parameters.ts';
import { BLOCK_SIZE, type Weight } from '../quantize.ts';
import { Compiled } from './compiled.ts';
import { ints, type LayerWeights, weightsReadBy } from './fed.ts';

/** The transpose [out, in] of a weight in blocks, or rows `ids` int [n] of a table. */
function unpackedValue(name: string, weight: Weight, ids?: Value): Value {
  const leaves = Object.entries(weightTensors(name, weight)).map(([part, { data, shape }]) =>
    input(part, shape, data instanceof Uint8Array ? 'uint8' : 'float'),
  );
  if (weight.kind === 'dense') return gather(leaves[0] as Value, present(ids, 'rows'));
  const [packed, scales] = leaves as [Value, Value];
  const [inDim, outDim] = weight.shape;
  return dequantize(packed, scales, { bits: weight.bits, blockSize: BLOCK_SIZE, inDim, outDim }, ids);
}

const unpackedName = (name: string): string => `unpacked.${name}`;

export class DeviceWeights implements LayerWeights {
  readonly made: readonly Program[];
  /** Tensors as they are stored, by name. */
  private readonly stored: ReadonlyMap<string, DeviceTensor>;
  private readonly programs: Compiled;
  /** Weights of one layer by the names of layer 0; the layer is absent before the first. */
  private unpacked: { layer?: number; readonly tensors: Readonly<Record<string, DeviceTensor>> } = { tensors: {} };

  constructor(
    runtime: Runtime,
    private readonly config: PolicyConfig,
    private readonly weights: ReadonlyMap<string, Weight>,
  ) {
    this.programs = new Compiled(runtime);
    this.made = this.programs.made;
    const tensors = [...weights].flatMap(([name, weight]) => Object.entries(weightTensors(name, weight)));
    this.stored = new Map(
      tensors.map(([name, { data, shape }]) => {
        const dtype = data instanceof Uint8Array ? 'uint8' : 'float32';
        return [name, runtime.upload({ dtype, shape, data })];
      }),
    );
  }

  async of(program: Pick<Program, 'inputs'>, layer = 0): Promise<Feeds> {
    const read = weightsReadBy(program, layer);
    const isUnpacked = read.some(([name]) => this.weights.get(name)?.kind === 'quantized');
    const unpacked = isUnpacked ? await this.layer(layer) : {};
    return Object.fromEntries(
      read.map(([name, own]) => [
        weightInput(name),
        unpacked[unpackedName(name)] ?? present(this.stored.get(own), own),
      ]),
    );
  }

  rows(table: string, ids: Int32Array): Promise<DeviceTensor> {
    return this.found(table, ids, 'rows', (rows) => rows);
  }

  embed(ids: Int32Array | DeviceTensor): Promise<DeviceTensor> {
    return this.found(EMBEDDING, ids, 'embed', (rows) => scaledEmbeddings(this.config, rows));
  }

  private async found(
    table: string,
    tokens: Int32Array | DeviceTensor,
    name: string,
    of: (rows: Value) => Value,
  ): Promise<DeviceTensor> {
    const ids = 'read' in tokens ? tokens : ints(tokens);
    const program = await this.programs.get(`${name} ${table} ${ids.shape.join()}`, () => {
      const weight = present(this.weights.get(table), `weight ${table}`);
      return compile(name, { rows: of(unpackedValue(table, weight, input('ids', ids.shape, 'int'))) });
    });
    const { rows } = await program.run({ ...this.storedFor(program, 0), ids });
    return present(rows, 'output rows');
  }

  /** The unpacked weights of a layer, in memory that all layers use in turn. */
  private async layer(layer: number): Promise<Readonly<Record<string, DeviceTensor>>> {
    if (this.unpacked.layer === layer) return this.unpacked.tensors;
    const blocks = [...this.weights].filter(([name, { kind }]) => name.startsWith('layers.0.') && kind !== 'dense');
    const program = await this.programs.get('unpack', () =>
      compile(
        'unpack',
        Object.fromEntries(blocks.map(([name, weight]) => [unpackedName(name), unpackedValue(name, weight)])),
      ),
    );
    const made = await program.run(this.storedFor(program, layer), this.unpacked.tensors);
    this.unpacked = { layer, tensors: { ...this.unpacked.tensors, ...made } };
    return this.unpacked.tensors;
  }

  private storedFor({ inputs }: Pick<Program, 'inputs'>, layer: number): Feeds {
    return Object.fromEntries(
      inputs
        .map((name) => [name, this.stored.get(name.replace('layers.0.', `layers.${layer}.`))] as const)
        .filter((entry): entry is [string, DeviceTensor] => entry[1] !== undefined),
    );
  }
}
