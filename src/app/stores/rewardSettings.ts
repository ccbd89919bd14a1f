/** @file Changes to the reward of a configuration: terms shaped, added, renamed, removed. Pure functions. */
import type { TrainConfig } from '../../rl/config/config.ts';
import {
  MOST_OWN_TERMS,
  type OwnTerm,
  plainShaping,
  termIdSchema,
  type TermShaping,
  termShapingSchema,
} from '../../rl/rewards/composition.ts';
import { termsOf } from '../../rl/rewards/sharedTerms.ts';
import type { Task } from '../../tasks/task.ts';
import { text } from '../../ui/text.ts';

function without<T>(record: Readonly<Record<string, T>>, id: string): Record<string, T> {
  const { [id]: _gone, ...others } = record;
  return others;
}

const isPlain = (shaping: TermShaping): boolean => JSON.stringify(shaping) === JSON.stringify(plainShaping);

/** The configuration without this term. */
export const withoutTerm = (config: TrainConfig, id: string): TrainConfig => ({
  ...config,
  ownTerms: without(config.ownTerms, id),
  rewardWeights: without(config.rewardWeights, id),
  rewardShaping: without(config.rewardShaping, id),
});

/** The configuration with a term of the user. It replaces `before` and keeps its weight and shaping unless given. */
export function withOwnTerm(
  config: TrainConfig,
  id: string,
  own: OwnTerm,
  before: string | null,
  given: { readonly weight?: number | undefined; readonly shaping?: TermShaping | undefined } = {},
): TrainConfig {
  const weight = given.weight ?? (before === null ? undefined : config.rewardWeights[before]);
  const shaping = given.shaping ?? (before === null ? undefined : config.rewardShaping[before]);
  const cleared = before === null ? config : withoutTerm(config, before);
  return {
    ...cleared,
    ownTerms: { ...cleared.ownTerms, [id]: own },
    rewardWeights: weight === undefined ? cleared.rewardWeights : { ...cleared.rewardWeights, [id]: weight },
    rewardShaping:
      shaping === undefined || isPlain(shaping)
        ? without(cleared.rewardShaping, id)
        : { ...cleared.rewardShaping, [id]: shaping },
  };
}

/** The configuration with a term shaped, or why the shaping is invalid; plain shaping is not stored. */
export function withShaping(config: TrainConfig, id: string, shaping: TermShaping): TrainConfig | string {
  const parsed = termShapingSchema.safeParse(shaping);
  if (!parsed.success) return parsed.error.issues[0]?.message ?? '';
  return {
    ...config,
    rewardShaping: isPlain(parsed.data)
      ? without(config.rewardShaping, id)
      : { ...config.rewardShaping, [id]: parsed.data },
  };
}

/** Why a term of the user cannot have this name, or null; `before` is its current name. */
export function nameProblem(
  config: TrainConfig,
  tasks: readonly Task[],
  id: string,
  before: string | null,
): string | null {
  const parsed = termIdSchema.safeParse(id);
  if (!parsed.success) return parsed.error.issues[0]?.message ?? '';
  const isTaken =
    tasks.some((task) => termsOf(task).some((term) => term.id === id)) ||
    (id !== before && Object.hasOwn(config.ownTerms, id));
  if (isTaken) return text.rewards.nameTaken(id);
  return before === null && Object.keys(config.ownTerms).length >= MOST_OWN_TERMS
    ? text.rewards.tooMany(MOST_OWN_TERMS)
    : null;
}

/** Weights and shaping that survive a change of task: those of the user’s own terms. */
export function keptForTask({
  rewardWeights,
  rewardShaping,
  ownTerms,
}: TrainConfig): Pick<TrainConfig, 'rewardWeights' | 'rewardShaping'> {
  const kept = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).filter(([id]) => Object.hasOwn(ownTerms, id)));
  return { rewardWeights: kept(rewardWeights), rewardShaping: kept(rewardShaping) };
}
