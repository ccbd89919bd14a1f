/** @file The graphs of a run besides sampling: scores of the base, the gradient of the objective, the update. */
import { grad } from '../../engine/autodiff/grad.ts';
import { add, input, mul, reduceSum, sub, type Value } from '../../engine/graph/index.ts';
import { type CompiledGraph, compile } from '../../engine/onnx/compile.ts';
import { adamW } from '../../engine/optim/adamw.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import { embedTokens } from '../../policy/embed.ts';
import { type AdapterLayout, adapterOf, withAdapter } from '../../policy/lora.ts';
import { flatten, type Parameters } from '../../policy/parameters.ts';
import { criticValues, entropy, exactKl, score, targetLogProbs, targetsOf } from '../../policy/score.ts';
import { forward } from '../../policy/transformer.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { meanEntropy } from '../objectives/entropy.ts';
import { klPenalty } from '../objectives/kl.ts';
import { entropyCoef } from '../objectives/settings.ts';
import type { Terms } from '../objectives/terms.ts';
import type { TokenArray } from '../trajectory/tokens.ts';
import { adapterOptimizer } from './optimizer.ts';

export interface GraphShape {
  readonly rows: number;
  /** Tokens of a row. */
  readonly length: number;
}

export interface GraphParts {
  readonly config: PolicyConfig;
  readonly base: Parameters;
  readonly layout: AdapterLayout;
  readonly algorithm: Algorithm;
}

const tokenInput = ({ rows, length }: GraphShape): Value => input('tokenIds', [rows, length], 'int');

/** tokenIds, temperature -> refLogDistribution [B, T-1, V]. */
export function scoreGraph({ config, base }: GraphParts, shape: GraphShape): CompiledGraph {
  const { logDistribution } = score(config, base, tokenInput(shape), input('temperature', []));
  return compile('score', { refLogDistribution: logDistribution });
}

/**
 * tokenIds, temperature, adapter -> logProbs, entropy and, with a critic, values [B, T-1]; logDistribution [B, T-1, V].
 */
export function readGraph({ config, base, layout }: GraphParts, shape: GraphShape): CompiledGraph {
  const adapter = adapterOf(layout, input('adapter', [layout.size]));
  const { logProbs, logDistribution, hidden } = score(
    config,
    withAdapter(base, adapter),
    tokenInput(shape),
    input('temperature', []),
  );
  const values = layout.lora.critic ? { values: criticValues(hidden, adapter, [shape.rows, shape.length - 1]) } : {};
  return compile('read', { logProbs, entropy: entropy(logDistribution), logDistribution, ...values });
}

/**
 * tokenIds, adapter -> values [B, T]: also at the last position, which no other graph computes since no token follows
 * it. A graph apart, so that the numbers of the others stay as they are to the last bit.
 */
export function valuesGraph({ config, base, layout }: GraphParts, shape: GraphShape): CompiledGraph {
  const adapter = adapterOf(layout, input('adapter', [layout.size]));
  const parameters = withAdapter(base, adapter);
  const { hidden } = forward(config, parameters, { x: embedTokens(parameters, tokenInput(shape)) });
  return compile('values', { values: criticValues(hidden, adapter, [shape.rows, shape.length]) });
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
function objective({ config, base, layout, algorithm }: GraphParts, shape: GraphShape) {
  const columns = [shape.rows, shape.length - 1];
  const tokenIds = tokenInput(shape);
  const adapter = adapterOf(layout, input('adapter', [layout.size]));
  const { logProbs, logDistribution, hidden } = score(
    config,
    withAdapter(base, adapter),
    tokenIds,
    input('temperature', []),
  );
  const refLogDistribution = input('refLogDistribution', [...columns, config.vocabSize]);
  const refLogProbs = targetLogProbs(refLogDistribution, targetsOf(tokenIds));
  const policyEntropy = entropy(logDistribution);
  // Without a critic no loss reads its values.
  const values = layout.lora.critic
    ? criticValues(hidden, adapter, [shape.rows, shape.length - 1])
    : input('values', columns);
  const loss = objectiveLoss(algorithm, columns, {
    logProbs,
    logDistribution,
    refLogProbs,
    refLogDistribution,
    entropy: policyEntropy,
    values,
  });
  const gradient = flatten(grad(loss, [...adapter.matrices.values()]));
  return {
    loss,
    gradient,
    logProbs,
    refLogProbs,
    entropy: policyEntropy,
    kl: exactKl(logDistribution, refLogDistribution),
  };
}

/** The gradient of one micro-batch and what is known of each token, output by output. */
export const gradientGraph = (parts: GraphParts, shape: GraphShape): CompiledGraph =>
  compile('gradient', objective(parts, shape));

/** Statistics of each next token, in the order in which the gathering graph lays them end to end before the loss. */
export const tokenStatistics = ['logProbs', 'refLogProbs', 'entropy', 'kl'] as const;

/**
 * The same where outputs stay on the device: next.gathered = gathered + gradient [size], so that micro-batches add up
 * there, and statistics [4 B (T-1) + 1], all that is read, in one vector.
 */
export function gatheringGraph(parts: GraphParts, shape: GraphShape): CompiledGraph {
  const { gradient, ...rest } = objective(parts, shape);
  const statistics = flatten([...tokenStatistics.map((name) => rest[name]), rest.loss]);
  return compile('gradient', { 'next.gathered': add(input('gathered', [parts.layout.size]), gradient), statistics });
}

function undeclared(algorithm: Algorithm, id: string): never {
  throw new Error(`${algorithm.id}: its loss reads the setting ${id}, which it does not declare`);
}

/**
 * One AdamW update of the flat adapter [size]; outputs next.parameters, next.firstMoment, next.secondMoment, gradNorm.
 */
export function updateGraph(size: number): CompiledGraph {
  const vector = (name: string) => input(name, [size]);
  const { gradNorm, ...next } = adamW(
    { parameters: vector('parameters'), firstMoment: vector('firstMoment'), secondMoment: vector('secondMoment') },
    vector('gradient'),
    {
      learningRate: input('learningRate', []),
      maxGradNorm: input('maxGradNorm', []),
      firstCorrection: input('firstCorrection', []),
      secondCorrection: input('secondCorrection', []),
    },
    adapterOptimizer,
  );
  return compile('update', {
    gradNorm,
    ...Object.fromEntries(Object.entries(next).map(([name, value]) => [`next.${name}`, value])),
  });
}
