/** @file The programs of a large decoder before its head: one compiled block serves every layer, backward too. */
import { grad } from '../../engine/autodiff/grad.ts';
import { gather, input, mul, reduceSum, stopGradient, type Value } from '../../engine/graph/index.ts';
import { type CompiledGraph, compile } from '../../engine/onnx/compile.ts';
import { visibleStates } from '../autoregressive.ts';
import type { PolicyConfig } from '../config.ts';
import type { ForestLeaves } from '../forest.ts';
import { inputParameters, type Segment } from '../parameters.ts';
import type { ParameterSet } from '../parameterSet.ts';
import type { Weight } from '../quantize.ts';
import { normed } from '../layerParts.ts';
import { block, blockContext, kernelOf } from '../transformer.ts';

/** A decoder over the states of a forest. */
export interface LayerParts {
  readonly config: PolicyConfig;
  readonly weights: ReadonlyMap<string, Weight>;
  /** The leaves of the forest. */
  readonly leaves: Readonly<Record<keyof ForestLeaves, Value>>;
  /** Whether few nodes matter more than few operations. */
  readonly fewNodes: boolean;
}

/** Name of the output with the cotangent of a matrix. */
export const gradientOf = (name: string): string => `gradient.${name}`;

/** Matrices of one layer of a set, under the names of layer 0. */
export const factorsOf = ({ segments }: ParameterSet): readonly Segment[] =>
  segments.filter(({ name }) => name.startsWith('layers.0.'));

const hiddenInput = ({ config, leaves }: LayerParts, name: string): Value =>
  input(name, [leaves.tokenIds.shape[0] as number, config.dim]);

/** The block of a layer from x [S, d], with its matrices as inputs of their own. */
function layerOf(parts: LayerParts, set: ParameterSet, isLocal: boolean) {
  const { config, weights, leaves, fewNodes } = parts;
  const x = hiddenInput(parts, 'x');
  const factors = new Map(factorsOf(set).map(({ name, shape }) => [name, input(name, shape)]));
  const parameters = set.over(inputParameters(weights, fewNodes), factors);
  const { positions, slots, ends } = leaves;
  const sequence = { x, positions, visible: visibleStates(slots, ends) };
  const context = blockContext(config, sequence, kernelOf(parameters), isLocal);
  return { x, factors, y: block(config, parameters, 'layers.0', x, context).x };
}

/** x, the matrices of a layer -> y, both [S, d]; for layers with local attention or without. */
export const layerGraph = (parts: LayerParts, set: ParameterSet, isLocal: boolean): CompiledGraph =>
  compile('layer', { y: layerOf(parts, set, isLocal).y });

/**
 * x, the cotangent of y, the matrices of a layer -> the cotangents of x and of each matrix. The block is computed
 * again, so that a forward pass keeps x alone.
 */
export function layerBackwardGraph(parts: LayerParts, set: ParameterSet, isLocal: boolean): CompiledGraph {
  const { x, factors, y } = layerOf(parts, set, isLocal);
  const [toX, ...toFactors] = grad(reduceSum(mul(y, hiddenInput(parts, 'cotangent'))), [x, ...factors.values()]);
  const gradients = [...factors.keys()].map((name, i) => [gradientOf(name), toFactors[i] as Value] as const);
  return compile('layerBackward', { 'next.cotangent': toX as Value, ...Object.fromEntries(gradients) });
}

/** The hidden states before each scored token [S, d], from the output x [S, d] of the last layer. */
export function lastHidden(parts: LayerParts, x: Value): Value {
  const { config, weights, leaves, fewNodes } = parts;
  return gather(normed(config, inputParameters(weights, fewNodes), 'norm', x), leaves.sources, leaves.places);
}

/** x -> hidden, both [S, d]. */
export const hiddenGraph = (parts: LayerParts): CompiledGraph =>
  compile('hidden', { hidden: lastHidden(parts, hiddenInput(parts, 'x')) });

/** The cotangent of x from that of hidden = `lastHidden` of x, [S, d] each. */
export const throughLastHidden = (x: Value, hidden: Value, cotangent: Value): Value =>
  grad(reduceSum(mul(hidden, stopGradient(cotangent))), [x])[0] as Value;
