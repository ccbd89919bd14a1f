/** @file The algorithm's part of a configuration: the choice that graphs are built from, and checks of its settings. */
import { assert } from '../../lib/assert.ts';
import { type LoraConfig, loraTargets } from '../../policy/loraConfig.ts';
import type { SetChoice } from '../../policy/parameterSet.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { OWN } from '../config/choices.ts';
import { type AlgorithmChoice, allSettings } from './compose.ts';
import type { TrainConfig } from '../config/config.ts';
import { type KnobName, knobNames, knobs } from '../config/knobs.ts';
import { movingKnobs } from '../config/schedules.ts';
import { aggregationIds } from '../objectives/aggregation.ts';
import { klEstimatorIds } from '../objectives/kl.ts';
import { importanceModes } from '../objectives/importance.ts';
import { algorithmById } from '../papers/index.ts';
import { type SourceId, sourceIds } from '../sampling/sources.ts';

/** The LoRA configuration of a run's adapter, as its files describe it. */
export const loraOf = ({ rank, alpha, rsLora }: Pick<TrainConfig, 'rank' | 'alpha' | 'rsLora'>): LoraConfig => ({
  rank,
  alpha,
  targets: loraTargets,
  ...(rsLora === 'on' ? { rankStabilized: true } : {}),
});

/** Whether the run trains all weights and has no adapter. */
export const trainsAll = ({ trainedWeights }: Pick<TrainConfig, 'trainedWeights'>): boolean => trainedWeights === 'all';

/** The numbers that a run trains. UsageError for an algorithm with a critic, which only an adapter has. */
export function trainedSet(config: TrainConfig, algorithm: Algorithm): SetChoice {
  const critic = algorithm.advantage.needs === 'critic';
  if (!trainsAll(config)) return { kind: 'lora', lora: { ...loraOf(config), critic } };
  assert(!critic, `trained_weights: ${algorithm.id} needs a critic, which only an adapter has; choose adapter`);
  return { kind: 'full' };
}

/** The configuration's choices, only as far as they depart from the paper. */
export function algorithmChoice(config: TrainConfig): AlgorithmChoice {
  const kl = klEstimatorIds.find((id) => id === config.klEstimator);
  const placement = (['loss', 'reward'] as const).find((place) => place === config.klPlacement);
  const correction = importanceModes.find((mode) => mode === config.importanceCorrection);
  const biasCorrection = config.klBiasCorrection === 'on';
  const aggregation = aggregationIds.find((id) => id === config.aggregation);
  const rollouts = sourceIds.find((id) => id === config.rollouts);
  return {
    id: config.algorithm,
    ...(config.objectiveText.trim() === '' ? {} : { objectiveText: config.objectiveText }),
    ...(config.advantage === OWN ? {} : { advantage: config.advantage }),
    ...(kl || placement || biasCorrection
      ? {
          kl: {
            ...(kl ? { kl } : {}),
            ...(placement ? { placement } : {}),
            ...(biasCorrection ? { biasCorrection } : {}),
          },
        }
      : {}),
    ...(aggregation ? { aggregation } : {}),
    ...(config.maskedCompletions === 'counted' ? { countsMasked: true } : {}),
    ...(config.entropyCoef > 0 || config.entropyTarget > 0 ? { entropyBonus: true } : {}),
    ...(config.topEntropyQuantile < 1 ? { topEntropy: true } : {}),
    ...(correction ? { importanceCorrection: correction } : {}),
    ...(config.offPolicyMask === 'sequence' ? { offPolicyMask: true } : {}),
    ...(rollouts ? { rollouts } : {}),
  };
}

/** Ids of the numbers that a schedule can move: knobs, then the algorithm's own. */
const movingIds = (algorithm: Algorithm): readonly string[] => [
  ...new Set([...movingKnobs.map((name) => knobs[name].id), ...allSettings(algorithm).map(({ id }) => id)]),
];

/**
 * UsageError for a setting or schedule that the algorithm does not have, or out of its range, and for a rollout file
 * that the run would not read.
 */
export function checkSettings(algorithm: Algorithm, config: TrainConfig): void {
  const { settings, schedules, shardSize, rollouts, rolloutFile } = config;
  const known = allSettings(algorithm);
  for (const [id, value] of Object.entries(settings)) {
    const setting = known.find((s) => s.id === id);
    assert(
      setting,
      `settings.${id}: ${algorithm.id} has no such setting; it has ${known.map((s) => s.id).join(', ') || 'none'}`,
    );
    assert(
      value >= setting.min && value <= setting.max,
      `settings.${id}: ${setting.min} to ${setting.max} is allowed, not ${value}`,
    );
  }
  for (const [id, { to }] of Object.entries(schedules)) {
    const setting = known.find((s) => s.id === id);
    assert(
      setting || movingKnobs.some((name) => knobs[name].id === id),
      `schedule.${id}: no number of ${algorithm.id} that can move; there are ${movingIds(algorithm).join(', ')}`,
    );
    assert(
      !setting || (to >= setting.min && to <= setting.max),
      `schedule.${id}: moves to ${setting?.min} to ${setting?.max}, not ${to}`,
    );
  }
  assert(
    rolloutFile === '' || rollouts === ('offline' satisfies SourceId),
    `rollout_file: only a run whose rollouts are offline learns from a file, not one whose are ${rollouts}`,
  );
  assert(
    !algorithm.pairs || shardSize % 2 === 0,
    `shard_size: ${algorithm.id} learns from pairs, so an even number is needed, not ${shardSize}`,
  );
}

/** The schedules of numbers that the algorithm has. */
export function fittingSchedules(algorithm: Algorithm, { schedules }: TrainConfig): TrainConfig['schedules'] {
  const known = movingIds(algorithm);
  return Object.fromEntries(Object.entries(schedules).filter(([id]) => known.includes(id)));
}

/** Knobs whose default is the paper's if it declares a setting of that name. */
const shared: readonly KnobName[] = ['epsilon', 'beta'];

/**
 * The configuration with another algorithm: its settings at their defaults, and shared knobs at the defaults that it
 * gives them.
 */
export function withAlgorithm(config: TrainConfig, id: string): TrainConfig {
  const algorithm = algorithmById(id);
  const own = Object.fromEntries(
    shared.map((name) => {
      const setting = allSettings(algorithm).find((s) => s.id === knobs[name].id);
      return [name, setting?.default ?? knobs[name].default];
    }),
  );
  return { ...config, algorithm: id, settings: {}, schedules: fittingSchedules(algorithm, config), ...own };
}

/** The algorithm's settings without a knob of the same name, for forms and the command line. */
export const ownSettings = (algorithm: Algorithm) =>
  allSettings(algorithm).filter(({ id }) => !knobNames.some((name) => knobs[name].id === id));
