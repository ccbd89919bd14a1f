/**
 * @file The algorithm of a run under TRL’s names: loss, advantage, KL penalty and numbers, each as an argument or as a
 * sentence that says it is left out.
 */
import { UsageError } from '../../lib/assert.ts';
import type { Algorithm } from '../../rl/objectives/algorithm.ts';
import type { Setting } from '../../rl/words/setting.ts';
import { choices } from '../../rl/config/choices.ts';
import { algorithmOf, allSettings } from '../../rl/algorithm/compose.ts';
import { knobs, type TrainConfig } from '../../rl/config/config.ts';
import { algorithmChoice } from '../../rl/algorithm/configured.ts';
import { offPolicyThreshold } from '../../rl/objectives/offPolicyMask.ts';
import { clipRatioC, delta, deltaLow, entropyCoef } from '../../rl/objectives/settings.ts';
import { valueOf } from '../../rl/algorithm/settingValues.ts';
import { maskTruncated, overlongBuffer } from '../../rl/rewards/shaping.ts';
import { mostAttempts } from '../../rl/sampling/dynamic.ts';

/** A part of the script: arguments of TRL’s configuration, and sentences about settings that they do not cover. */
export interface ScriptPart {
  readonly lines: readonly string[];
  readonly left: readonly string[];
}

export const joined = (...parts: readonly ScriptPart[]): ScriptPart => ({
  lines: parts.flatMap(({ lines }) => lines),
  left: parts.flatMap(({ left }) => left),
});

/** A loss of TRL: its `loss_type` and further arguments. */
interface TrlLoss {
  readonly type: string;
  readonly others?: readonly string[];
  /** The type fixes the aggregation, so a run with another aggregation has no TRL type. */
  readonly ownType?: true;
}

/**
 * Losses that TRL has. Its `loss_type` names the aggregation of the clipped loss; `dapo` divides by the tokens of all
 * accumulated batches, so the batch size per device does not matter.
 */
const losses: Readonly<Record<string, TrlLoss>> = {
  grpo: { type: 'grpo' },
  passAtK: { type: 'grpo' },
  gdpo: { type: 'grpo' },
  intellect2: { type: 'dapo' },
  dapo: { type: 'dapo' },
  ppo: { type: 'dapo' },
  reinforcePlusPlus: { type: 'dapo' },
  reinforcePlusPlusBaseline: { type: 'dapo' },
  bnpo: { type: 'bnpo' },
  drGrpo: { type: 'dr_grpo' },
  maxRl: { type: 'dr_grpo' },
  gspo: { type: 'grpo', others: ['importance_sampling_level="sequence"'] },
  cispo: { type: 'cispo', ownType: true },
  sapo: { type: 'sapo', ownType: true },
};

/** Types with a mean over completions, masked ones included. */
const overCompletions: readonly string[] = ['grpo', 'dr_grpo', 'sapo'];

/** Advantages that TRL has, by the id of the estimator. */
const advantages: Readonly<Record<string, string>> = {
  group: 'scale_rewards="group"',
  batchScaled: 'scale_rewards="batch"',
  unscaled: 'scale_rewards="none"',
  gdpo: 'multi_objective_aggregation="normalize_then_sum"',
};

/** Numbers that these losses read under the same names. */
const shared: readonly string[] = [
  'epsilon',
  'epsilon_high',
  delta.id,
  'sapo_temperature_pos',
  'sapo_temperature_neg',
  offPolicyThreshold.id,
];

/** Values that switch a part off, so that nothing is left out. */
const idle: Readonly<Record<string, number>> = {
  [overlongBuffer.id]: 0,
  [mostAttempts.id]: 0,
  reward_baseline: 0,
  [delta.id]: delta.max,
  [deltaLow.id]: 0,
  epsilon_low: 0,
  [clipRatioC.id]: clipRatioC.max,
};

/** Reported with the part to which they belong. */
const elsewhere: readonly string[] = [knobs.topEntropyQuantile.id, entropyCoef.id];

const own = <T>(table: Readonly<Record<string, T>>, id: string): T | undefined =>
  Object.hasOwn(table, id) ? table[id] : undefined;

/**
 * The algorithm of the run without its custom objective, which is not translated; null if its parts do not fit each
 * other.
 */
