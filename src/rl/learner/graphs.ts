/** @file The graphs of a run except sampling: scores of the base, gradient of the objective, update. */
import { grad } from '../../engine/autodiff/grad.ts';
import { add, input, mul, reduceSum, reshape, sub, type Value } from '../../engine/graph/index.ts';
import { present } from '../../lib/assert.ts';
import { type CompiledGraph, compile } from '../../engine/onnx/compile.ts';
import type { Varying } from '../../engine/runtime/runtime.ts';
import { normOf, type Optimizer } from '../../engine/optim/optimizer.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import { embedTokens } from '../../policy/embed.ts';
import type { Distributions, Policy } from '../../policy/policy.ts';
import { flatten, type Parameters } from '../../policy/parameters.ts';
import { fedSet, type ParameterSet } from '../../policy/parameterSet.ts';
import { headValues } from '../../policy/score.ts';
import { forward } from '../../policy/transformer.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { meanEntropy } from '../objectives/entropy.ts';
import { klPenalty } from '../objectives/kl.ts';
import { entropyCoef } from '../objectives/settings.ts';
import type { Terms } from '../objectives/terms.ts';
import type { TokenArray } from '../trajectory/tokens.ts';
import { tokenStatistics } from './shards.ts';

/** A policy for batches of a fixed shape, its frozen weights, and a parameter set. */
export interface GraphParts {
  readonly policy: Policy<never>;
  readonly base: Parameters;
  readonly set: ParameterSet;
  /** Absent for a policy that is no decoder. */
  readonly config?: PolicyConfig;
}

/** A parameter set with the objective that trains it. */
export interface TrainedParts extends GraphParts {
  readonly algorithm: Algorithm;
  /** Whether the base's distributions are inputs. */
  readonly reference: boolean;
}

