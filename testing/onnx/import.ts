/** @file Imports the bytes of an ONNX model as values of the graph language. */
import { GraphError, input, sameShape, scope, type Value } from '../../src/engine/graph/index.ts';
import { elementTypes, type Precision } from '../../src/engine/onnx/builder.ts';
import { domains } from '../../src/engine/onnx/compile.ts';
import { onnx } from '../../src/engine/onnx/generated/onnx.js';
import { fusedImports, operatorImports, type OperatorImport } from './operators.ts';
import { graphType, Initializer, NodeReader, sizes } from './reader.ts';

/** A model as a graph that can be differentiated, extended and compiled again. */
export interface ImportedGraph {
  readonly name: string;
  /** The type of `float` in the model. */
  readonly precision: Precision;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly outputs: Readonly<Record<string, Value>>;
}

const keyOf = (domain: string, type: string): string => `${domain}:${type}`;
const byType: ReadonlyMap<string, OperatorImport> = new Map(
  [...Object.values(operatorImports), ...fusedImports].map((o) => [keyOf(o.domain, o.type), o]),
);

function decode(bytes: Uint8Array): onnx.IModelProto {
  try {
    return onnx.ModelProto.decode(bytes);
  } catch (cause) {
    throw new GraphError('model: the bytes are truncated or are no ONNX model', { cause });
  }
}

function checkDomains(model: onnx.IModelProto): void {
  for (const { domain, version } of domains) {
    const found = model.opset_import?.find((o) => (o.domain ?? '') === domain);
    const name = domain || 'ai.onnx';
    if (!found) throw new GraphError(`model: no version of ${name} is stated, ${version} is needed`);
    if (Number(found.version) !== version)
      throw new GraphError(`model: version ${Number(found.version)} of ${name}, only ${version} can be read`);
  }
}

interface Declared {
  readonly name: string;
  readonly elementType: number;
  readonly shape: readonly number[];
}

function declared(info: onnx.IValueInfoProto): Declared {
  const tensor = info.type?.tensor_type;
  const name = info.name ?? '';
  if (!tensor?.shape) throw new GraphError(`${name}: neither type nor shape is stated`);
  const shape = sizes((tensor.shape.dim ?? []).map((d) => d.dim_value ?? NaN));
  if (!shape.every((n) => n > 0)) throw new GraphError(`${name}: only sizes known beforehand can be read`);
  return { name, elementType: tensor.elem_type ?? 0, shape };
}

function precisionOf(types: Iterable<number>): Precision {
  const found = new Set(types);
  if (found.has(elementTypes.float32) && found.has(elementTypes.float64))
    throw new GraphError('model: float32 and float64 are mixed');
  return found.has(elementTypes.float64) ? 'float64' : 'float32';
}

/** Every name of the model and its value; each is defined once. */
class Names {
  private readonly known = new Map<string, Value | Initializer>();

  define(name: string, meaning: Value | Initializer): void {
    if (this.known.has(name)) throw new GraphError(`model: ${name} is defined twice`);
    this.known.set(name, meaning);
  }

  readonly find = (name: string): Value | Initializer | undefined => this.known.get(name);

  read(proto: onnx.INodeProto): void {
    const node = new NodeReader(proto, this.find);
    const outputs = this.valuesOf(proto, node);
    node.finish();
    if (outputs.length !== node.outputs.length)
      node.fail(`has ${node.outputs.length} outputs, ${outputs.length} are needed`);
    outputs.forEach((value, i) => this.define(node.outputs[i] as string, value));
  }

  private valuesOf(proto: onnx.INodeProto, node: NodeReader): readonly Value[] {
    const [domain, type] = [proto.domain ?? '', proto.op_type ?? ''];
    // A copy under another name; graphs have no names for values.
    if (domain === '' && type === 'Identity') return [node.arity(1).value(0)];
    const found = byType.get(keyOf(domain, type));
    if (!found)
      return node.fail(`this operator${domain ? ` of ${domain}` : ''} has no counterpart in the graph language`);
    const place = node.outputs[0]?.split('/').slice(0, -1).join('/');
    return place ? scope(place, () => found.read(node)) : found.read(node);
  }
}

/**
 * Reads a model that `compile` wrote (or a similar one) as a graph with the same numbers. Operators compiled to several
 * ONNX nodes are imported as those parts; scopes are read from the nodes' names. Throws GraphError, naming the node,
 * for an unknown operator, a missing input, a wrong attribute, and for truncated bytes.
 */
export function importModel(bytes: Uint8Array): ImportedGraph {
  const model = decode(bytes);
  const { graph } = model;
  if (!graph) throw new GraphError('model: the bytes are truncated or are no ONNX model');
  checkDomains(model);
  const names = new Names();
  const initializers = (graph.initializer ?? []).map((proto) => new Initializer(proto));
  for (const tensor of initializers) names.define(tensor.name, tensor);
  const inputs = (graph.input ?? []).map(declared);
  const values = inputs.map(({ name, shape, elementType }) => input(name, shape, graphType(elementType, name)));
  values.forEach((value, i) => names.define((inputs[i] as Declared).name, value));
  for (const node of graph.node ?? []) names.read(node);
  const outputs = (graph.output ?? []).map(declared).map(({ name, shape, elementType }): [string, Value] => {
    const found = names.find(name);
    if (!found) throw new GraphError(`model: the output ${name} is computed by no node`);
    const value = found instanceof Initializer ? found.value() : found;
    const dtype = graphType(elementType, name);
    if (value.dtype !== dtype || !sameShape(value.shape, shape)) {
      throw new GraphError(
        `model: the output ${name} is ${value.dtype}[${value.shape.join(',')}], stated as ${dtype}[${shape.join(',')}]`,
      );
    }
    return [name, value];
  });
  return {
    name: graph.name ?? '',
    precision: precisionOf([...initializers, ...inputs].map(({ elementType }) => elementType)),
    inputs: Object.fromEntries(values.map((value, i) => [(inputs[i] as Declared).name, value])),
    outputs: Object.fromEntries(outputs),
  };
}
