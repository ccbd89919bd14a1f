/** @file The settings a person sees: always a valid configuration, refusals in words beside it. Knows no React. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { rangeProblem } from '../../lib/numberText.ts';
import { choiceNames, choices, type ChoiceName } from '../../rl/config/choices.ts';
import {
  knobNames,
  knobs,
  presetConfig,
  presets,
  type Knob,
  type KnobName,
  type LiveChanges,
  type TrainConfig,
} from '../../rl/config/config.ts';
import type { Setting } from '../../rl/words/setting.ts';
import { priorPromptProblem } from '../../rl/prompts/priorPrompt.ts';
import { policyFor, taskFor } from '../../rl/pretraining/policies.ts';
import { rewardRanges } from '../../rl/rewards/composition.ts';
import { termsOf } from '../../rl/rewards/sharedTerms.ts';
import type { Task } from '../../tasks/task.ts';
import { showNumber, type Typed } from '../../ui/settings/number.ts';
import { text } from '../../ui/text.ts';
import type { OfferedTerm } from '../rewardLink.ts';
import {
  actsNow,
  algorithmProblem,
  rangeOf,
  usualNumber,
  withChoice,
  withChosenAlgorithm,
  withNumber,
} from './algorithmSettings.ts';
import { keptForTask } from './rewardSettings.ts';

export interface SettingsState {
  readonly preset: string;
  readonly config: TrainConfig;
  /** Why the last try was refused, by knob or choice name, `reward.<term>` or `settings.<id>`. */
  readonly errors: Readonly<Record<string, string>>;
  /** What of the link was ignored. */
  readonly notices: readonly string[];
  /** What stands in the editor for an objective of one's own, where that differs from what is used. */
  readonly draft: ObjectiveDraft | null;
  /** Reward terms that the link brought and nobody has agreed to, by id. */
  readonly offered: Readonly<Record<string, OfferedTerm>>;
}

export interface ObjectiveDraft {
  readonly text: string;
  /** Numbers that came with it, by setting id. */
  readonly numbers: Readonly<Record<string, number>>;
  /** It came by a link: nothing may train with it before a person has seen it and said so. */
  readonly fromLink: boolean;
}

export interface SettingsStore extends StoreApi<SettingsState> {
  choosePreset(id: string): void;
  chooseTask(id: string): void;
  choosePolicy(id: string): void;
  /** Another algorithm, with its own numbers. */
  chooseAlgorithm(id: string): void;
  /** One of the algorithm’s parts by a word, or why it does not go with the others. */
  setChoice(name: ChoiceName, id: string): boolean;
  /** Takes the value, or keeps the last good one and says why; answers whether it was taken. */
  setKnob(name: KnobName, value: Typed): boolean;
  setWeight(term: string, value: Typed): boolean;
  /** A number that the algorithm reads and no knob stands for; kept only where it differs from its default. */
  setNumber(setting: Setting, value: Typed): boolean;
  /** Opens or goes on with a draft of an objective. */
  draftObjective(objective: string): void;
  /**
   * Puts an objective, which was found to be right, in the place of the algorithm's; the empty text gives it back.
   * `numbers` are those of its settings that do not stand at their defaults.
   */
  useObjective(objective: string, numbers?: Readonly<Record<string, number>>): void;
  setShuffle(on: boolean): void;
  /** Rollouts from the file of that SHA-256, with the settings that fit it; the empty word lets the base write them. */
  useRolloutFile(
    sha256: string,
    fitting?: Partial<Pick<TrainConfig, 'difficulty' | 'numGenerations'>> & { readonly task?: string },
  ): boolean;
  dismissNotices(): void;
}

/** The knob as it stands for this task: the difficulty is the task's own dial. */
export function knobFor(name: KnobName, task: Task | undefined): Knob {
  const knob: Knob = knobs[name];
  if (name !== 'difficulty' || !task) return knob;
  const { label, unit, min, max, summary } = task.difficulty;
  return { ...knob, label, unit, min, max, default: task.difficulty.default, summary };
}

/** A reward weight as a setting like any other. */
export function weightKnob(
  term: Pick<Task['rewardTerms'][number], 'id' | 'label' | 'summary' | 'defaultWeight'>,
): Knob {
  return {
    ...rewardRanges.weight,
    id: `reward.${term.id}`,
    label: term.label,
    unit: '',
    step: 0.1,
    default: term.defaultWeight,
    scale: 'linear',
    applies: 'restart',
    summary: `${term.summary.trim()} ${text.settings.weightHint}`,
  };
}

/** Why a knob refuses this value, or null. */
export const refusal = (name: KnobName, value: number, task: Task | undefined): string | null =>
  rangeProblem(value, knobFor(name, task));

/** The difficulty moved into the range of the task, to its default where it does not fit. */
function fitDifficulty(config: TrainConfig, task: Task | undefined): TrainConfig {
  if (!task) return config;
  const { min, max } = task.difficulty;
  return config.difficulty >= min && config.difficulty <= max
    ? config
    : { ...config, difficulty: task.difficulty.default };
}

/**
 * The settings moved to a task: at its usual difficulty, without a file of another one’s rollouts, with its own reward
 * terms and those of the user, on a base that was shown it.
 */
export function withTask(config: TrainConfig, task: Task): TrainConfig {
  const moved = {
    ...config,
    task: task.id,
    difficulty: task.difficulty.default,
    rolloutFile: '',
    ...keptForTask(config),
    policy: policyFor(task.id, config.policy),
  };
  return priorPromptProblem(moved) === null ? moved : { ...moved, priorPrompt: choices.priorPrompt.default };
}

