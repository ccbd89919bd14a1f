/** @file One use of an operator, as data for the engine's tests. */
import type * as g from '../../src/engine/graph/index.ts';
import type { Plain } from './plainLoops.ts';

export interface OperatorSample {
  /** Shapes of the float inputs. */
  readonly shapes: readonly g.Shape[];
  readonly build: (...inputs: g.Value[]) => g.Value;
  /** The output's numbers in row-major order. */
  readonly expected: (...inputs: Plain[]) => readonly number[];
  /** Range of random inputs, away from kinks and poles. */
  readonly range?: readonly [number, number];
  /** Fixed inputs instead of random ones: ties, kinks, extremes. */
  readonly at?: readonly (readonly number[])[];
  /**
   * The gradient of the sum where finite differences do not apply (ties, derivatives defined as zero); `none`: only
   * forward values are checked.
   */
  readonly gradient?: readonly (readonly number[])[] | 'none';
  /** The CPU has no float64 kernel: checked in float32 with a coarser tolerance. */
  readonly float32?: boolean;
}
