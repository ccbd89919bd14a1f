/**
 * @file An optimizer is a chain of transforms of the gradient, each with the vectors that it carries from update to
 * update. Nobody else knows their names.
 */
import { input, lessOrEqual, mul, reduceSum, sqrt, square, sub, type Value, where } from '../graph/index.ts';

/** Flat vectors [size] by name. */
export type Vectors<T = Value> = Readonly<Record<string, T>>;

/** The numbers that may change from update to update. */
export interface Rates {
  readonly learningRate: number;
  readonly maxGradNorm: number;
}

/** One link of the chain. */
export interface Transform {
  /** Names of its vectors; zeros before the first update. */
  readonly vectors?: readonly string[];
  /** The scalars that it reads at update t = 1, 2, ...; fed, so that a schedule needs no new graph. */
  scalars?(rates: Rates, t: number): Readonly<Record<string, number>>;
  /** The direction [size] that goes on, and its vectors after the update. */
  apply(step: {
    readonly direction: Value;
    readonly parameters: Value;
    /** Norm of the whole gradient before the first transform, float scalar. */
    readonly gradNorm: Value;
    readonly vectors: Vectors;
  }): { readonly direction: Value; readonly vectors?: Vectors };
}

export interface Optimizer {
  readonly vectors: readonly string[];
  /** The scalar inputs of the update that follows `updates` earlier ones. */
  scalars(rates: Rates, updates: number): Readonly<Record<string, number>>;
  /**
   * One update of parameters [size]; `gradNorm` is that before any transform, of this gradient unless it is a part of
   * one.
   */
  update(
    parameters: Value,
    gradient: Value,
    vectors: Vectors,
    gradNorm?: Value,
  ): { readonly parameters: Value; readonly vectors: Vectors; readonly gradNorm: Value };
}

/** Euclidean norm of a gradient [size], a scalar. */
export const normOf = (gradient: Value): Value => sqrt(reduceSum(square(gradient)));

/** parameters - learningRate * (the gradient after all transforms, in order). */
export const chain = (...transforms: readonly Transform[]): Optimizer => ({
  vectors: transforms.flatMap(({ vectors = [] }) => vectors),
  scalars: (rates, updates) =>
    Object.assign(
      { learningRate: rates.learningRate },
      ...transforms.map(({ scalars }) => scalars?.(rates, updates + 1) ?? {}),
    ),
  update(parameters, gradient, vectors, gradNorm = normOf(gradient)) {
    let direction = gradient;
    const next: Record<string, Value> = {};
    for (const transform of transforms) {
      const applied = transform.apply({ direction, parameters, gradNorm, vectors });
      direction = applied.direction;
      Object.assign(next, applied.vectors);
    }
    return { parameters: sub(parameters, mul(direction, input('learningRate', []))), vectors: next, gradNorm };
  },
});

/** Largest float32 that still counts as finite. */
const LARGEST = 3e38;

/** Where the gradient's norm is not finite, parameters and vectors come out as they went in; `gradNorm` tells. */
export const skipNonFinite = (optimizer: Optimizer): Optimizer => ({
  ...optimizer,
  update(parameters, gradient, vectors, gradNorm) {
    const next = optimizer.update(parameters, gradient, vectors, gradNorm);
    const finite = lessOrEqual(next.gradNorm, LARGEST);
    const keep = (updated: Value, before: Value): Value => where(finite, updated, before);
    return {
      parameters: keep(next.parameters, parameters),
      vectors: Object.fromEntries(
        Object.entries(next.vectors).map(([name, value]) => [name, keep(value, vectors[name] as Value)]),
      ),
      gradNorm: next.gradNorm,
    };
  },
});

/** The vectors before the first update, for parameters [size]. */
export const zeroVectors = ({ vectors }: Pick<Optimizer, 'vectors'>, size: number): Vectors<Float32Array> =>
  Object.fromEntries(vectors.map((name) => [name, new Float32Array(size)]));
