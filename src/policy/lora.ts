/** @file Low-rank adapters on linear layers: W x + (alpha / rank) B A x (arXiv 2106.09685), in one flat vector. */
import { add, matmul, mul, reshape, sizeOf, slice, transpose, type Value } from '../engine/graph/index.ts';
import type { Random } from '../lib/random.ts';
import { type PolicyConfig, weightNames } from './config.ts';
import type { LoraConfig } from './loraConfig.ts';
import { layOut, type Parameters, type Segment, unflatten } from './parameters.ts';
import { CheckpointError, requireFinite, type StoredTensor } from './safetensors.ts';

/**
 * The flat vector of an adapter from the tensors of a file. `named` gives a segment's name and shape in the file, and
 * its data in our layout. CheckpointError for a tensor that is missing, not finite, of another shape or unknown;
 * checked before the vector is allocated.
 */
export function adapterFrom(
  tensors: ReadonlyMap<string, StoredTensor>,
  { segments, size }: AdapterLayout,
  named: (segment: Segment) => {
    readonly name: string;
    readonly shape: readonly number[];
    readonly ours: (data: Float32Array) => Float32Array;
  },
): Float32Array {
  const found = segments.map((segment) => {
    const { name, shape, ours } = named(segment);
    const tensor = tensors.get(name);
    if (!(tensor?.data instanceof Float32Array) || tensor.shape.join() !== shape.join())
      throw new CheckpointError(`adapter: a float32 tensor ${name} of the shape [${shape.join(', ')}] is needed`);
    requireFinite('adapter', name, tensor.data);
    return { offset: segment.offset, data: tensor.data, ours };
  });
  if (tensors.size !== segments.length)
    throw new CheckpointError(`adapter: ${tensors.size} tensors where ${segments.length} are needed`);
  const flat = new Float32Array(size);
  for (const { offset, data, ours } of found) flat.set(ours(data), offset);
  return flat;
}

/**
 * Layout of A [in, rank] and B [rank, out] of each adapted layer in the flat vector, as `layers.0.q.a` and
 * `layers.0.q.b`; the critic's, if any, last.
 */
export interface AdapterLayout {
  readonly lora: LoraConfig;
  readonly layers: readonly string[];
  readonly segments: readonly Segment[];
  readonly size: number;
}

export const criticNames = { weight: 'critic.weight', bias: 'critic.bias' } as const;

/** A linear head on the last hidden state: w [d, 1] and b [1]. */
export const criticPieces = ({ dim }: PolicyConfig) => [
  { name: criticNames.weight, shape: [dim, 1] },
  { name: criticNames.bias, shape: [1] },
];

export function adapterLayout(config: PolicyConfig, lora: LoraConfig): AdapterLayout {
  const adapted = weightNames(config).filter(({ name }) => lora.targets.some((target) => name.endsWith(`.${target}`)));
  const pieces = adapted.flatMap(({ name, shape: [inDim, outDim] }) => [
    { name: `${name}.a`, shape: [inDim as number, lora.rank] },
    { name: `${name}.b`, shape: [lora.rank, outDim as number] },
  ]);
  const head = lora.critic ? criticPieces(config) : [];
  return { lora, layers: adapted.map(({ name }) => name), ...layOut([...pieces, ...head]) };
}

/** The factor of the adapter's output. */
export const loraScale = ({ rank, alpha, rankStabilized }: LoraConfig): number =>
  alpha / (rankStabilized ? Math.sqrt(rank) : rank);

/** A ~ N(0, 1/in), B = 0, so the adapted policy equals its base; a critic starts at 0. */
export function initialAdapter(layout: AdapterLayout, random: Random): Float32Array {
  const flat = new Float32Array(layout.size);
  for (const { name, offset, shape } of layout.segments) {
    if (!name.endsWith('.a')) continue;
    const [inDim, rank] = shape as [number, number];
    const stream = random.fork(name);
    for (let i = 0; i < inDim * rank; i++) flat[offset + i] = stream.normal() / Math.sqrt(inDim);
  }
  return flat;
}

/** An adapter's matrices as values of a graph. */
export interface Adapter {
  readonly layout: AdapterLayout;
  readonly matrices: ReadonlyMap<string, Value>;
}

/** The matrices of the flat vector `flat` [layout.size]. */
export const adapterOf = (layout: AdapterLayout, flat: Value): Adapter => ({
  layout,
  matrices: unflatten(flat, layout.segments),
});

/** The base with the adapter's low-rank term added to each adapted layer. */
export function withAdapter(base: Parameters, { layout, matrices }: Adapter): Parameters {
  const scale = loraScale(layout.lora);
  /** scale (x A) B. Few columns multiply slowly, so the inner product [rank, n] is computed as A' x'. */
  const term = (x: Value, a: Value, b: Value) => matmul(transpose(mul(matmul(transpose(a), transpose(x)), scale)), b);
  return {
    isDense: base.isDense,
    fewNodes: base.fewNodes,
    dense: base.dense,
    linear(name, x) {
      const a = matrices.get(`${name}.a`);
      const b = matrices.get(`${name}.b`);
      if (!a || !b) return base.linear(name, x);
      // Few nodes: the merged weight. Few operations: small products, which leave the base's bits as they are at B = 0.
      return base.isDense && base.fewNodes
        ? matmul(x, add(base.dense(name), mul(matmul(a, b), scale)))
        : add(base.linear(name, x), term(x, a, b));
    },
  };
}

/**
 * scale A B of a target in all layers, [layers, in, out], or null if the target has no adapter. Layers follow each
 * other in the flat vector, so that each of their matrices is one slice of it.
 */
export function layerDeltas(layout: AdapterLayout, layers: number, flat: Value): (target: string) => Value | null {
  const { segments, lora } = layout;
  const size = segments.reduce((sum, { name, shape }) => sum + (name.startsWith('layers.') ? sizeOf(shape) : 0), 0);
  // Half of the scale on A and half on B: one product over the flat vector instead of one for each matrix.
  const scaled = mul(slice(flat, 0, 0, size), Math.sqrt(loraScale(lora)));
  const perLayer = reshape(scaled, [layers, size / layers]);
  const matrix = (name: string): Value | null => {
    const segment = segments.find((known) => known.name === `layers.0.${name}`);
    if (!segment) return null;
    const { offset, shape } = segment;
    return reshape(slice(perLayer, 1, offset, offset + sizeOf(shape)), [layers, ...shape]);
  };
  return (target) => {
    const [a, b] = [matrix(`${target}.a`), matrix(`${target}.b`)];
    return a && b ? matmul(a, b) : null;
  };
}
