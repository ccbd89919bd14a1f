/** @file The settings of the next run: always a valid configuration, with a sentence per refused value. Knows no React. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { rangeProblem } from '../../lib/numberText.ts';
import type { ReadableStore } from '../../lib/readableStore.ts';
import type { Move } from '../../rl/words/schedule.ts';
import type { Setting } from '../../rl/words/setting.ts';
import { choices, type ChoiceName } from '../../rl/config/choices.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import type { KnobName } from '../../rl/config/knobs.ts';
import { presetConfig } from '../../rl/config/presets.ts';
import { taskFor } from '../../rl/pretraining/policies.ts';
import type { Task } from '../../tasks/task.ts';
import type { Typed } from '../../ui/settings/number.ts';
import {
  algorithmProblem,
  rangeOf,
  usualNumber,
  withChoice,
  withChosenAlgorithm,
  withNumber,
} from './algorithmSettings.ts';
import { judgeOf, judgeTyped, type Judge } from './settingsJudge.ts';
import { type RewardActions, rewardActions } from './settingsRewards.ts';
import type { LinkQuestion, SettingsStart, SettingsState } from './settingsState.ts';
import { stageWords } from '../../ui/stages/words.ts';
import { stagedBy, stagesProblem } from './stageSettings.ts';
import { fitDifficulty, refusal, withTask } from './taskSettings.ts';

export interface SettingsStore extends ReadableStore<SettingsState>, RewardActions {
  /** Takes preset and configuration from a link or a run and clears refusals; parts that are not named stay. */
  adopt(start: Pick<SettingsStart, 'preset' | 'config'> & Partial<SettingsStart>): void;
  /** Drops the draft and the reward terms that the link brought. */
  forgetOffers(): void;
  choosePreset(id: string): void;
  chooseTask(id: string): void;
  choosePolicy(id: string): void;
  /** Switches to another algorithm with its default numbers. */
  chooseAlgorithm(id: string): void;
  /** Sets one part of the algorithm, or says why it does not fit the others; answers whether it was taken. */
  setChoice(name: ChoiceName, id: string): boolean;
  /** Takes the value, or keeps the last good one and says why; answers whether it was taken. */
  setKnob(name: KnobName, value: Typed): boolean;
  /** Sets a number of the algorithm that has no knob; stored only if it differs from its default. */
  setNumber(setting: Setting, value: Typed): boolean;
  /** Lets a number move over the steps, or makes it constant again. */
  setSchedule(id: string, move: Move | null): void;
  /** Trains in the stages of these words, or once for the empty text; or says why not and answers false. */
  setStages(words: string): boolean;
  /** Opens or changes the draft of an objective. */
  draftObjective(objective: string): void;
  /**
   * Trains with the text of an objective that was checked; the empty text restores the algorithm's own. `numbers` are
   * its settings that differ from their defaults.
   */
  useObjective(objective: string, numbers?: Readonly<Record<string, number>>): void;
  /** Asks whether to train with the draft of a link, or notes the answer. */
  setQuestion(question: LinkQuestion): void;
  /** The same about its reward terms. */
  setTermsQuestion(question: LinkQuestion): void;
  setShuffle(on: boolean): void;
  /** Takes rollouts from the file with that SHA-256, with the settings that fit it; '' samples from the base. */
  useRolloutFile(
    sha256: string,
    fitting?: Partial<Pick<TrainConfig, 'difficulty' | 'numGenerations'>> & { readonly task?: string },
  ): boolean;
  dismissNotices(): void;
}

const algorithmActions = (
  store: StoreApi<SettingsState>,
  judge: Judge,
): Pick<SettingsStore, 'chooseAlgorithm' | 'setChoice' | 'setNumber'> => ({
  chooseAlgorithm: (id) => store.setState(({ config }) => ({ config: withChosenAlgorithm(config, id), errors: {} })),
  setChoice(name, id) {
    const { config } = store.getState();
    const changed = withChoice(config, name, id);
    const before = choices[name].options.find((option) => option.id === config[name]);
    return judge(name, before?.title ?? config[name], typeof changed === 'string' ? changed : null, () =>
      typeof changed === 'string' ? {} : { config: changed },
    );
  },
  setNumber(setting, value) {
    const { config } = store.getState();
    const kept = config.settings[setting.id] ?? usualNumber(config, setting);
    return judgeTyped(
      judge,
      `settings.${setting.id}`,
      kept,
      value,
      (number) => rangeProblem(number, rangeOf(setting)),
      (number) => withNumber(config, setting, number),
    );
  },
});

