/** @file AdamW (arXiv 1711.05101) with clipping by the global norm: three transforms and a guard. */
import { add, div, input, min, mul, sqrt, square, type Value } from '../graph/index.ts';
import { chain, type Optimizer, skipNonFinite, type Transform } from './optimizer.ts';

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export const adamWDefaults: AdamWOptions = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0 };

/** Scales a gradient whose norm is above maxGradNorm down to it. */
const clip: Transform = {
  scalars: ({ maxGradNorm }) => ({ maxGradNorm }),
  apply: ({ direction, gradNorm }) => ({
    direction: mul(direction, min(1, div(input('maxGradNorm', []), add(gradNorm, 1e-6)))),
  }),
};

/** m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon), with m and v the running means of g and g^2. */
const adam = ({ beta1, beta2, epsilon }: Omit<AdamWOptions, 'weightDecay'>): Transform => ({
  vectors: ['firstMoment', 'secondMoment'],
  scalars: (_, t) => ({ firstCorrection: 1 - beta1 ** t, secondCorrection: 1 - beta2 ** t }),
  apply({ direction: g, vectors }) {
    const firstMoment = add(mul(vectors.firstMoment as Value, beta1), mul(g, 1 - beta1));
    const secondMoment = add(mul(vectors.secondMoment as Value, beta2), mul(square(g), 1 - beta2));
    const mean = div(firstMoment, input('firstCorrection', []));
    const spread = add(sqrt(div(secondMoment, input('secondCorrection', []))), epsilon);
    return { direction: div(mean, spread), vectors: { firstMoment, secondMoment } };
  },
});

/** Adds weightDecay * parameters. */
const decay = (weightDecay: number): Transform => ({
  apply: ({ direction, parameters }) => ({ direction: add(direction, mul(parameters, weightDecay)) }),
});

export const adamW = ({ weightDecay, ...options }: AdamWOptions): Optimizer =>
  skipNonFinite(chain(clip, adam(options), ...(weightDecay === 0 ? [] : [decay(weightDecay)])));