/** The name `refX` of the base's output `x`. */
const referenceName = (name: string): string => `ref${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** The varying sizes of a policy, with that of the base's distributions. */
const withReference = ({ rows, block }: Varying): Varying =>
  rows && block ? { rows: [...rows, referenceName('logDistribution')], block } : {};

/** Compiles a graph over trajectories, with the sizes that vary where the policy's do. */
const compiled = (name: string, outputs: Readonly<Record<string, Value>>, { varying }: Policy<never>): CompiledGraph =>
  compile(name, outputs, 'float32', withReference(varying));

/**
 * trajectory, temperature -> the base's distributions over the states; for a decoder refLogDistribution [S, V]. With a
 * set, which takes `parameters`, those of the policy with it.
 */
export function scoreGraph({ policy, base }: Pick<GraphParts, 'policy' | 'base'>, set?: ParameterSet): CompiledGraph {
  const parameters = set ? fedSet(set, base, 'parameters').parameters : base;
  const { distributions } = policy.pass(parameters, input('temperature', []));
  const outputs = Object.entries(distributions).map(([name, value]): [string, Value] => [referenceName(name), value]);
  return compiled('score', Object.fromEntries(outputs), policy);
}

/** Outputs of the policy with the set on the trajectories; `values` [B, C] with a head. */
function setPass({ policy, base, set }: GraphParts) {
  const fed = fedSet(set, base, 'parameters');
  const { distributions, hidden } = policy.pass(fed.parameters, input('temperature', []));
  return { distributions, fed, values: set.hasHead ? policy.atChoices(headValues(hidden, fed.values)) : null };
}

/**
 * trajectory, temperature, parameters -> logProbs, entropy and, with a head, values [B, C]; with `whole` also the
 * distributions of the choices, for a decoder logDistribution [B, C, V].
 */
export function readGraph(parts: GraphParts, whole = false): CompiledGraph {
  const { policy } = parts;
  const { distributions, values } = setPass(parts);
  const wholes = Object.entries(whole ? distributions : {}).map(([name, value]) => [name, policy.atChoices(value)]);
  const outputs = {
    logProbs: policy.logProbs(distributions),
    entropy: policy.entropy(distributions),
    ...(Object.fromEntries(wholes) as Record<string, Value>),
    ...(values ? { values } : {}),
  };
  return compiled('read', outputs, policy);
}

/**
 * tokenIds, parameters -> values [B, T] of a decoder for whole rows [B, T]: also at the last position, which other
 * graphs leave out since no token follows it.
 */
export function valuesGraph({ base, set, config }: GraphParts, shape: readonly [number, number]): CompiledGraph {
  const { parameters, values } = fedSet(set, base, 'parameters');
  const decoder = present(config, 'the configuration of a decoder');
  const x = embedTokens(parameters, input('tokenIds', shape, 'int'));
  const { hidden } = forward(decoder, parameters, { x });
  return compile('values', { values: reshape(headValues(hidden, values), shape) });
}

/** Name of a setting's input. */
export const settingInput = (id: string): string => `setting.${id}`;

type PolicyTerms = Pick<
  Terms,
  'logProbs' | 'logDistribution' | 'refLogProbs' | 'refLogDistribution' | 'entropy' | 'values'
>;

/** The terms of an objective: `policy`, and inputs [columns] for all others; settings are scalar inputs. */
export function objectiveTerms(algorithm: Algorithm, columns: readonly number[], policy: PolicyTerms): Terms {
  const settings = new Map(algorithm.settings.map(({ id }) => [id, input(settingInput(id), [])]));
  const perToken = (name: TokenArray): Value => input(name, columns);
  return {
    ...policy,
    oldLogProbs: perToken('oldLogProbs'),
    samplerLogProbs: perToken('samplerLogProbs'),
    advantages: perToken('advantages'),
    rewards: perToken('rewards'),
    mask: perToken('mask'),
    selected: perToken('selected'),
    expert: perToken('expert'),
    oldValues: perToken('oldValues'),
    returns: perToken('returns'),
    setting: (id) => settings.get(id) ?? undeclared(algorithm, id),
  };
}

/** Weighted sum over [B, T] of an objective's token losses and KL penalty, less the entropy bonus; a scalar. */
export function weightedLoss(algorithm: Algorithm, terms: Terms): Value {
  const { regulariser, entropyBonus } = algorithm;
  const own = algorithm.tokenLoss(terms);
  const penalty = regulariser?.placement === 'loss' ? klPenalty(terms, regulariser) : null;
  const share = algorithm.penaltyShare?.(terms);
  const tokenLoss = penalty ? add(own, share ? mul(share, penalty) : penalty) : own;
  const loss = reduceSum(mul(tokenLoss, input('weights', terms.mask.shape)));
  return entropyBonus
    ? sub(
        loss,
        mul(terms.setting(entropyCoef.id), meanEntropy(terms, input('entropyWeights', terms.mask.shape), entropyBonus)),
      )
    : loss;
}

/** The loss of a batch, a scalar; terms not in `policy` are inputs of the shape `columns`. */
export const objectiveLoss = (algorithm: Algorithm, columns: readonly number[], policy: PolicyTerms): Value =>
  weightedLoss(algorithm, objectiveTerms(algorithm, columns, policy));

/** The objective over one micro-batch, its flat gradient [size], and statistics of each choice [B, C]. */
function objective(parts: TrainedParts) {
  const { policy } = parts;
  const columns = policy.choices;
  const { distributions, values, fed } = setPass(parts);
  const base = Object.fromEntries(
    Object.entries(distributions).map(([name, { shape }]) => [name, input(referenceName(name), shape)]),
  );
  const logProbs = policy.logProbs(distributions);
  const refLogProbs = policy.logProbs(base);
  const entropy = policy.entropy(distributions);
  const whole = ({ logDistribution }: Distributions) => logDistribution && policy.atChoices(logDistribution);
  const loss = objectiveLoss(parts.algorithm, columns, {
    logProbs,
    // Placeholders that nothing feeds: only objectives for policies with distributions or a head read them.
    logDistribution: whole(distributions) ?? input('logDistribution', columns),
    refLogProbs,
    refLogDistribution: whole(base) ?? input('refLogDistribution', columns),
    entropy,
    values: values ?? input('values', columns),
  });
  return {
    loss,
    gradient: flatten(grad(loss, [...fed.values.values()])),
    logProbs,
    entropy,
    ...(parts.reference ? { refLogProbs, kl: policy.kl(distributions, base) } : {}),
  };
}

/** The gradient of one micro-batch and the statistics of each choice, as separate outputs. */
export const gradientGraph = (parts: TrainedParts): CompiledGraph =>
  compiled('gradient', objective(parts), parts.policy);

/** Names of the statistics, in their order in the vector of `gatheringGraph`. */
export const gatheredStatistics = (reference: boolean) =>
  reference ? tokenStatistics : (['logProbs', 'entropy'] as const);

/**
 * `gradientGraph` for outputs that stay on the device: next.gathered = gathered + gradient [size], and one vector [N B
 * (T-1) + 2] of the N `gatheredStatistics`, the loss and the norm of next.gathered, so that one read-back is enough.
 */
export function gatheringGraph(parts: TrainedParts): CompiledGraph {
  const { gradient, loss, ...rest } = objective(parts);
  const laidOut = gatheredStatistics(parts.reference).map((name) => present(rest[name], name));
  const next = add(input('gathered', [parts.set.size]), gradient);
  const outputs = { 'next.gathered': next, statistics: flatten([...laidOut, loss, normOf(next)]) };
  return compiled('gradient', outputs, parts.policy);
}

function undeclared(algorithm: Algorithm, id: string): never {
  throw new Error(`${algorithm.id}: its loss reads the setting ${id}, which it does not declare`);
}

interface Updated {
  readonly set: Pick<ParameterSet, 'size'>;
  readonly optimizer: Optimizer;
}

/**
 * One update of flat parameters [size]; outputs next.parameters, next.<vector of the optimizer>, gradNorm. A part of
 * the parameters takes the norm of the whole gradient as an input.
 */
export function updateGraph({ set: { size }, optimizer }: Updated, isPart = false): CompiledGraph {
  const vector = (name: string) => input(name, [size]);
  const vectors = Object.fromEntries(optimizer.vectors.map((name) => [name, vector(name)]));
  const norm = isPart ? input('gradNorm', []) : undefined;
  const next = optimizer.update(vector('parameters'), vector('gradient'), vectors, norm);
  return compile('update', {
    ...(isPart ? {} : { gradNorm: next.gradNorm }),
    ...Object.fromEntries(
      Object.entries({ parameters: next.parameters, ...next.vectors }).map(([name, value]) => [`next.${name}`, value]),
    ),
  });
}
