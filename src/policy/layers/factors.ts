/** @file Memory for the matrices of an adapter in one layer, and for their gradients; layers can use it in turn. */
import { sizeOf } from '../../engine/graph/index.ts';
import type { DeviceTensor, Runtime } from '../../engine/runtime/runtime.ts';
import { present } from '../../lib/assert.ts';
import { once } from '../../lib/once.ts';
import type { ParameterSet } from '../parameterSet.ts';
import { factorsOf, gradientOf } from './blocks.ts';

type Tensors = Readonly<Record<string, DeviceTensor>>;

/** A matrix under its name in layer 0, and where each layer's begins in the flat vector; in bytes. */
interface Place {
  readonly name: string;
  readonly size: number;
  readonly at: (layer: number) => number;
}

export class LayerFactors {
  /** By name. */
  readonly matrices: Tensors;
  /** By `gradientOf` the name. */
  readonly gradients: () => Tensors;
  private readonly places: readonly Place[];

  constructor(
    private readonly runtime: Runtime,
    set: ParameterSet,
  ) {
    const own = factorsOf(set);
    const memory = (named: (name: string) => string): Tensors =>
      Object.fromEntries(
        own.map(({ name, shape }) => {
          const data = new Float32Array(sizeOf(shape));
          return [named(name), runtime.upload({ dtype: 'float32', shape, data })];
        }),
      );
    this.matrices = memory((name) => name);
    this.gradients = once(() => memory(gradientOf));
    const offsets = new Map(set.segments.map(({ name, offset }) => [name, offset]));
    this.places = own.map(({ name, shape }) => ({
      name,
      size: 4 * sizeOf(shape),
      at: (layer) => 4 * present(offsets.get(name.replace('layers.0.', `layers.${layer}.`)), name),
    }));
  }

  /** Copies the matrices of a layer out of flat parameters. */
  take(layer: number, parameters: DeviceTensor): void {
    this.runtime.copy(
      this.places.map(({ name, size, at }) => ({
        from: parameters,
        start: at(layer),
        size,
        to: present(this.matrices[name], name),
      })),
    );
  }

  /** Copies the gradients of a layer into a flat vector. */
  put(layer: number, gradient: DeviceTensor): void {
    this.runtime.copy(
      this.places.map(({ name, size, at }) => ({
        from: present(this.gradients()[gradientOf(name)], name),
        size,
        to: gradient,
        at: at(layer),
      })),
    );
  }
}
