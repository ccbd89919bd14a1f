/** @file Scores of whole rows, position by position: the plain form of the numbers that a forest shares between rows. */
import { div, logSoftmax, reshape, slice, type Value } from '../src/engine/graph/index.ts';
import type { PolicyConfig } from '../src/policy/config.ts';
import { embedTokens } from '../src/policy/embed.ts';
import type { Parameters } from '../src/policy/parameters.ts';
import { targetLogProbs } from '../src/policy/score.ts';
import { forward, headLogits, type Sequences } from '../src/policy/transformer.ts';

/** Distributions over the next token for positions 0..T-2 of token ids int [B, T]. */
export interface Scores {
  /** log p of the token that follows each position, [B, T-1]. */
  readonly logProbs: Value;
  /** log p of every token, [B, T-1, V]. */
  readonly logDistribution: Value;
  /** Hidden states of the same positions, [B * (T-1), d]. */
  readonly hidden: Value;
}

/** Target tokens, int [B, T-1]. */
const targetsOf = (tokenIds: Value): Value => slice(tokenIds, 1, 1, tokenIds.shape[1] as number);

/** Scores of `targets` int [B, T], each the token that follows one of the sequences' entries [B, T]. */
export function scoreTargets(
  config: PolicyConfig,
  parameters: Parameters,
  sequences: Sequences,
  targets: Value,
  temperature: Value,
): Scores {
  const { hidden } = forward(config, parameters, sequences);
  const logits = reshape(headLogits(config, parameters, hidden), [...targets.shape, config.vocabSize]);
  const logDistribution = logSoftmax(div(logits, temperature));
  return { logProbs: targetLogProbs(logDistribution, targets), logDistribution, hidden };
}

/**
 * Scores of token ids int [B, T] at a temperature (float scalar); all quantities belong to the tempered distribution.
 */
export function score(config: PolicyConfig, parameters: Parameters, tokenIds: Value, temperature: Value): Scores {
  const read = slice(tokenIds, 1, 0, (tokenIds.shape[1] as number) - 1);
  return scoreTargets(config, parameters, { x: embedTokens(parameters, read) }, targetsOf(tokenIds), temperature);
}
