/**
 * @file Coefficients that move from step to step: schedules, and controllers that look at the step before. Plain
 * numbers.
 */
import type { Memory } from '../words/memory.ts';
import type { TrainConfig } from '../config/config.ts';
import type { StepMetrics } from '../metrics/catalogue.ts';

/** The part of a coefficient that is left at `step` of `steps`, from 1 down to 0 just after the last step. */
const shapes: Readonly<Record<string, (done: number) => number>> = {
  linear: (done) => 1 - done,
  cosine: (done) => 0.5 * (1 + Math.cos(Math.PI * done)),
};

export function scheduled(kind: string, step: number, steps: number): number {
  return shapes[kind]?.(Math.min(1, step / steps)) ?? 1;
}

type KlControl = Pick<TrainConfig, 'klControl' | 'beta' | 'maxSteps' | 'klTarget' | 'klHorizon'>;

/** beta at this step; what the adaptive control has made of it is in the memory. */
export function betaAt({ klControl, beta, maxSteps }: KlControl, memory: Memory, step: number): number {
  return klControl === 'adaptive' ? (memory.beta ?? beta) : beta * scheduled(klControl, step, maxSteps);
}

/**
 * A proportional controller in log space (Ziegler et al., arXiv 1909.08593, section 2.2): beta (1 + clip(KL / target -
 * 1, -0.2, 0.2) / horizon).
 */
export function nextBeta(beta: number, kl: number, { klTarget, klHorizon }: KlControl): number {
  const error = Math.max(-0.2, Math.min(0.2, kl / klTarget - 1));
  return beta * (1 + error / klHorizon);
}

/** How far the entropy coefficient moves in one step. */
export const ENTROPY_STEP = 0.005;
export const LARGEST_ENTROPY_COEFFICIENT = 1;

type EntropyControl = Pick<TrainConfig, 'entropyCoef' | 'entropyTarget'>;

/** Up while entropy is below its target, down above it (adaptive entropy control, arXiv 2505.22312, section 3.2.5). */
export function nextEntropyCoefficient(coefficient: number, entropy: number, target: number): number {
  const moved = coefficient + (entropy < target ? ENTROPY_STEP : -ENTROPY_STEP);
  return Math.max(0, Math.min(LARGEST_ENTROPY_COEFFICIENT, moved));
}

/** The bonus acts only where entropy was at or below its target in the step before. */
export function entropyCoefficientAt({ entropyCoef, entropyTarget }: EntropyControl, memory: Memory): number {
  if (entropyTarget === 0) return entropyCoef;
  return (memory.entropy ?? 0) > entropyTarget ? 0 : (memory.entropy_coef ?? entropyCoef);
}

/** What the controllers carry to the next step. A step without a measurement leaves them as they are. */
export function controllersAfter(
  config: KlControl & EntropyControl,
  { kl_exact: kl, entropy }: StepMetrics,
  memory: Memory,
): Memory {
  const beta =
    config.klControl === 'adaptive' && kl !== undefined
      ? { beta: nextBeta(memory.beta ?? config.beta, kl, config) }
      : {};
  const coefficient =
    config.entropyTarget > 0 && entropy !== undefined
      ? {
          entropy,
          entropy_coef: nextEntropyCoefficient(
            memory.entropy_coef ?? config.entropyCoef,
            entropy,
            config.entropyTarget,
          ),
        }
      : {};
  return { ...memory, ...beta, ...coefficient };
}
