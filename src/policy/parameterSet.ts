/**
 * @file Kinds of parameter sets: numbers in one flat vector that, put over the frozen weights of a policy, make another
 * policy.
 */
import { input, type Value } from '../engine/graph/index.ts';
import type { Random } from '../lib/random.ts';
import { present } from '../lib/assert.ts';
import { type PolicyConfig, weightNames } from './config.ts';
import { adapterLayout, criticPieces, initialAdapter, layerDeltas, withAdapter } from './lora.ts';
import { type LoraConfig } from './loraConfig.ts';
import { layOut, type Parameters, type Segment, trainableParameters, unflatten, weightLayout } from './parameters.ts';
import { denseWeight, type Weight } from './quantize.ts';

/** Which numbers a slot holds; plain data, so that it can be sent to a worker. */
export type SetChoice =
  | { readonly kind: 'lora'; readonly lora: LoraConfig }
  /** All weights of the policy, dense. */
  | { readonly kind: 'full' }
  /** A linear head on the last hidden state alone: one number for each position. */
  | { readonly kind: 'head' };

export interface ParameterSet {
  readonly segments: readonly Segment[];
  /** Numbers of the flat vector. */
  readonly size: number;
  /** Parameters of a fresh slot. */
  initial(random: Random): Float32Array;
  /** The vector under which the policy is its base; zeros where absent. */
  neutral?(): Float32Array;
  /** The weights of the policy under the set's values, by segment. */
  over(base: Parameters, values: ReadonlyMap<string, Value>): Parameters;
  /** Names of the weights that differ from the base's, for decoding with dense ones. */
  readonly replaced: readonly string[];
  /** The dense value of each of them, from the flat vector [size]. Absent if `deltas` gives them. */
  dense?(flat: Value): (name: string) => Value;
  /** For a linear weight of a block, its difference from the base's in all layers, [layers, in, out]; null without one. */
  deltas?(flat: Value): (part: string) => Value | null;
  /** Whether it has a head that gives every position a number (`headValues`). */
  readonly hasHead: boolean;
}

export const loraSet = (config: PolicyConfig, lora: LoraConfig): ParameterSet => {
  const layout = adapterLayout(config, lora);
  return {
    segments: layout.segments,
    size: layout.size,
    initial: (random) => initialAdapter(layout, random),
    over: (base, matrices) => withAdapter(base, { layout, matrices }),
    replaced: layout.layers,
    deltas: (flat) => layerDeltas(layout, config.layers, flat),
    hasHead: lora.critic ?? false,
  };
};

/** All weights of a checkpoint laid end to end as `weightLayout` orders them; blocks become dense. */
function flatWeights(config: PolicyConfig, weights: ReadonlyMap<string, Weight>): Float32Array {
  const { segments, size } = weightLayout(config);
  const flat = new Float32Array(size);
  for (const { name, offset } of segments) {
    const weight = present(weights.get(name), `weight ${name}`);
    flat.set(denseWeight(name, weight).data, offset);
  }
  return flat;
}

export const fullSet = (config: PolicyConfig, weights: ReadonlyMap<string, Weight>): ParameterSet => ({
  ...weightLayout(config),
  initial: () => flatWeights(config, weights),
  neutral: () => flatWeights(config, weights),
  over: ({ fewNodes }, values) => trainableParameters(values, fewNodes),
  replaced: weightNames(config).map(({ name }) => name),
  dense(flat) {
    const values = unflatten(flat, weightLayout(config).segments);
    return (name) => present(values.get(name), `weight ${name}`);
  },
  hasHead: false,
});

const headSet = (config: PolicyConfig): ParameterSet => {
  const { segments, size } = layOut(criticPieces(config));
  return {
    segments,
    size,
    initial: () => new Float32Array(size),
    over: (base) => base,
    replaced: [],
    hasHead: true,
  };
};

/** The set of that kind over a policy with these weights. */
export function parameterSet(
  config: PolicyConfig,
  weights: ReadonlyMap<string, Weight>,
  choice: SetChoice,
): ParameterSet {
  if (choice.kind === 'lora') return loraSet(config, choice.lora);
  return choice.kind === 'full' ? fullSet(config, weights) : headSet(config);
}

/** A set's values as slices of an input [size], and the policy's weights under them. */
export function fedSet(set: ParameterSet, base: Parameters, name: string) {
  const values = unflatten(input(name, [set.size]), set.segments);
  return { values, parameters: set.over(base, values) };
}