function composedOf(config: TrainConfig): Algorithm | null {
  try {
    const { objectiveText: _unwritten, ...choice } = algorithmChoice(config);
    return algorithmOf(choice);
  } catch (cause) {
    if (cause instanceof UsageError) return null;
    throw cause;
  }
}

const sentence = ({ id, summary }: Pick<Setting, 'id' | 'summary'>, value: number): string =>
  `${id} = ${value}: ${summary}`;

/**
 * The loss type of the run; GRPO’s where TRL lacks the loss. A chosen aggregation is the type if the loss is the
 * clipped one.
 */
function typeOf({ id }: Algorithm, { aggregation }: TrainConfig): string {
  const loss = own(losses, id) ?? (losses.grpo as TrlLoss);
  return aggregation === choices.aggregation.default || loss.ownType ? loss.type : aggregation;
}

function lossPart(algorithm: Algorithm, config: TrainConfig): ScriptPart {
  const loss = own(losses, algorithm.id);
  const type = typeOf(algorithm, config);
  const masks =
    allSettings(algorithm).some(({ id }) => id === maskTruncated.id) &&
    valueOf(algorithm, config, maskTruncated.id) > 0.5;
  return {
    lines: [`loss_type="${type}"`, ...(loss?.others ?? [])],
    left: [
      ...(loss ? [] : [`the algorithm "${algorithm.id}": its loss is not written here, GRPO's stands in its place`]),
      ...(loss?.ownType && config.aggregation !== choices.aggregation.default
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

function advantagePart({ advantage: { id, title, summary } }: Algorithm, weightsMove: boolean): ScriptPart {
  const line = own(advantages, id);
  if (line === undefined)
    return {
      lines: ['scale_rewards="group"'],
      left: [`the advantage "${id}" (${title}): ${summary} The group's stands in its place`],
    };
  return {
    lines: [line],
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
            `the leash (${choices.klEstimator.id} = ${regulariser.kl}, ${choices.klPlacement.id} = ${regulariser.placement}): k3 in the loss stands in its place`,
          ]),
      ...(moves ? [`the course of β (kl_control = ${config.klControl}${numbers}): here it stays as it is`] : []),
    ],
  };
}

function numberPart(algorithm: Algorithm, config: TrainConfig): ScriptPart {
  const isTrl = own(losses, algorithm.id) !== undefined;
  const withKl = algorithm.regulariser !== null;
  const parts = allSettings(algorithm)
    .filter(({ id }) => !elsewhere.includes(id) && !(withKl && id === knobs.beta.id))
    .map((setting): ScriptPart => {
      const value = valueOf(algorithm, config, setting.id);
      if (value === idle[setting.id]) return { lines: [], left: [] };
      if (setting.id === maskTruncated.id)
        return { lines: [`mask_truncated_completions=${value > 0.5 ? 'True' : 'False'}`], left: [] };
      return isTrl && shared.includes(setting.id)
        ? { lines: [`${setting.id}=${value}`], left: [] }
        : { lines: [], left: [sentence(setting, value)] };
    });
  return joined(...parts);
}

/** Numbers of the run that its algorithm does not declare: they belong to the custom objective. */
const unnamed = ({ settings }: TrainConfig, known: readonly Pick<Setting, 'id'>[]): string[] =>
  Object.entries(settings)
    .filter(([id]) => !known.some((setting) => setting.id === id))
    .map(([id, value]) => `${id} = ${value}`);

/** Arguments for the algorithm of the run; `weightsMove`: the weight of a reward term changes from step to step. */
export function algorithmPart(config: TrainConfig, weightsMove: boolean): ScriptPart {
  const algorithm = composedOf(config);
  if (!algorithm)
    return {
      lines: ['loss_type="grpo"'],
      left: [
        `the algorithm "${config.algorithm}", with which its parts do not go together: GRPO stands in its place`,
        ...unnamed(config, []),
      ],
    };
  return joined(
    lossPart(algorithm, config),
    advantagePart(algorithm, weightsMove),
    klPart(algorithm, config),
    numberPart(algorithm, config),
    { lines: [], left: unnamed(config, allSettings(algorithm)) },
  );
}
