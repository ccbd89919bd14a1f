/** @file AdamW (arXiv 1711.05101) with clipping by the global norm, over one flat vector of parameters, as a graph. */
import { add, div, lessOrEqual, min, mul, reduceSum, sqrt, square, sub, type Value, where } from '../graph/index.ts';

/** Flat vectors of one length. */
export interface AdamWState {
  readonly parameters: Value;
  readonly firstMoment: Value;
  readonly secondMoment: Value;
}

/** Float scalars; they are inputs, so that a schedule needs no new graph. */
export interface AdamWInputs {
  readonly learningRate: Value;
  readonly maxGradNorm: Value;
  /** 1 - beta1^t and 1 - beta2^t at update t = 1, 2, ... */
  readonly firstCorrection: Value;
  readonly secondCorrection: Value;
}

/** Fixed in the graph. `weightDecay` is decoupled: it scales with the learning rate only. */
export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export const adamWDefaults: AdamWOptions = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0 };

/** Bias corrections of update `t`, counted from 1. */
export const corrections = ({ beta1, beta2 }: AdamWOptions, t: number) => ({
  firstCorrection: 1 - beta1 ** t,
  secondCorrection: 1 - beta2 ** t,
});

/** Larger numbers count as non-finite: just below the largest float32. */
const LARGEST = 3e38;

/**
 * One update of the flat vectors [n]; `gradient` is [n], `gradNorm` a scalar. If the gradient's norm is not finite, parameters and moments are returned unchanged, and `gradNorm`
 * (before clipping) is not finite.
 */
export function adamW(
  state: AdamWState,
  gradient: Value,
  inputs: AdamWInputs,
  options: AdamWOptions,
): AdamWState & { gradNorm: Value } {
  const { beta1, beta2, epsilon, weightDecay } = options;
  const gradNorm = sqrt(reduceSum(square(gradient)));
  const clipped = mul(gradient, min(1, div(inputs.maxGradNorm, add(gradNorm, 1e-6))));
  const firstMoment = add(mul(state.firstMoment, beta1), mul(clipped, 1 - beta1));
  const secondMoment = add(mul(state.secondMoment, beta2), mul(square(clipped), 1 - beta2));
  const scaled = div(
    div(firstMoment, inputs.firstCorrection),
    add(sqrt(div(secondMoment, inputs.secondCorrection)), epsilon),
  );
  const direction = weightDecay === 0 ? scaled : add(scaled, mul(state.parameters, weightDecay));
  const parameters = sub(state.parameters, mul(direction, inputs.learningRate));
  const finite = lessOrEqual(gradNorm, LARGEST);
  const keep = (updated: Value, before: Value): Value => where(finite, updated, before);
  return {
    parameters: keep(parameters, state.parameters),
    firstMoment: keep(firstMoment, state.firstMoment),
    secondMoment: keep(secondMoment, state.secondMoment),
    gradNorm,
  };
}