export interface SettingsStart {
  readonly preset: string;
  readonly config: TrainConfig;
  readonly notices: readonly string[];
  /** An objective that came by a link. */
  readonly draft?: ObjectiveDraft | null;
  readonly offered?: SettingsState['offered'];
}

/** Takes a change that nothing speaks against, or says why not and what is kept; answers whether it was taken. */
type Judge = (
  key: string,
  kept: number | string,
  problem: string | null,
  take: () => Partial<SettingsState>,
) => boolean;

/** The same for a number that was typed. */
function judgeTyped(
  judge: Judge,
  key: string,
  kept: number,
  typed: Typed,
  problemOf: (value: number) => string | null,
  take: (value: number) => TrainConfig,
): boolean {
  return typeof typed === 'string'
    ? judge(key, kept, typed, () => ({}))
    : judge(key, kept, problemOf(typed), () => ({ config: take(typed) }));
}

const judgeOf =
  (store: StoreApi<SettingsState>): Judge =>
  (key, kept, problem, take) => {
    store.setState((state) => {
      const { [key]: _settled, ...others } = state.errors;
      return problem === null
        ? { ...take(), errors: others }
        : {
            errors: {
              ...others,
              [key]: `${problem.replace(/\.?$/, '.')} ${text.settings.keptGood(typeof kept === 'number' ? showNumber(kept) : kept)}`,
            },
          };
    });
    return problem === null;
  };

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

const objectiveActions = (store: StoreApi<SettingsState>): Pick<SettingsStore, 'draftObjective' | 'useObjective'> => ({
  draftObjective: (objective) =>
    store.setState(({ draft }) => ({ draft: { numbers: {}, fromLink: false, ...draft, text: objective } })),
  useObjective: (objectiveText, numbers = {}) =>
    store.setState(({ config }) => ({
      config: { ...config, objectiveText, settings: { ...numbers } },
      draft: null,
      errors: {},
    })),
});

export function createSettingsStore(tasks: readonly Task[], start: SettingsStart): SettingsStore {
  const taskOf = (id: string) => tasks.find((task) => task.id === id);
  const store = createStore<SettingsState>(() => ({ draft: null, offered: {}, ...start, errors: {} }));

  const judge = judgeOf(store);

  return {
    ...store,
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
    setKnob(name, value) {
      const { config } = store.getState();
      const problemOf = (number: number) =>
        refusal(name, number, taskOf(config.task)) ?? algorithmProblem({ ...config, [name]: number });
      return judgeTyped(judge, name, config[name], value, problemOf, (number) => ({ ...config, [name]: number }));
    },
    ...algorithmActions(store, judge),
    ...objectiveActions(store),
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
    useRolloutFile(sha256, { task: id, ...fitting } = {}) {
      const { config } = store.getState();
      const task = id === undefined || id === config.task ? undefined : taskOf(id);
      const changed = {
        ...(task ? withTask(config, task) : config),
        ...fitting,
        rollouts: 'offline',
        rolloutFile: sha256,
      };
      return judge('rollouts', config.rollouts, algorithmProblem(changed), () => ({ config: changed }));
    },
    setShuffle: (shuffleRewards) => store.setState(({ config }) => ({ config: { ...config, shuffleRewards } })),
    dismissNotices: () => store.setState({ notices: [] }),
  };
}

const differs = (name: keyof TrainConfig, settings: TrainConfig, run: Readonly<Partial<TrainConfig>>): boolean =>
  JSON.stringify(settings[name]) !== JSON.stringify(run[name]);
const namesOf = (settings: TrainConfig) => Object.keys(settings) as (keyof TrainConfig)[];

/**
 * Names of the settings that differ from the run's configuration and need a new run; `together` counts those that could
 * act at once too.
 */
export function waitingChanges(settings: TrainConfig, run: TrainConfig, together = false): readonly string[] {
  return namesOf(settings).filter(
    (name) => (together || !actsNow(name, settings, run)) && differs(name, settings, run),
  );
}

/**
 * Whether another preset was chosen than the run in hand is of: its settings belong together, and wait for a new run
 * together.
 */
export const isOtherPreset = ({ preset }: Pick<SettingsState, 'preset'>, run: { readonly preset: string }): boolean =>
  run.preset !== '' && run.preset !== preset;

/** What differs from what the run has and applies at its next step. */
export function liveChanges(settings: TrainConfig, run: Readonly<Partial<TrainConfig>>): LiveChanges {
  const live = namesOf(settings).filter((name) => actsNow(name, settings, run) && differs(name, settings, run));
  const picked = <N extends keyof LiveChanges>(names: readonly N[]): LiveChanges =>
    Object.fromEntries(names.filter((name) => live.includes(name)).map((name) => [name, settings[name]]));
  return { ...picked(knobNames), ...picked(choiceNames), ...picked(['settings']) };
}

/** Whether the settings differ from their preset. */
export function differsFromPreset({ preset, config }: SettingsState): boolean {
  const known = presets.some(({ id }) => id === preset);
  return known && !isSameConfig(presetConfig(preset), config);
}

export const isSameConfig = (one: TrainConfig, other: TrainConfig): boolean =>
  JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

const sorted = (config: TrainConfig) => Object.entries(config).toSorted(([a], [b]) => a.localeCompare(b));
