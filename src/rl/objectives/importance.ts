/**
 * @file Correction for a sampler whose arithmetic differs from the trainer's: the loss of each token is multiplied by
 * pi_old / pi_sampler (truncated importance sampling, Yao et al. 2025; modes and default cap of TRL's GRPOTrainer).
 */
import {
  cast,
  clip,
  exp,
  greater,
  lessOrEqual,
  mul,
  stopGradient,
  sub,
  type Value,
  where,
} from '../../engine/graph/index.ts';
import type { Algorithm } from './algorithm.ts';
import type { Setting } from '../words/setting.ts';
import { sequenceSum } from './sequence.ts';
import type { Terms } from './terms.ts';

export const importanceModes = ['token_truncate', 'token_mask', 'sequence_truncate', 'sequence_mask'] as const;
export type ImportanceMode = (typeof importanceModes)[number];

export const importanceCap: Setting = {
  id: 'importance_sampling_cap',
  default: 3,
  min: 0.01,
  max: 1e6,
  summary: 'Largest weight of a token or completion; beyond it the weight is cut to this, or its loss is left out.',
};

/**
 * sg[w], w = pi_old / pi_sampler of each token, [B, T], or of each completion, [B, 1]. Above the cap: the cap
 * (truncate) or 0 (mask).
 */
function importanceWeight(
  mode: ImportanceMode,
  terms: Pick<Terms, 'oldLogProbs' | 'samplerLogProbs' | 'mask' | 'setting'>,
): Value {
  const log = sub(terms.oldLogProbs, terms.samplerLogProbs);
  const weight = exp(mode.startsWith('sequence') ? sequenceSum(log, terms) : log);
  const cap = terms.setting(importanceCap.id);
  return stopGradient(mode.endsWith('truncate') ? clip(weight, 0, cap) : where(lessOrEqual(weight, cap), weight, 0));
}

/** 1 on completion tokens whose weight is not 0, else 0, [B, T]. */
const counted = (weight: Value, { mask }: Pick<Terms, 'mask'>): Value => mul(mask, cast(greater(weight, 0), 'float'));

/** The algorithm with the loss of each token times `importanceWeight`; modes that mask add to `Algorithm.masks`. */
export const withImportanceCorrection = (algorithm: Algorithm, mode: ImportanceMode): Algorithm => ({
  ...algorithm,
  settings: [...algorithm.settings, importanceCap],
  comparesSampler: true,
  ...(mode.endsWith('mask')
    ? { masks: { ...algorithm.masks, importance: (terms: Terms) => counted(importanceWeight(mode, terms), terms) } }
    : {}),
  tokenLoss: (terms) => mul(algorithm.tokenLoss(terms), importanceWeight(mode, terms)),
});
