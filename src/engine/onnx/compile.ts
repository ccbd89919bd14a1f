/** @file Compiles a graph to the bytes of an ONNX model. */
import { GraphError, isOp, type Node, type Op, topologicalOrder, type Value } from '../graph/index.ts';
import type { CompileOptions, TensorSpec, Varying, VaryingSize } from '../runtime/runtime.ts';
import { type Block, elementTypes, ModelBuilder, type Precision } from './builder.ts';
import { emitters } from './emit.ts';
import { onnx } from './generated/onnx.js';
import { type Product, Products } from './product.ts';
import { readersOf, rewrite } from './rewrite.ts';
import { firstCut, Splits } from './split.ts';

/** A model with its inputs and outputs, complete for a runtime. */
export interface CompiledGraph extends CompileOptions {
  readonly bytes: Uint8Array;
  readonly nodeCount: number;
}

const irVersion = 10;
/** The operator sets that models are written in. */
export const domains = [
  { domain: '', version: 21 },
  { domain: 'com.microsoft', version: 1 },
] as const;

function valueInfo({ name, dtype, shape, varies }: TensorSpec): onnx.IValueInfoProto {
  const elem_type = elementTypes[dtype];
  const dim = shape.map((dim_value, axis) => (varies && axis === 0 ? { dim_param: varies } : { dim_value }));
  return { name, type: { tensor_type: { elem_type, shape: { dim } } } };
}

/** The varying first size of each input and output that has one. */
type Sizes = ReadonlyMap<string, VaryingSize>;

/** The blocks of rows, if their size varies. */
function blockOf(order: readonly Node[], sizes: Sizes): Block | null {
  const inputs = order.filter((node): node is Node<'input'> => isOp(node, 'input'));
  const of = (size: VaryingSize) => inputs.find(({ attributes: { name } }) => sizes.get(name) === size);
  const [rows, block] = [of('rows'), of('block')];
  const count = (node: Node): number => node.outputs[0]?.shape[0] as number;
  return rows && block ? { rows: count(rows), size: count(block), input: block.attributes.name } : null;
}

/** The inputs that a node's operator reads: the places of a gathering are for its derivative. */
const readByNode = ({ op, inputs }: Node): readonly Value[] => (op === 'gather' ? inputs.slice(0, 2) : inputs);

/** Writes the nodes in order and remembers the name of each value. */
class Writer {
  readonly inputs: TensorSpec[] = [];
  private readonly names = new Map<Value, string>();

  constructor(
    readonly builder: ModelBuilder,
    private readonly wanted: ReadonlyMap<Value, string>,
    private readonly products: Products,
    private readonly splits: Splits,
    private readonly sizes: Sizes,
  ) {}

  spec(name: string, { dtype, shape }: Value): TensorSpec {
    const spec = { name, dtype: this.builder.dataType(dtype), shape };
    const varies = this.sizes.get(name);
    return varies === undefined ? spec : { ...spec, varies };
  }

  nameOf(value: Value): string {
    const name = this.names.get(value);
    if (name === undefined) throw new GraphError(`${value.node.op}: used before it was written`);
    return name;
  }

  write(node: Node): void {
    const [value] = node.outputs as [Value];
    if (isOp(node, 'input')) {
      const { name } = node.attributes;
      if (this.inputs.some((i) => i.name === name)) throw new GraphError(`two inputs are named ${name}`);
      this.inputs.push(this.spec(name, value));
      this.names.set(value, name);
    } else if (isOp(node, 'constant')) {
      this.names.set(value, this.builder.constant(node.attributes.data, value.shape, value.dtype));
    } else if (isOp(node, 'stopGradient')) {
      this.names.set(value, this.nameOf(node.inputs[0] as Value));
    } else if (this.products.of(value)) {
      this.product(this.products.of(value) as Product, this.named([value])[0] as string);
    } else if (this.splits.of(value)) {
      this.split(this.splits.of(value) as readonly Value[]);
    } else {
      this.emit(node as Node<keyof typeof emitters>);
    }
  }

  /** Names of values that a node is about to compute. */
  private named(values: readonly Value[]): string[] {
    return values.map((value) => {
      const { scope, op } = value.node;
      const name = this.wanted.get(value) ?? this.builder.name(scope ? `${scope}/${op}` : op);
      this.names.set(value, name);
      return name;
    });
  }