const objectiveActions = (
  store: StoreApi<SettingsState>,
): Pick<SettingsStore, 'draftObjective' | 'setQuestion' | 'setTermsQuestion' | 'useObjective'> => ({
  draftObjective: (objective) =>
    store.setState(({ draft }) => ({ draft: { numbers: {}, fromLink: false, ...draft, text: objective } })),
  setQuestion: (question) => store.setState(({ draft }) => ({ draft: draft && { ...draft, question } })),
  setTermsQuestion: (termsQuestion) => store.setState({ termsQuestion }),
  useObjective: (objectiveText, numbers = {}) =>
    store.setState(({ config }) => ({
      config: { ...config, objectiveText, settings: { ...numbers } },
      draft: null,
      errors: {},
    })),
});

type TaskOf = (id: string) => Task | undefined;

/** Changes that replace the configuration or move it to another task. */
const moves = (
  store: StoreApi<SettingsState>,
  taskOf: TaskOf,
): Pick<SettingsStore, 'adopt' | 'choosePreset' | 'chooseTask' | 'choosePolicy'> => ({
  adopt: (start) => store.setState({ ...start, errors: {}, ...(start.offered ? { termsQuestion: undefined } : {}) }),
  choosePreset(id) {
    const config = presetConfig(id);
    store.setState({ preset: id, config: fitDifficulty(config, taskOf(config.task)), errors: {} });
  },
  chooseTask(id) {
    const task = taskOf(id);
    if (task) store.setState(({ config }) => ({ config: withTask(config, task), errors: {} }));
  },
  choosePolicy: (policy) =>
    store.setState(({ config, errors }) => {
      const task = taskOf(taskFor(policy, config.task));
      const chosen = { ...config, policy };
      return task && task.id !== config.task
        ? { config: withTask(chosen, task), errors: {} }
        : { config: chosen, errors };
    }),
});

export function createSettingsStore(tasks: readonly Task[], start: SettingsStart): SettingsStore {
  const taskOf: TaskOf = (id) => tasks.find((task) => task.id === id);
  const store = createStore<SettingsState>(() => ({ draft: null, offered: {}, awaited: null, ...start, errors: {} }));
  const judge = judgeOf(store);
  return {
    ...store,
    ...moves(store, taskOf),
    ...algorithmActions(store, judge),
    ...objectiveActions(store),
    ...rewardActions(store, judge, taskOf),
    setKnob(name, value) {
      const { config } = store.getState();
      const problemOf = (number: number) =>
        refusal(name, number, taskOf(config.task)) ??
        algorithmProblem({ ...config, [name]: number }) ??
        stagesProblem({ ...config, [name]: number });
      return judgeTyped(judge, name, config[name], value, problemOf, (number) => ({ ...config, [name]: number }));
    },
    setSchedule: (id, move) =>
      store.setState(({ config }) => {
        const { [id]: _before, ...others } = config.schedules;
        return { config: { ...config, schedules: move ? { ...others, [id]: move } : others } };
      }),
    setStages(words) {
      const { stages: _, ...config } = store.getState().config;
      const changed = words === '' ? config : stagedBy(config, words);
      const problem = typeof changed === 'string' ? changed : stagesProblem(changed);
      return judge('stages', stageWords.kept, problem, () => (typeof changed === 'string' ? {} : { config: changed }));
    },
    useRolloutFile(sha256, { task: id, ...fitting } = {}) {
      const { config } = store.getState();
      const task = id === undefined || id === config.task ? undefined : taskOf(id);
      const moved = task ? withTask(config, task) : config;
      const changed = { ...moved, ...fitting, rollouts: 'offline', rolloutFile: sha256 };
      return judge('rollouts', config.rollouts, algorithmProblem(changed), () => ({ config: changed }));
    },
    setShuffle: (shuffleRewards) => store.setState(({ config }) => ({ config: { ...config, shuffleRewards } })),
    forgetOffers: () => store.setState({ offered: {}, draft: null }),
    dismissNotices: () => store.setState({ notices: [] }),
  };
}
