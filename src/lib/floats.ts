/** @file Arrays of floats of either precision. */

export type FloatArray = Float32Array | Float64Array;

/** Zeros of the same precision, as many as `length`. */
export const zerosLike = (array: FloatArray, length = array.length): FloatArray =>
  array instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);

/** The array itself where it is of single precision, else a rounded copy. */
export const float32 = (array: FloatArray): Float32Array =>
  array instanceof Float32Array ? array : Float32Array.from(array);

/** The sum in order; 0 of nothing. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}
