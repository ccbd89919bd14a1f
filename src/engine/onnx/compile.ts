/** @file Compiles a graph to the bytes of an ONNX model. */
import { GraphError, isOp, type Node, type Op, topologicalOrder, type Value } from '../graph/index.ts';
import type { CompileOptions, TensorSpec } from '../runtime/runtime.ts';
import { elementTypes, ModelBuilder, type Precision } from './builder.ts';
import { emitters } from './emit.ts';
import { onnx } from './generated/onnx.js';

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
  const dim = shape.map((dim_value, axis) => (varies && axis === 0 ? { dim_param: 'rows' } : { dim_value }));
  return { name, type: { tensor_type: { elem_type, shape: { dim } } } };
}

/** Writes the nodes in order and remembers the name of each value. */
class Writer {
  readonly inputs: TensorSpec[] = [];
  private readonly names = new Map<Value, string>();

  constructor(
    readonly builder: ModelBuilder,
    private readonly wanted: ReadonlyMap<Value, string>,
    private readonly varying: readonly string[],
  ) {}

  spec(name: string, { dtype, shape }: Value): TensorSpec {
    const spec = { name, dtype: this.builder.dataType(dtype), shape };
    return this.varying.includes(name) ? { ...spec, varies: true } : spec;
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
    } else {
      this.emit(node as Node<keyof typeof emitters>);
    }
  }

  private emit<O extends keyof typeof emitters & Op>(node: Node<O>): void {
    const prefix = node.scope ? `${node.scope}/${node.op}` : node.op;
    const outputs = node.outputs.map((v) => this.wanted.get(v) ?? this.builder.name(prefix));
    node.outputs.forEach((v, i) => this.names.set(v, outputs[i] as string));
    emitters[node.op](this.builder, node, { inputs: node.inputs.map((v) => this.nameOf(v)), outputs });
  }
}

/**
 * Compiles the named outputs and everything they depend on; the inputs are those that the outputs reach. Throws
 * GraphError if two inputs, or an input and an output, share a name. Inputs and outputs in `varying` have any number of
 * rows up to their first size, the same in a run; the graph must treat rows alike and keep them on the first axis.
 */
export function compile(
  name: string,
  outputs: Readonly<Record<string, Value>>,
  precision: Precision = 'float32',
  varying: readonly string[] = [],
): CompiledGraph {
  const entries = Object.entries(outputs);
  const wanted = new Map<Value, string>();
  // A value that is output twice, or is a leaf, keeps its first name and is copied to the other.
  for (const [outputName, value] of entries) if (!wanted.has(value)) wanted.set(value, outputName);
  const writer = new Writer(new ModelBuilder(precision), wanted, varying);
  const order = topologicalOrder(entries.map(([, value]) => value));
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
