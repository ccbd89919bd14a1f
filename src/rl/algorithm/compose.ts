/** @file The algorithm of a run: a paper, with the parts that the run replaces. */
import { UsageError } from '../../lib/assert.ts';
import { estimatorById } from '../advantages/index.ts';
import { type Algorithm, ownAdvantage } from '../objectives/algorithm.ts';
import type { Regulariser } from '../objectives/kl.ts';
import { type AggregationId, aggregations } from '../objectives/aggregation.ts';
import { formulaAlgorithm } from '../formula/formulaAlgorithm.ts';
import { withCritic } from '../objectives/critic.ts';
import { withEntropyBonus } from '../objectives/entropy.ts';
import { type ImportanceMode, withImportanceCorrection } from '../objectives/importance.ts';
import { withOffPolicyMask } from '../objectives/offPolicyMask.ts';
import { withTopEntropy } from '../objectives/selection.ts';
import { beta, entropyCoef } from '../objectives/settings.ts';
import { bradleyTerry } from '../papers/bradleyTerry.ts';
import { algorithmById } from '../papers/index.ts';
import { sampledLabels } from '../sampling/pairs.ts';
import { type SourceId, sources } from '../sampling/sources.ts';

/**
 * The choices that determine the graphs; plain data, so that it can be sent to a worker. Absent parts are the paper's.
 */
export interface AlgorithmChoice {
  /** Id of the paper. */
  readonly id: string;
  /** The user's objective, instead of the paper's. */
  readonly objectiveText?: string;
  /** Id of an advantage estimator. */
  readonly advantage?: string;
  readonly kl?: Partial<Regulariser>;
  /** Aggregation of token losses into the loss. */
  readonly aggregation?: AggregationId;
  /** Masked completions count in a mean over completions. */
  readonly countsMasked?: boolean;
  readonly entropyBonus?: boolean;
  readonly topEntropy?: boolean;
  readonly importanceCorrection?: ImportanceMode;
  /** Masks completions with A < 0 that the policy has moved away from. */
  readonly offPolicyMask?: boolean;
  /** Source of rollouts; the current policy if absent. */
  readonly rollouts?: SourceId;
}

const has = (algorithm: Algorithm, id: string): boolean =>
  [...algorithm.settings, ...(algorithm.stepSettings ?? [])].some((setting) => setting.id === id);

/** Replaces the advantage estimator. UsageError for a loss with its own. */
function withAdvantage(algorithm: Algorithm, id: string): Algorithm {
  const why = ownAdvantage(algorithm);
  if (why !== undefined) throw new UsageError(`advantage: ${algorithm.id} ${why}`);
  return { ...algorithm, advantage: estimatorById(id) };
}

/** Replaces the KL penalty, or adds one. UsageError for a loss that holds the policy by itself, or for a bias correction alone without a penalty. */
function withKl(algorithm: Algorithm, kl: Partial<Regulariser>): Algorithm {
  if (ownAdvantage(algorithm) !== undefined)
    throw new UsageError(`kl_estimator: ${algorithm.id} holds the policy to its base by itself`);
  if (kl.biasCorrection && !algorithm.regulariser && kl.kl === undefined && kl.placement === undefined) {
    throw new UsageError(
      `use_bias_correction_kl: ${algorithm.id} has no KL penalty beside its loss that could be corrected`,
    );
  }
  const regulariser: Regulariser = { kl: 'k3', placement: 'loss', ...algorithm.regulariser, ...kl };
  if (regulariser.biasCorrection && (regulariser.placement === 'reward' || !['k1', 'k3'].includes(regulariser.kl))) {
    throw new UsageError(
      'use_bias_correction_kl: it corrects k1 or k3 in the loss; choose one of them as kl_estimator, and loss as kl_placement',
    );
  }
  const declared = has(algorithm, beta.id);
  return { ...algorithm, regulariser, ...(declared ? {} : { settings: [...algorithm.settings, beta] }) };
}

/** Names of the aggregations in titles. */
const aggregationWords: Readonly<Record<AggregationId, string>> = {
  grpo: 'mean over completions',
  bnpo: 'token mean',
  dr_grpo: 'constant divisor',
  dapo: 'token mean',
};

