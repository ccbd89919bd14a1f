/** @file Changes of the settings store to the reward: weights, and the user's own terms. */
import type { StoreApi } from 'zustand/vanilla';
import { rangeProblem } from '../../lib/numberText.ts';
import { type OwnTerm, rewardRanges, type TermShaping } from '../../rl/rewards/composition.ts';
import { termsOf } from '../../rl/rewards/sharedTerms.ts';
import type { Task } from '../../tasks/task.ts';
import type { Typed } from '../../ui/settings/number.ts';
import { withOwnTerm, withoutTerm, withShaping } from './rewardSettings.ts';
import { judgeTyped, type Judge } from './settingsJudge.ts';
import type { SettingsState } from './settingsState.ts';

export interface RewardActions {
  setWeight(term: string, value: Typed): boolean;
  /**
   * Adds the user's term `id`, or replaces the term `before` by it, which keeps its weight and shaping unless others
   * are given. `offeredAs` names the offer of the link that this accepts.
   */
  useTerm(
    id: string,
    own: OwnTerm,
    options: {
      readonly before: string | null;
      readonly offeredAs: string | null;
      readonly weight?: number | undefined;
      readonly shaping?: TermShaping | undefined;
    },
  ): void;
  /** Rejects a reward term that the link brought. */
  declineTerm(offeredAs: string): void;
  removeTerm(id: string): void;
  /** Answers why the shaping was refused, or null. */
  shapeTerm(id: string, shaping: TermShaping): string | null;
}

function withoutOffer(offered: SettingsState['offered'], id: string | null): SettingsState['offered'] {
  return Object.fromEntries(Object.entries(offered).filter(([other]) => other !== id));
}

export const rewardActions = (
  store: StoreApi<SettingsState>,
  judge: Judge,
  taskOf: (id: string) => Task | undefined,
): RewardActions => ({
  setWeight(term, value) {
    const { config } = store.getState();
    const task = taskOf(config.task);
    const known = (task ? termsOf(task) : []).find((candidate) => candidate.id === term);
    const usual = known?.defaultWeight ?? 1;
    return judgeTyped(
      judge,
      `reward.${term}`,
      config.rewardWeights[term] ?? usual,
      value,
      (weight) => rangeProblem(weight, rewardRanges.weight),
      (weight) => {
        const { [term]: _before, ...others } = config.rewardWeights;
        return { ...config, rewardWeights: weight === usual ? others : { ...others, [term]: weight } };
      },
    );
  },
  useTerm: (id, own, { before, offeredAs, weight, shaping }) =>
    store.setState(({ config, offered }) => ({
      config: withOwnTerm(config, id, own, before, { weight, shaping }),
      offered: withoutOffer(offered, offeredAs),
    })),
  declineTerm: (offeredAs) => store.setState(({ offered }) => ({ offered: withoutOffer(offered, offeredAs) })),
  removeTerm: (id) => store.setState(({ config }) => ({ config: withoutTerm(config, id) })),
  shapeTerm(id, shaping) {
    const config = withShaping(store.getState().config, id, shaping);
    if (typeof config === 'string') return config;
    store.setState({ config });
    return null;
  },
});
