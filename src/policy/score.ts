/** @file Scores of given sequences under a policy: log-probability of each token, entropy, exact KL to a reference. */
import {
  add,
  div,
  exp,
  logSoftmax,
  matmul,
  mul,
  neg,
  oneHot,
  reduceSum,
  reshape,
  slice,
  stopGradient,
  sub,
  type Value,
} from '../engine/graph/index.ts';
import { present } from '../lib/assert.ts';
import type { PolicyConfig } from './config.ts';
import { embedTokens } from './embed.ts';
import { criticNames } from './lora.ts';
import type { Parameters } from './parameters.ts';
import { forward, headLogits, type Sequences } from './transformer.ts';

/** Distributions over the next token for positions 0..T-2 of token ids int [B, T]. */
export interface Scores {
  /** log p of the token that follows each position, [B, T-1]. */
  readonly logProbs: Value;
  /** log p of every token, [B, T-1, V]. */
  readonly logDistribution: Value;
  /** Hidden states of the same positions, [B * (T-1), d]. */
  readonly hidden: Value;
}

/** log p of `targets` int [B, T] under `logDistribution` [B, T, V]. */
export function targetLogProbs(logDistribution: Value, targets: Value): Value {
  return reduceSum(mul(logDistribution, oneHot(targets, logDistribution.shape.at(-1) as number)), { axes: -1 });
}

/** Target tokens, int [B, T-1]. */
export const targetsOf = (tokenIds: Value): Value => slice(tokenIds, 1, 1, tokenIds.shape[1] as number);

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

/** -sum p log p in nats over the last axis. */
export const entropy = (logDistribution: Value): Value =>
  neg(reduceSum(mul(exp(logDistribution), logDistribution), { axes: -1 }));

/** KL(p || q) = sum p (log p - log q) in nats over the last axis. */
export const exactKl = (logP: Value, logQ: Value): Value => reduceSum(mul(exp(logP), sub(logP, logQ)), { axes: -1 });

/**
 * The number that a linear head gives each hidden state [S, d], as [S]; their gradient stays in the head, so that it
 * does not move the policy.
 */
export function headValues(hidden: Value, values: ReadonlyMap<string, Value>): Value {
  const part = (name: string): Value => present(values.get(name), name);
  return reshape(add(matmul(stopGradient(hidden), part(criticNames.weight)), part(criticNames.bias)), [-1]);
}
