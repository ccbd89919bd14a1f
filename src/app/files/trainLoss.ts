/**
 * @file The algorithm of a run in TRL's words: its loss, advantage, leash and own numbers, each under TRL's name or
 * told as left out.
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

/** A part of the run in the script: arguments of TRL's configuration, and what they do not say. */
export interface ScriptPart {
  readonly lines: readonly string[];
  readonly left: readonly string[];
}

export const joined = (...parts: readonly ScriptPart[]): ScriptPart => ({
  lines: parts.flatMap(({ lines }) => lines),
  left: parts.flatMap(({ left }) => left),
});

/** A loss of TRL: its `loss_type` and the other arguments that it needs. */
interface TrlLoss {
  readonly type: string;
  readonly others?: readonly string[];
  /** The type is more than an aggregation, so a run that chose another has no TRL type. */
  readonly ownType?: true;
}

/**
 * Losses that TRL has too. Its `loss_type` is the aggregation of the clipped loss; `dapo` divides by the tokens of all
 * that is accumulated, so that a smaller batch per device changes nothing.
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

/** Types in which TRL takes a mean over completions, masked ones included. */
const overCompletions: readonly string[] = ['grpo', 'dr_grpo', 'sapo'];

/** Advantages that TRL has too, by the id of the estimator. */
const advantages: Readonly<Record<string, string>> = {
  group: 'scale_rewards="group"',
  batchScaled: 'scale_rewards="batch"',
  unscaled: 'scale_rewards="none"',
  gdpo: 'multi_objective_aggregation="normalize_then_sum"',
};

/** Numbers that the losses above read under the names that they have here. */
const shared: readonly string[] = [
  'epsilon',
  'epsilon_high',
  delta.id,
  'sapo_temperature_pos',
  'sapo_temperature_neg',
  offPolicyThreshold.id,
];

/** Where a number switches its part off, nothing is left out. */
const idle: Readonly<Record<string, number>> = {
  [overlongBuffer.id]: 0,
  [mostAttempts.id]: 0,
  reward_baseline: 0,
  [delta.id]: delta.max,
  [deltaLow.id]: 0,
  epsilon_low: 0,
  [clipRatioC.id]: clipRatioC.max,
};

/** Told with the part that they belong to. */
const elsewhere: readonly string[] = [knobs.topEntropyQuantile.id, entropyCoef.id];

const own = <T>(table: Readonly<Record<string, T>>, id: string): T | undefined =>
  Object.hasOwn(table, id) ? table[id] : undefined;

/**
 * The algorithm of the run without an objective of one's own, which stays untranslated; null where its parts do not go
 * together.
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

const told = ({ id, summary }: Pick<Setting, 'id' | 'summary'>, value: number): string =>
  `${id} = ${value}: ${summary}`;

/** GRPO's type where TRL has no such loss. A chosen aggregation is the type, where the loss is the clipped one. */
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

/** TRL knows one divergence, k3 in the loss, and a coefficient that stays. */
function leashPart(algorithm: Algorithm, config: TrainConfig): ScriptPart {
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
  const leashed = algorithm.regulariser !== null;
  const parts = allSettings(algorithm)
    .filter(({ id }) => !elsewhere.includes(id) && !(leashed && id === knobs.beta.id))
    .map((setting): ScriptPart => {
      const value = valueOf(algorithm, config, setting.id);
      if (value === idle[setting.id]) return { lines: [], left: [] };
      if (setting.id === maskTruncated.id)
        return { lines: [`mask_truncated_completions=${value > 0.5 ? 'True' : 'False'}`], left: [] };
      return isTrl && shared.includes(setting.id)
        ? { lines: [`${setting.id}=${value}`], left: [] }
        : { lines: [], left: [told(setting, value)] };
    });
  return joined(...parts);
}

/** Numbers of the run that its algorithm does not name: an objective of one's own does. */
const unnamed = ({ settings }: TrainConfig, known: readonly Pick<Setting, 'id'>[]): string[] =>
  Object.entries(settings)
    .filter(([id]) => !known.some((setting) => setting.id === id))
    .map(([id, value]) => `${id} = ${value}`);

/** The algorithm of the run; `weightsMove` tells of a reward term whose weight changes from step to step. */
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
    leashPart(algorithm, config),
    numberPart(algorithm, config),
    { lines: [], left: unnamed(config, allSettings(algorithm)) },
  );
}
