/**
 * @file Coefficients that change from step to step: schedules, and controllers that act on the previous step's metrics.
 * Plain numbers.
 */
import type { Memory } from '../words/memory.ts';
import type { TrainConfig } from '../config/config.ts';

/** Remaining share of a coefficient for the share of steps done, from 1 to 0. */
const shapes: Readonly<Record<string, (done: number) => number>> = {
  linear: (done) => 1 - done,
  cosine: (done) => 0.5 * (1 + Math.cos(Math.PI * done)),
};

export function scheduled(kind: string, step: number, steps: number): number {
  return shapes[kind]?.(Math.min(1, step / steps)) ?? 1;
}

type KlControl = Pick<TrainConfig, 'klControl' | 'beta' | 'maxSteps' | 'klTarget' | 'klHorizon'>;

/** beta at this step; the adaptive control keeps its value in `memory`. */
export function betaAt({ klControl, beta, maxSteps }: KlControl, memory: Memory, step: number): number {
  return klControl === 'adaptive' ? (memory.beta ?? beta) : beta * scheduled(klControl, step, maxSteps);
}

/**
 * Proportional controller in log space (Ziegler et al., arXiv 1909.08593, section 2.2): beta (1 + clip(KL / target - 1,
 * -0.2, 0.2) / horizon).
 */
export function nextBeta(beta: number, kl: number, { klTarget, klHorizon }: KlControl): number {
  const error = Math.max(-0.2, Math.min(0.2, kl / klTarget - 1));
  return beta * (1 + error / klHorizon);
}

/** Change of the entropy coefficient per step. */
export const ENTROPY_STEP = 0.005;
export const LARGEST_ENTROPY_COEFFICIENT = 1;

type EntropyControl = Pick<TrainConfig, 'entropyCoef' | 'entropyTarget'>;

/**
 * Increases the coefficient while entropy is below its target, decreases it above (adaptive entropy control, arXiv
 * 2505.22312, section 3.2.5).
 */
export function nextEntropyCoefficient(coefficient: number, entropy: number, target: number): number {
  const moved = coefficient + (entropy < target ? ENTROPY_STEP : -ENTROPY_STEP);
  return Math.max(0, Math.min(LARGEST_ENTROPY_COEFFICIENT, moved));
}

/** Coefficient of the bonus: 0 if entropy was above its target in the previous step. */
export function entropyCoefficientAt({ entropyCoef, entropyTarget }: EntropyControl, memory: Memory): number {
  if (entropyTarget === 0) return entropyCoef;
  return (memory.entropy ?? 0) > entropyTarget ? 0 : (memory.entropy_coef ?? entropyCoef);
}

/** The controllers' state for the next step; unchanged after a step without a measurement. */
export function controllersAfter(
  config: KlControl & EntropyControl,
  { kl_exact: kl, entropy }: { readonly kl_exact?: number; readonly entropy?: number },
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
