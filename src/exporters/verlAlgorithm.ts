/**
 * @file The algorithm of a run as overrides of verl’s `main_ppo`: loss, aggregation, advantage, KL penalty, settings,
 * or listed as left out. Keys as in verl b178a3c (2026-01-29).
 */
import { allSettings } from '../rl/algorithm/compose.ts';
import { valueOf } from '../rl/algorithm/settingValues.ts';
import { choices } from '../rl/config/choices.ts';
import type { TrainConfig } from '../rl/config/config.ts';
import { knobs } from '../rl/config/knobs.ts';
import type { AggregationId } from '../rl/objectives/aggregation.ts';
import type { Algorithm } from '../rl/objectives/algorithm.ts';
import type { Regulariser } from '../rl/objectives/kl.ts';
import { clipRatioC, entropyCoef, epsilon, epsilonHigh } from '../rl/objectives/settings.ts';
import { isUntranslated, type VerlAggregation, type VerlLoss } from '../rl/words/exportWords.ts';
import { composedOf, isIdle, joined, type ScriptPart, settingSentence, undeclared } from './runAlgorithm.ts';

const ACTOR = 'actor_rollout_ref.actor';

const aggregations: Readonly<Record<AggregationId, VerlAggregation>> = {
  grpo: 'seq-mean-token-mean',
  bnpo: 'token-mean',
  dapo: 'token-mean',
  dr_grpo: 'seq-mean-token-sum-norm',
};

/** Settings by id under verl’s names. */
const keys: Readonly<Record<string, string>> = {
  [epsilon.id]: `${ACTOR}.clip_ratio_low`,
  [epsilonHigh.id]: `${ACTOR}.clip_ratio_high`,
  [clipRatioC.id]: `${ACTOR}.clip_ratio_c`,
  sapo_temperature_pos: `${ACTOR}.tau_pos`,
  sapo_temperature_neg: `${ACTOR}.tau_neg`,
  clip_cov_ratio: `${ACTOR}.policy_loss.clip_cov_ratio`,
  clip_cov_lb: `${ACTOR}.policy_loss.clip_cov_lb`,
  clip_cov_ub: `${ACTOR}.policy_loss.clip_cov_ub`,
  kl_cov_ratio: `${ACTOR}.policy_loss.kl_cov_ratio`,
  ppo_kl_coef: `${ACTOR}.policy_loss.ppo_kl_coef`,
  gamma: 'algorithm.gamma',
  lam: 'algorithm.lam',
};

/** The loss of the export if verl lacks that of the paper. */
const vanilla: VerlLoss = { lossMode: 'vanilla', aggregation: 'seq-mean-token-mean' };

function lossPart({ id, verl }: Algorithm, { aggregation }: TrainConfig): ScriptPart {
  const loss = isUntranslated(verl) ? vanilla : verl;
  const mode =
    aggregation === choices.aggregation.default ? loss.aggregation : aggregations[aggregation as AggregationId];
  return {
    lines: [`${ACTOR}.policy_loss.loss_mode=${loss.lossMode}`, `${ACTOR}.loss_agg_mode=${mode}`],
    left: [
      ...(isUntranslated(verl) ? [`the algorithm "${id}": ${verl.none}; PPO's clipped loss stands in its place`] : []),
      ...(mode === 'seq-mean-token-sum-norm'
        ? ["the constant divisor: whether verl's also has the number of completions depends on its version"]
        : []),
    ],
  };
}

function advantagePart({ advantage: { id, title, summary, verl } }: Algorithm): ScriptPart {
  const words = isUntranslated(verl) ? { adv_estimator: 'grpo', norm_adv_by_std_in_grpo: 'True' } : verl;
  return {
    lines: Object.entries(words).map(([name, value]) => `algorithm.${name}=${value}`),
    left: [
      ...(isUntranslated(verl)
        ? [`the advantage "${id}" (${title}): ${summary} ${verl.none}; the group's stands in its place`]
        : []),
      ...(id === 'gae' ? ["the critic: verl's is a model of its own, whose settings stay as verl has them"] : []),
    ],
  };
}

