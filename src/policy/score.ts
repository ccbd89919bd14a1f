/** @file Numbers of distributions over tokens: log-probability of a token, entropy, exact KL; and of hidden states. */
import {
  add,
  exp,
  matmul,
  mul,
  neg,
  oneHot,
  reduceSum,
  reshape,
  stopGradient,
  sub,
  type Value,
} from '../engine/graph/index.ts';
import { present } from '../lib/assert.ts';
import { criticNames } from './lora.ts';

/** log p of `targets` int [...] under `logDistribution` [..., V]. */
export function targetLogProbs(logDistribution: Value, targets: Value): Value {
  return reduceSum(mul(logDistribution, oneHot(targets, logDistribution.shape.at(-1) as number)), { axes: -1 });
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
