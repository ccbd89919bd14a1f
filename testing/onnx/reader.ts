/** @file Reads the parts of an ONNX model or node, with a clear error for a missing part or a wrong type. */
import {
  type ConstantData,
  constant,
  type DType,
  GraphError,
  isOp,
  type Shape,
  sizeOf,
  type Value,
} from '../../src/engine/graph/index.ts';
import { elementTypes } from '../../src/engine/onnx/builder.ts';
import { onnx } from '../../src/engine/onnx/generated/onnx.js';

const graphTypes: ReadonlyMap<number, DType> = new Map([
  [elementTypes.float32, 'float'],
  [elementTypes.float64, 'float'],
  [elementTypes.int32, 'int'],
  [elementTypes.bool, 'bool'],
  [elementTypes.uint8, 'uint8'],
]);

/** The graph's type for an ONNX element type. */
export function graphType(elementType: number, what: string): DType {
  const dtype = graphTypes.get(elementType);
  if (!dtype) throw new GraphError(`${what}: element type ${elementType} is none of the graph language`);
  return dtype;
}

/** Sizes are Long objects if that package is installed. */
export const sizes = (numbers: readonly unknown[] | null | undefined): number[] => (numbers ?? []).map(Number);

/** A stored tensor. */
export class Initializer {
  readonly name: string;
  readonly shape: Shape;
  readonly elementType: number;
  readonly raw: Uint8Array;
  private made: Value | null = null;

  constructor(proto: onnx.ITensorProto) {
    this.name = proto.name ?? '';
    this.shape = sizes(proto.dims);
    this.elementType = proto.data_type ?? 0;
    // A copy, so that the bytes are aligned for typed arrays.
    this.raw = Uint8Array.from(proto.raw_data ?? []);
  }

  /** The tensor as a constant of the graph; one value shared by all its uses. */
  value(): Value {
    this.made ??= constant(this.data(), this.shape, graphType(this.elementType, `initializer ${this.name}`));
    return this.made;
  }

  int64s(): number[] | null {
    return this.elementType === elementTypes.int64 ? Array.from(new BigInt64Array(this.bytes(8)), Number) : null;
  }

  private data(): ConstantData {
    if (this.elementType === elementTypes.float32) return new Float32Array(this.bytes(4));
    if (this.elementType === elementTypes.float64) return new Float64Array(this.bytes(8));
    return this.elementType === elementTypes.int32 ? new Int32Array(this.bytes(4)) : new Uint8Array(this.bytes(1));
  }

  private bytes(width: number): ArrayBuffer {
    const expected = sizeOf(this.shape) * width;
    if (this.raw.length !== expected)
      throw new GraphError(`initializer ${this.name}: ${this.raw.length} bytes do not fill [${this.shape.join(',')}]`);
    return this.raw.buffer as ArrayBuffer;
  }
}

/** The value of a name at the time a node is read. */
export type Lookup = (name: string) => Value | Initializer | undefined;

/**
 * A node being read. Every attribute must be requested: one left unread at `finish` would change the node's meaning.
 */
export class NodeReader {
  private readonly attributes: Map<string, onnx.IAttributeProto>;
  readonly inputs: readonly string[];
  /** Names of the used outputs. */
  readonly outputs: readonly string[];

  constructor(
    private readonly proto: onnx.INodeProto,
    private readonly lookup: Lookup,
  ) {
    this.attributes = new Map((proto.attribute ?? []).map((a) => [a.name ?? '', a]));
    this.inputs = proto.input ?? [];
    this.outputs = (proto.output ?? []).filter((name) => name !== '');
  }

  fail(reason: string): never {
    throw new GraphError(`${this.proto.op_type} "${this.proto.name}": ${reason}`);
  }

  arity(count: number): this {
    if (this.inputs.length !== count) this.fail(`has ${this.inputs.length} inputs, ${count} are needed`);
    return this;
  }

  value(index: number): Value {
    const found = this.find(index);
    return found instanceof Initializer ? found.value() : found;
  }

  values(count: number): Value[] {
    return Array.from({ length: count }, (_, i) => this.value(i));
  }

  initializer(index: number): Initializer {
    const found = this.find(index);
    return found instanceof Initializer ? found : this.fail(`input ${index} must be an initializer`);
  }

  /** A constant list of int64, the form of shapes and axes. */
  int64s(index: number): number[] {
    return this.initializer(index).int64s() ?? this.fail(`input ${index} must be int64`);
  }

  constantInts(index: number): number[] {
    const { node, dtype } = this.value(index);
    if (!isOp(node, 'constant') || dtype !== 'int') return this.fail(`input ${index} must be constant int32`);
    return Array.from(node.attributes.data);
  }

  /** Positions are int64 where they are constants. */
  positions(index: number): Value {
    const found = this.find(index);
    const ids = found instanceof Initializer ? found.int64s() : null;
    return ids ? constant(ids, (found as Initializer).shape, 'int') : this.value(index);
  }

  has(name: string): boolean {
    return this.attributes.has(name);
  }

  int(name: string): number {
    return Number(this.attribute(name, onnx.AttributeProto.AttributeType.INT, 'an integer').i ?? 0);
  }

  ints(name: string): number[] {
    return sizes(this.attribute(name, onnx.AttributeProto.AttributeType.INTS, 'a list of integers').ints);
  }

  text(name: string): string {
    const { s } = this.attribute(name, onnx.AttributeProto.AttributeType.STRING, 'a text');
    return new TextDecoder().decode(s ?? new Uint8Array());
  }

  float(name: string): number {
    return this.attribute(name, onnx.AttributeProto.AttributeType.FLOAT, 'a float').f ?? 0;
  }

  /** 0 or 1. */
  flag(name: string): boolean {
    const value = this.int(name);
    return value === 0 || value === 1 ? value === 1 : this.fail(`attribute ${name} is ${value}, 0 or 1 is needed`);
  }

  /** Requires an attribute to have the only value that the graph language supports. */
  only(name: string, wanted: number, read: (name: string) => number = (n) => this.int(n)): void {
    const value = read(name);
    if (value !== wanted) this.fail(`attribute ${name} is ${value}, only ${wanted} can be read`);
  }

  finish(): void {
    const [unread] = this.attributes.keys();
    if (unread !== undefined) this.fail(`attribute ${unread} is not known`);
  }

  private find(index: number): Value | Initializer {
    const name = this.inputs[index] || this.fail(`input ${index} is missing`);
    return this.lookup(name) ?? this.fail(`input ${name} is defined by nothing before it`);
  }

  private attribute(name: string, type: number, kind: string): onnx.IAttributeProto {
    const found = this.attributes.get(name) ?? this.fail(`attribute ${name} is missing`);
    if (found.type !== type) this.fail(`attribute ${name} is not ${kind}`);
    this.attributes.delete(name);
    return found;
  }
}
