/**
 * @file The algorithm of a run as arguments of TRL: loss, advantage, KL penalty and settings under TRL’s names, or
 * listed as left out.
 */
import type { Algorithm } from '../rl/objectives/algorithm.ts';
import { choices } from '../rl/config/choices.ts';
import { allSettings } from '../rl/algorithm/compose.ts';
import type { TrainConfig } from '../rl/config/config.ts';
import { knobs } from '../rl/config/knobs.ts';
import { offPolicyThreshold } from '../rl/objectives/offPolicyMask.ts';
import { delta, entropyCoef } from '../rl/objectives/settings.ts';
import { valueOf } from '../rl/algorithm/settingValues.ts';
import { maskTruncated } from '../rl/rewards/shaping.ts';
import { type AdvantageWords, isUntranslated } from '../rl/words/exportWords.ts';
import { composedOf, isIdle, joined, type ScriptPart, settingSentence, undeclared } from './runAlgorithm.ts';

/** Types with a mean over completions, masked ones included. */
const overCompletions: readonly string[] = ['grpo', 'dr_grpo', 'sapo', 'luspo'];

/** Numbers that these losses read under the same names. */
const shared: readonly string[] = [
  'epsilon',
  'epsilon_high',
  delta.id,
  'sapo_temperature_pos',
  'sapo_temperature_neg',
  'vespo_k_pos',
  'vespo_lambda_pos',
  'vespo_k_neg',
  'vespo_lambda_neg',
  offPolicyThreshold.id,
];

/** Reported with the part to which they belong. */
const elsewhere: readonly string[] = [knobs.topEntropyQuantile.id, entropyCoef.id];

/**
 * The loss type of the run; GRPO’s where TRL lacks the loss. A chosen aggregation is the type if the loss is the
 * clipped one.
 */
function typeOf({ trl }: Algorithm, { aggregation }: TrainConfig): string {
  if (isUntranslated(trl)) return aggregation === choices.aggregation.default ? 'grpo' : aggregation;
  return aggregation === choices.aggregation.default || trl.ownAggregation ? trl.lossType : aggregation;
}

const argumentsOf = (words: AdvantageWords): string[] =>
  Object.entries(words).map(([name, value]) => `${name}=${value}`);

function lossPart(algorithm: Algorithm, config: TrainConfig): ScriptPart {
  const { trl } = algorithm;
  const [loss, none] = isUntranslated(trl) ? [null, trl.none] : [trl, null];
  const type = typeOf(algorithm, config);
  const masks =
    allSettings(algorithm).some(({ id }) => id === maskTruncated.id) &&
    valueOf(algorithm, config, maskTruncated.id) > 0.5;
  return {
    lines: [`loss_type="${type}"`, ...argumentsOf(loss?.others ?? {})],
    left: [
      ...(none === null ? [] : [`the algorithm "${algorithm.id}": ${none}; GRPO's loss stands in its place`]),
      ...(loss?.ownAggregation && config.aggregation !== choices.aggregation.default
        ? [`${choices.aggregation.id} = ${config.aggregation}: the loss type "${type}" brings its own`]
        : []),
      ...(masks && overCompletions.includes(type) && !algorithm.countsMasked
        ? [
            `${choices.maskedCompletions.id} = left_out: TRL's mean also counts the completions that were cut and masked`,
          ]
        : []),
    ],
  };
}

function advantagePart({ advantage: { id, title, summary, trl } }: Algorithm, weightsMove: boolean): ScriptPart {
  if (isUntranslated(trl))
    return {
      lines: ['scale_rewards="group"'],
      left: [`the advantage "${id}" (${title}): ${summary} ${trl.none}; the group's stands in its place`],
    };
  return {
    lines: argumentsOf(trl),
    left:
      id === 'gdpo' && weightsMove
        ? ['weights that move: each is part of a score here, and a normalised score has lost it']
        : [],
  };
}

/** TRL has one estimator (k3), one placement (in the loss) and a constant coefficient. */
function klPart(algorithm: Algorithm, config: TrainConfig): ScriptPart {
  const { regulariser, pairs } = algorithm;
  const weighs = allSettings(algorithm).some(({ id }) => id === knobs.beta.id);
  const value = weighs ? valueOf(algorithm, config, knobs.beta.id) : 0;
  const moves = config.klControl !== choices.klControl.default && value > 0 && !pairs;
  const numbers =
    config.klControl === 'adaptive'
      ? `, ${knobs.klTarget.id} = ${config.klTarget}, ${knobs.klHorizon.id} = ${config.klHorizon}`
      : '';
  const isTrl = regulariser === null || (regulariser.kl === 'k3' && regulariser.placement === 'loss');
  return {
    lines: [
      `beta=${regulariser === null ? 0 : value}`,
      ...(regulariser?.biasCorrection ? ['use_bias_correction_kl=True'] : []),
    ],
    left: [
      ...(isTrl || value === 0
        ? []
        : [
            `the KL penalty (${choices.klEstimator.id} = ${regulariser.kl}, ${choices.klPlacement.id} = ${regulariser.placement}): k3 in the loss stands in its place`,
          ]),
      ...(moves ? [`the course of β (kl_control = ${config.klControl}${numbers}): here it stays as it is`] : []),
    ],
  };
}

function numberPart(algorithm: Algorithm, config: TrainConfig): ScriptPart {
  const isTrl = !isUntranslated(algorithm.trl);
  const withKl = algorithm.regulariser !== null;
  const parts = allSettings(algorithm)
    .filter(({ id }) => !elsewhere.includes(id) && !(withKl && id === knobs.beta.id))
    .map((setting): ScriptPart => {
      const value = valueOf(algorithm, config, setting.id);
      if (isIdle(setting, value)) return { lines: [], left: [] };
      if (setting.id === maskTruncated.id)
        return { lines: [`mask_truncated_completions=${value > 0.5 ? 'True' : 'False'}`], left: [] };
      return isTrl && shared.includes(setting.id)
        ? { lines: [`${setting.id}=${value}`], left: [] }
        : { lines: [], left: [settingSentence(setting, value)] };
    });
  return joined(...parts);
}

/** Arguments for the algorithm of the run; `weightsMove`: the weight of a reward term changes from step to step. */
export function algorithmPart(config: TrainConfig, weightsMove: boolean): ScriptPart {
  const algorithm = composedOf(config);
  if (!algorithm)
    return {
      lines: ['loss_type="grpo"'],
      left: [
        `the algorithm "${config.algorithm}", with which its parts do not go together: GRPO stands in its place`,
        ...undeclared(config, []),
      ],
    };
  return joined(
    lossPart(algorithm, config),
    advantagePart(algorithm, weightsMove),
    klPart(algorithm, config),
    numberPart(algorithm, config),
    { lines: [], left: undeclared(config, allSettings(algorithm)) },
  );
}
