/** @file The comparison being built: kept while the page is open, so that settings can be changed between two arms. */
import { createStore } from 'zustand/vanilla';
import { readWithin } from '../../lib/numberText.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import { knobs } from '../../rl/config/knobs.ts';
import { presetConfig } from '../../rl/config/presets.ts';
import { compareWords as words } from '../../ui/compare/words.ts';
import { unusable } from '../storage/usable.ts';
import { MOST_ARMS, MOST_SEEDS, type Plan } from '../stores/comparisonPlan.ts';
import { sameConfig } from '../stores/configChanges.ts';
import { writeHash } from '../url.ts';
import type { Variant } from './varied.ts';

export interface DraftArm extends Variant {
  readonly preset: string;
}

export interface Draft {
  readonly arms: readonly DraftArm[];
  /** The typed texts; null for the default. */
  readonly seeds: string | null;
  readonly firstSeed: string | null;
  readonly steps: string | null;
}

export const emptyDraft: Draft = { arms: [], seeds: null, firstSeed: null, steps: null };
export const draft = createStore<Draft>(() => emptyDraft);

/** Seeds of a new comparison: the fewest that give an interval. */
const USUAL_SEEDS = 3;

/** Whether two arms would train the same run with the same seed and steps. */
const isSame = (one: TrainConfig, other: TrainConfig): boolean =>
  sameConfig({ ...one, seed: 0, maxSteps: 1 }, { ...other, seed: 0, maxSteps: 1 });

/** The list with one more arm under a free name, or why it is refused. */
function withOne(arms: readonly DraftArm[], arm: DraftArm): readonly DraftArm[] | string {
  if (arms.length >= MOST_ARMS) return words.tooMany(MOST_ARMS);
  const twin = arms.find(({ config }) => isSame(config, arm.config));
  if (twin) return words.already(arm.title, twin.title);
  const problem = unusable(arm.config);
  if (problem !== null) return words.badValue(arm.title, problem);
  const names = new Set(arms.map(({ title }) => title));
  const name = (count: number): string => (count === 1 ? arm.title : `${arm.title} (${count})`);
  let count = 1;
  while (names.has(name(count))) count++;
  return [...arms, { ...arm, title: name(count) }];
}

/** The list with these arms after the others, or why one of them is refused. */
export function withArms(
  arms: readonly DraftArm[],
  variants: readonly Variant[],
  preset: string,
): readonly DraftArm[] | string {
  return variants.reduce<readonly DraftArm[] | string>(
    (list, variant) => (typeof list === 'string' ? list : withOne(list, { ...variant, preset })),
    arms,
  );
}

/** The numbers of the form: typed texts, and each as a number or the sentence that refuses it. */
export function numbersOf(
  { seeds, firstSeed, steps }: Draft,
  { seed, maxSteps }: Pick<TrainConfig, 'seed' | 'maxSteps'>,
) {
  const field = (typed: string | null, usual: number, range: { readonly min: number; readonly max: number }) => {
    const shown = typed ?? String(usual);
    return { shown, value: readWithin(shown, { ...range, integer: true }) };
  };
  const count = field(seeds, USUAL_SEEDS, { min: 1, max: MOST_SEEDS });
  const most = knobs.seed.max - (typeof count.value === 'number' ? count.value - 1 : 0);
  return {
    seeds: count,
    firstSeed: field(firstSeed, Math.min(seed, most), { min: knobs.seed.min, max: most }),
    steps: field(steps, maxSteps, knobs.maxSteps),
  };
}

export type DraftNumbers = ReturnType<typeof numbersOf>;

/** The plan that the draft describes; null while a field is refused or no arm is there. */
export function planOf({ arms }: Pick<Draft, 'arms'>, { seeds, firstSeed, steps }: DraftNumbers): Plan | null {
  const [count, first, most] = [seeds.value, firstSeed.value, steps.value];
  if (arms.length === 0 || typeof count !== 'number' || typeof first !== 'number' || typeof most !== 'number')
    return null;
  return {
    experiment: null,
    metric: null,
    arms: arms.map(({ title, preset, config }, index) => ({
      id: `arm-${index + 1}`,
      title: title.trim() || words.unnamed(index + 1),
      words: writeHash(preset, { ...config, seed: presetConfig(preset).seed, maxSteps: most }).slice(1),
    })),
    seeds: Array.from({ length: count }, (_, index) => first + index),
    steps: null,
    runs: [],
  };
}
