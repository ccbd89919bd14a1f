/** @file Collects the nodes and constants of one ONNX model while a graph is compiled. */
import type { DataType } from '../runtime/runtime.ts';
import type { ConstantData, DType, Shape } from '../graph/index.ts';
import { onnx } from './generated/onnx.js';

/** The type of `float` in a compiled model; float64 is for checks on the CPU. */
export type Precision = 'float32' | 'float64';

/** ONNX's numbers for element types (TensorProto.DataType). */
export const elementTypes = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint4: 21,
} as const;

export type AttributeValue = number | readonly number[] | string | { readonly float: number };

const { AttributeType } = onnx.AttributeProto;

function attributeProto(name: string, value: AttributeValue): onnx.IAttributeProto {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

const bytesOf = (data: ArrayBufferView): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly domain?: string;
}

/** Sizes of a graph over blocks of rows, and an input whose first size is that of a block in a run. */
export interface Block {
  readonly rows: number;
  readonly size: number;
  readonly input: string;
}

/** A model under construction. It makes all names, so that the same graph always gives the same bytes. */
export class ModelBuilder {
  readonly nodes: onnx.INodeProto[] = [];
  readonly initializers: onnx.ITensorProto[] = [];
  private readonly shared = new Map<string, string>();
  private readonly parts = new Map<string, string>();
  private counter = 0;

  constructor(
    readonly precision: Precision,
    readonly block: Block | null = null,
  ) {}

  dataType(dtype: DType): DataType {
    const own: Readonly<Partial<Record<DType, DataType>>> = { float: this.precision, half: 'float16', int: 'int32' };
    return own[dtype] ?? (dtype as DataType);
  }

  /** A fresh name that starts with `prefix`. */
  name(prefix: string): string {
    return `${prefix}_${this.counter++}`;
  }

  /** Adds one ONNX node and returns the names of its outputs. */
  node(type: string, inputs: readonly string[], outputs: readonly string[], options: NodeOptions = {}): void {
    const attribute = Object.entries(options.attributes ?? {}).map(([name, value]) => attributeProto(name, value));
    this.nodes.push({
      op_type: type,
      name: `${outputs.find((o) => o !== '')}:${type}`,
      input: [...inputs],
      output: [...outputs],
      attribute,
      domain: options.domain ?? '',
    });
  }

  /** Adds a node with one output under a fresh name, for operators that compile to several ONNX nodes. */
  part(type: string, inputs: readonly string[], prefix: string, options: NodeOptions = {}): string {
    const output = this.name(prefix);
    this.node(type, inputs, [output], options);
    return output;
  }

  /** As `part`, but a node with the same inputs and attributes is written once. */
  once(type: string, inputs: readonly string[], prefix: string, options: NodeOptions = {}): string {
    const key = `${type} ${inputs.join()} ${JSON.stringify(options)}`;
    const made = this.parts.get(key) ?? this.part(type, inputs, prefix, options);
    this.parts.set(key, made);
    return made;
  }

  /** A constant of the graph; equal small constants are stored once. */
  constant(data: ConstantData, shape: Shape, dtype: DType): string {
    const type = this.dataType(dtype);
    const typed =
      type === 'float64'
        ? Float64Array.from(data)
        : type === 'float32'
          ? Float32Array.from(data)
          : type === 'bool'
            ? Uint8Array.from(data)
            : data;
    return this.initializer(bytesOf(typed), shape, elementTypes[type]);
  }

  /** An int64 list, the form of shapes and axes. */
  int64s(values: readonly number[], shape: Shape = [values.length]): string {
    return this.initializer(bytesOf(BigInt64Array.from(values, BigInt)), shape, elementTypes.int64);
  }

  initializer(raw: Uint8Array, shape: Shape, elementType: number): string {
    const key = raw.length <= 64 ? `${elementType}[${shape.join(',')}]${raw.join(',')}` : null;
    const known = key === null ? undefined : this.shared.get(key);
    if (known) return known;
    const name = this.name('constant');
    this.initializers.push({ name, dims: [...shape], data_type: elementType, raw_data: raw });
    if (key !== null) this.shared.set(key, name);
    return name;
  }
}