/** verl’s names of the estimates, in the loss and in the reward. */
const estimates: Partial<Record<Regulariser['kl'], string>> = { k1: 'kl', k2: 'mse', k3: 'low_var_kl' };

function klPart(algorithm: Algorithm, config: TrainConfig): ScriptPart {
  const { regulariser, pairs } = algorithm;
  const value =
    regulariser && allSettings(algorithm).some(({ id }) => id === knobs.beta.id)
      ? valueOf(algorithm, config, knobs.beta.id)
      : 0;
  const [inLoss, inReward] = [regulariser?.placement === 'loss', regulariser?.placement === 'reward'];
  const estimate = regulariser ? estimates[regulariser.kl] : undefined;
  const moves = config.klControl !== choices.klControl.default && value > 0 && !pairs;
  return {
    lines: [
      `${ACTOR}.use_kl_loss=${inLoss && value > 0 ? 'True' : 'False'}`,
      `algorithm.use_kl_in_reward=${inReward && value > 0 ? 'True' : 'False'}`,
      ...(inLoss && value > 0
        ? [`${ACTOR}.kl_loss_coef=${value}`, `${ACTOR}.kl_loss_type=${estimate ?? 'low_var_kl'}`]
        : []),
      ...(inReward && value > 0
        ? [`algorithm.kl_ctrl.kl_coef=${value}`, `algorithm.kl_penalty=${estimate ?? 'low_var_kl'}`]
        : []),
    ],
    left: [
      ...(regulariser && value > 0 && estimate === undefined
        ? [`the KL estimate ${regulariser.kl}: verl's low_var_kl (k3) stands in its place`]
        : []),
      ...(regulariser?.biasCorrection && value > 0
        ? [`${choices.klBiasCorrection.id}: verl's penalty has no ratio`]
        : []),
      ...(moves
        ? [
            `the course of β (${choices.klControl.id} = ${config.klControl}, ${knobs.klTarget.id} = ${config.klTarget}, ${knobs.klHorizon.id} = ${config.klHorizon}): here it stays as it is`,
          ]
        : []),
    ],
  };
}

function numberPart(algorithm: Algorithm, config: TrainConfig): ScriptPart {
  const loss = isUntranslated(algorithm.verl) ? null : algorithm.verl;
  const settings = allSettings(algorithm).filter(
    ({ id }) =>
      id !== entropyCoef.id && id !== knobs.topEntropyQuantile.id && !(algorithm.regulariser && id === knobs.beta.id),
  );
  const declares = (id: string): boolean => settings.some((setting) => setting.id === id);
  const parts = settings.map((setting): ScriptPart => {
    const value = valueOf(algorithm, config, setting.id);
    const key = loss || setting.id === 'gamma' || setting.id === 'lam' ? keys[setting.id] : undefined;
    if (key) return { lines: [`${key}=${value}`], left: [] };
    return { lines: [], left: isIdle(setting, value) ? [] : [settingSentence(setting, value)] };
  });
  const more = [
    ...(loss && declares(epsilon.id) && !declares(epsilonHigh.id)
      ? [`${keys[epsilonHigh.id]}=${valueOf(algorithm, config, epsilon.id)}`]
      : []),
    // The second clip of verl's vanilla loss is always on: out of reach where the paper has none.
    ...(loss?.lossMode === 'vanilla' && !declares(clipRatioC.id) ? [`${keys[clipRatioC.id]}=${clipRatioC.max}`] : []),
  ];
  return joined(...parts, { lines: more, left: [] });
}

/** The overrides for the algorithm of the run. */
export function verlAlgorithm(config: TrainConfig): ScriptPart {
  const algorithm = composedOf(config);
  if (!algorithm)
    return {
      lines: ['algorithm.adv_estimator=grpo', `${ACTOR}.policy_loss.loss_mode=${vanilla.lossMode}`],
      left: [
        `the algorithm "${config.algorithm}", with which its parts do not go together: GRPO stands in its place`,
        ...undeclared(config, []),
      ],
    };
  return joined(
    lossPart(algorithm, config),
    advantagePart(algorithm),
    klPart(algorithm, config),
    numberPart(algorithm, config),
    { lines: [], left: undeclared(config, allSettings(algorithm)) },
  );
}