  private emit<O extends keyof typeof emitters & Op>(node: Node<O>): void {
    const outputs = this.named(node.outputs);
    emitters[node.op](this.builder, node, { inputs: readByNode(node).map((v) => this.nameOf(v)), outputs });
  }

  private product({ a, b, transA, transB, alpha, c }: Product, output: string): void {
    const inputs = [a, b, ...(c ? [c] : [])].map((v) => this.nameOf(v));
    const attributes = {
      ...(transA ? { transA: 1 } : {}),
      ...(transB ? { transB: 1 } : {}),
      ...(alpha === 1 ? {} : { alpha: { float: alpha } }),
    };
    this.builder.node('Gemm', inputs, [output], { attributes });
  }

  /** All parts at once, with the first of them. */
  private split(parts: readonly Value[]): void {
    if (this.names.has(parts[0] as Value)) return;
    const { attributes, inputs } = (parts[0] as Value).node as Node<'slice'>;
    this.cut(this.nameOf(inputs[0] as Value), parts, attributes.axis);
  }

  private cut(whole: string, parts: readonly Value[], axis: number): void {
    const groups = firstCut(parts);
    const sizes = groups.map((group) => group.reduce((sum, { shape }) => sum + (shape[axis] as number), 0));
    const outputs = groups.map((group) =>
      group.length === 1 ? (this.named(group)[0] as string) : this.builder.name('split'),
    );
    this.builder.node('Split', [whole, this.builder.int64s(sizes)], outputs, { attributes: { axis } });
    groups.forEach((group, i) => group.length > 1 && this.cut(outputs[i] as string, group, axis));
  }
}

/**
 * Compiles the named outputs and everything they depend on; the inputs are those that the outputs reach. Throws
 * GraphError if two inputs, or an input and an output, share a name. `varying` names inputs and outputs whose first
 * size may be smaller in a run; the graph must treat rows alike and keep them on the first axis. A reshape that parts
 * rows into blocks may have more, smaller ones.
 */
export function compile(
  name: string,
  outputs: Readonly<Record<string, Value>>,
  precision: Precision = 'float32',
  varying: Varying = {},
): CompiledGraph {
  const roots = rewrite(Object.values(outputs), precision);
  const entries = Object.keys(outputs).map((outputName, i) => [outputName, roots[i] as Value] as const);
  const wanted = new Map<Value, string>();
  // A value that is output twice, or is a leaf, keeps its first name and is copied to the other.
  for (const [outputName, value] of entries) if (!wanted.has(value)) wanted.set(value, outputName);
  const products = new Products(readersOf(roots), precision);
  const readBy = (node: Node): readonly Value[] => {
    const product = products.of(node.outputs[0] as Value);
    if (product) return [product.a, product.b, ...(product.c ? [product.c] : [])];
    return readByNode(node);
  };
  const order = topologicalOrder(roots, readBy);
  const sizes: Sizes = new Map(
    Object.entries(varying).flatMap(([size, names]) => names.map((of) => [of, size as VaryingSize] as const)),
  );
  const builder = new ModelBuilder(precision, blockOf(order, sizes));
  const writer = new Writer(builder, wanted, products, new Splits(order), sizes);
  for (const node of order) writer.write(node);
  for (const { name: taken } of writer.inputs)
    if (taken in outputs) throw new GraphError(`${name}: ${taken} names both an input and an output`);
  for (const [outputName, value] of entries) {
    const current = writer.nameOf(value);
    if (current !== outputName) writer.builder.node('Identity', [current], [outputName]);
  }
  const specs = entries.map(([outputName, v]) => writer.spec(outputName, v));
  const { nodes, initializers } = writer.builder;
  const model: onnx.IModelProto = {
    ir_version: irVersion,
    producer_name: 'rollout',
    opset_import: [...domains],
    graph: {
      name,
      node: nodes,
      initializer: initializers,
      input: writer.inputs.map(valueInfo),
      output: specs.map(valueInfo),
    },
  };
  return {
    name,
    bytes: onnx.ModelProto.encode(model).finish(),
    inputs: writer.inputs,
    outputs: specs,
    nodeCount: nodes.length,
  };
}