/** Replaces the aggregation, also in title and formula. UsageError if the paper's weights are fixed. */
function withAggregation(algorithm: Algorithm, id: AggregationId): Algorithm {
  if (algorithm.fixedWeights !== undefined)
    throw new UsageError(`aggregation: ${algorithm.id} ${algorithm.fixedWeights}`);
  const words = aggregationWords[id];
  return {
    ...algorithm,
    title: `${algorithm.title} (${words})`,
    formula: `${algorithm.formula},  here: ${words}`,
    tokenWeights: aggregations[id],
  };
}

/** Adds the estimator's settings. */
function withAdvantageSettings(algorithm: Algorithm): Algorithm {
  const own = (algorithm.advantage.settings ?? []).filter(({ id }) => !has(algorithm, id));
  return own.length === 0 ? algorithm : { ...algorithm, stepSettings: [...(algorithm.stepSettings ?? []), ...own] };
}

/** Adds the setting of the labels where pairs are compared. */
const withLabels = (algorithm: Algorithm): Algorithm =>
  algorithm.pairs ? { ...algorithm, stepSettings: [...(algorithm.stepSettings ?? []), sampledLabels] } : algorithm;

/** Replaces the source of rollouts under the paper's sampling. UsageError for an algorithm that needs fresh ones. */
function withRollouts(algorithm: Algorithm, id: SourceId): Algorithm {
  const why = algorithm.freshOnly ?? algorithm.advantage.freshOnly;
  if (why !== undefined) throw new UsageError(`rollouts: ${algorithm.id} ${why}; it needs fresh ones`);
  const { of, settings } = sources[id];
  return {
    ...algorithm,
    sampling: of(algorithm.sampling),
    stepSettings: [...(algorithm.stepSettings ?? []), ...settings],
  };
}

/** The paper with its parts replaced, without a critic. UsageError for an unknown id, or for incompatible parts. */
export function composed(paper: Algorithm, choice: Omit<AlgorithmChoice, 'id'>): Algorithm {
  let algorithm = choice.objectiveText === undefined ? paper : formulaAlgorithm(choice.objectiveText, paper);
  if (choice.advantage !== undefined) algorithm = withAdvantage(algorithm, choice.advantage);
  if (choice.kl && Object.values(choice.kl).some((part) => part !== undefined))
    algorithm = withKl(algorithm, choice.kl);
  if (choice.aggregation) algorithm = withAggregation(algorithm, choice.aggregation);
  if (choice.countsMasked) algorithm = { ...algorithm, countsMasked: true };
  if (choice.topEntropy) {
    if (algorithm.selection) throw new UsageError(`top_entropy_quantile: ${algorithm.id} chooses its tokens by itself`);
    algorithm = withTopEntropy(algorithm);
  }
  if (choice.importanceCorrection) algorithm = withImportanceCorrection(algorithm, choice.importanceCorrection);
  if (choice.offPolicyMask) algorithm = withOffPolicyMask(algorithm);
  // A text that reads the coefficient contains its own bonus.
  if (choice.entropyBonus && !has(algorithm, entropyCoef.id))
    algorithm = withEntropyBonus(algorithm, choice.topEntropy ? 'selected' : 'all');
  if (choice.rollouts) algorithm = withRollouts(algorithm, choice.rollouts);
  return withAdvantageSettings(withLabels(algorithm));
}

/** The whole algorithm, with the critic's loss if its estimator needs one. Errors as `composed`. */
export function algorithmOf(choice: AlgorithmChoice): Algorithm {
  // Trains a reward and no policy, so a run cannot choose it.
  if (choice.id === bradleyTerry.id) return bradleyTerry;
  const algorithm = composed(algorithmById(choice.id), choice);
  return algorithm.advantage.needs === 'critic' ? withCritic(algorithm) : algorithm;
}

/** All settings of an algorithm, those of the loss first. */
export const allSettings = ({ settings, stepSettings = [] }: Algorithm): Algorithm['settings'] => [
  ...settings,
  ...stepSettings,
];
