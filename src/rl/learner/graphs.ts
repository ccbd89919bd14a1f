/** @file The graphs of a run besides sampling: scores of the base, the gradient of the objective, the update. */
import { grad } from '../../engine/autodiff/grad.ts';
import { add, input, mul, reduceSum, sub, type Value } from '../../engine/graph/index.ts';
import { present } from '../../lib/assert.ts';
import { type CompiledGraph, compile } from '../../engine/onnx/compile.ts';
import type { Optimizer } from '../../engine/optim/optimizer.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import { embedTokens } from '../../policy/embed.ts';
import { flatten, type Parameters } from '../../policy/parameters.ts';
import { fedSet, type ParameterSet } from '../../policy/parameterSet.ts';
import { entropy, exactKl, headValues, score, targetLogProbs, targetsOf } from '../../policy/score.ts';
import { forward } from '../../policy/transformer.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { meanEntropy } from '../objectives/entropy.ts';
import { klPenalty } from '../objectives/kl.ts';
import { entropyCoef } from '../objectives/settings.ts';
import type { Terms } from '../objectives/terms.ts';
import type { TokenArray } from '../trajectory/tokens.ts';
import { tokenStatistics } from './shards.ts';

export interface GraphShape {
  readonly rows: number;
  /** Tokens of a row. */
  readonly length: number;
}

/** A frozen policy, and a set of parameters over it. */
export interface GraphParts {
  readonly config: PolicyConfig;
  readonly base: Parameters;
  readonly set: ParameterSet;
}

/** What trains the set. */
export interface TrainedParts extends GraphParts {
  readonly algorithm: Algorithm;
  /** Whether the base's distributions are fed to be compared with. */
  readonly reference: boolean;
}

const tokenInput = ({ rows, length }: GraphShape): Value => input('tokenIds', [rows, length], 'int');

/** tokenIds, temperature -> refLogDistribution [B, T-1, V]. */
export function scoreGraph({ config, base }: Omit<GraphParts, 'set'>, shape: GraphShape): CompiledGraph {
  const { logDistribution } = score(config, base, tokenInput(shape), input('temperature', []));
  return compile('score', { refLogDistribution: logDistribution });
}

/**
 * tokenIds, temperature, parameters -> logProbs, entropy and, with a head, values [B, T-1]; logDistribution [B, T-1, V].
 */
export function readGraph(parts: GraphParts, shape: GraphShape): CompiledGraph {
  const { logProbs, logDistribution, values } = scored(parts, shape);
  return compile('read', {
    logProbs,
    entropy: entropy(logDistribution),
    logDistribution,
    ...(values ? { values } : {}),
  });
}

/** Scores of tokenIds by the policy under the set; `values` [B, T-1] with a head. */
function scored({ config, base, set }: GraphParts, shape: GraphShape) {
  const fed = fedSet(set, base, 'parameters');
  const tokenIds = tokenInput(shape);
  const { hidden, ...scores } = score(config, fed.parameters, tokenIds, input('temperature', []));
  const columns = [shape.rows, shape.length - 1] as const;
  return { ...scores, tokenIds, fed, values: set.hasHead ? headValues(hidden, fed.values, columns) : null };
}

/**
 * tokenIds, parameters -> values [B, T]: also at the last position, which no other graph computes since no token follows
 * it. A graph apart, so that the numbers of the others stay as they are to the last bit.
 */
export function valuesGraph({ config, base, set }: GraphParts, shape: GraphShape): CompiledGraph {
  const { parameters, values } = fedSet(set, base, 'parameters');
  const { hidden } = forward(config, parameters, { x: embedTokens(parameters, tokenInput(shape)) });
  return compile('values', { values: headValues(hidden, values, [shape.rows, shape.length]) });
}

/** Name of the input that a setting is fed through. */
export const settingInput = (id: string): string => `setting.${id}`;

type PolicyTerms = Pick<
  Terms,
  'logProbs' | 'logDistribution' | 'refLogProbs' | 'refLogDistribution' | 'entropy' | 'values'
>;

/** What an objective is written with; terms that are not of the policy, and settings, are inputs. */
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

/** The sum of an objective's token losses and its KL penalty's, [B, T], by their weights, less the entropy bonus. */
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

/** The loss of a batch; terms that are not of the policy are inputs of the shape `columns`. */
export const objectiveLoss = (algorithm: Algorithm, columns: readonly number[], policy: PolicyTerms): Value =>
  weightedLoss(algorithm, objectiveTerms(algorithm, columns, policy));

/** The objective over one micro-batch, its flat gradient [size], and what is known of each next token [B, T-1]. */
function objective(parts: TrainedParts, shape: GraphShape) {
  const columns = [shape.rows, shape.length - 1];
  const { logProbs, logDistribution, values, tokenIds, fed } = scored(parts, shape);
  const refLogDistribution = input('refLogDistribution', [...columns, parts.config.vocabSize]);
  const refLogProbs = targetLogProbs(refLogDistribution, targetsOf(tokenIds));
  const policyEntropy = entropy(logDistribution);
  const loss = objectiveLoss(parts.algorithm, columns, {
    logProbs,
    logDistribution,
    refLogProbs,
    refLogDistribution,
    entropy: policyEntropy,
    // Without a head no loss reads its values.
    values: values ?? input('values', columns),
  });
  return {
    loss,
    gradient: flatten(grad(loss, [...fed.values.values()])),
    logProbs,
    entropy: policyEntropy,
    ...(parts.reference ? { refLogProbs, kl: exactKl(logDistribution, refLogDistribution) } : {}),
  };
}

/** The gradient of one micro-batch and what is known of each token, output by output. */
export const gradientGraph = (parts: TrainedParts, shape: GraphShape): CompiledGraph =>
  compile('gradient', objective(parts, shape));

/** Statistics in the order in which the gathering graph lays them end to end before the loss. */
export const gatheredStatistics = (reference: boolean) =>
  reference ? tokenStatistics : (['logProbs', 'entropy'] as const);

/**
 * The same where outputs stay on the device: next.gathered = gathered + gradient [size], so that micro-batches add up
 * there, and statistics [N B (T-1) + 1] of the N names, all that is read, in one vector.
 */
export function gatheringGraph(parts: TrainedParts, shape: GraphShape): CompiledGraph {
  const { gradient, loss, ...rest } = objective(parts, shape);
  const laidOut = gatheredStatistics(parts.reference).map((name) => present(rest[name], name));
  const statistics = flatten([...laidOut, loss]);
  return compile('gradient', { 'next.gathered': add(input('gathered', [parts.set.size]), gradient), statistics });
}

function undeclared(algorithm: Algorithm, id: string): never {
  throw new Error(`${algorithm.id}: its loss reads the setting ${id}, which it does not declare`);
}

/** One update of flat parameters [size]; outputs next.parameters, next.<vector of the optimizer>, gradNorm. */
export function updateGraph({ set: { size }, optimizer }: { set: ParameterSet; optimizer: Optimizer }): CompiledGraph {
  const vector = (name: string) => input(name, [size]);
  const vectors = Object.fromEntries(optimizer.vectors.map((name) => [name, vector(name)]));
  const { gradNorm, parameters, vectors: next } = optimizer.update(vector('parameters'), vector('gradient'), vectors);
  return compile('update', {
    gradNorm,
    ...Object.fromEntries(Object.entries({ parameters, ...next }).map(([name, value]) => [`next.${name}`, value])),
  });
}
