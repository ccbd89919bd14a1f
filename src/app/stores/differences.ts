/** @file The differences between the configurations of two runs, in the words of the settings. */
import { choiceNames, choices, type ChoiceName } from '../../rl/config/choices.ts';
import { writeStageWords } from '../../rl/algorithm/stageWords.ts';
import type { Stage, TrainConfig } from '../../rl/config/config.ts';
import { type KnobName, knobNames, knobs } from '../../rl/config/knobs.ts';
import { algorithmById } from '../../rl/papers/index.ts';
import { policies } from '../../rl/pretraining/policies.ts';
import { termsOf } from '../../rl/rewards/sharedTerms.ts';
import type { Task } from '../../tasks/task.ts';
import { showNumber } from '../../ui/settings/number.ts';
import { rolloutWords } from '../../ui/rollouts/words.ts';
import { stageWords } from '../../ui/stages/words.ts';
import { text } from '../../ui/text.ts';
import { settingLabel } from '../settingLabels.ts';

export interface Difference {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

const isKnob = (name: string): name is KnobName => knobNames.some((knob) => knob === name);
const labels: Readonly<Record<Exclude<keyof TrainConfig, KnobName | ChoiceName>, string>> = {
  algorithm: text.settings.algorithm,
  task: text.settings.task,
  policy: text.settings.policy,
  shuffleRewards: text.settings.shuffle,
  rewardWeights: text.settings.rewards,
  rolloutFile: rolloutWords.label,
  schedules: text.settings.schedules,
  stages: stageWords.title,
  ownTerms: text.settings.ownTerms,
  objectiveText: text.settings.objective,
  ...text.settings.unlisted,
};

function shown(value: unknown): string {
  if (typeof value === 'number') return showNumber(value);
  if (typeof value === 'boolean') return value ? text.runs.on : text.runs.off;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function weights(before: TrainConfig, after: TrainConfig, task: Task | undefined): Difference[] {
  const ids = new Set([...Object.keys(before.rewardWeights), ...Object.keys(after.rewardWeights)]);
  return [...ids].flatMap((id) => {
    const term = (task ? termsOf(task) : []).find((candidate) => candidate.id === id);
    const weight = (config: TrainConfig) => config.rewardWeights[id] ?? term?.defaultWeight ?? 0;
    return weight(before) === weight(after)
      ? []
      : [{ label: term?.label ?? id, before: shown(weight(before)), after: shown(weight(after)) }];
  });
}

const isChoice = (name: string): name is ChoiceName => choiceNames.some((choice) => choice === name);
const optionTitle = (name: ChoiceName, value: unknown): string =>
  choices[name].options.find(({ id }) => id === value)?.title ?? shown(value);

/** Differences in the settings of the algorithm. */
function numbers(before: TrainConfig, after: TrainConfig): Difference[] {
  const ids = new Set([...Object.keys(before.settings), ...Object.keys(after.settings)]);
  const number = ({ settings }: TrainConfig, id: string) =>
    settings[id] === undefined ? text.runs.usual : shown(settings[id]);
  return [...ids]
    .filter((id) => before.settings[id] !== after.settings[id])
    .map((id) => ({ label: settingLabel(id), before: number(before, id), after: number(after, id) }));
}

const isRecord = (name: string) => name === 'rewardWeights' || name === 'settings';

/** The label of a setting; that of the difficulty comes from the task. */
function labelOf(name: keyof TrainConfig, task: Task | undefined): string {
  if (isKnob(name)) return name === 'difficulty' && task ? task.difficulty.label : knobs[name].label;
  return isChoice(name) ? choices[name].label : labels[name];
}

/** The value of a setting in words. */
function valueOf(name: keyof TrainConfig, value: unknown, tasks: readonly Task[]): string {
  if (isChoice(name)) return optionTitle(name, value);
  if (name === 'algorithm') return algorithmById(String(value)).title;
  if (name === 'policy') return policies.find(({ id }) => id === value)?.title ?? shown(value);
  // Code is not shown in one line.
  if (name === 'stages') return value === undefined ? text.runs.off : writeStageWords(value as readonly Stage[]);
  if (name === 'ownTerms') return Object.keys(Object(value)).join(', ') || text.runs.off;
  if (name === 'objectiveText') return value === '' ? text.runs.usual : text.objective.yours;
  if (name === 'rolloutFile') return rolloutWords.nameOf(String(value));
  return name === 'task' ? (tasks.find(({ id }) => id === value)?.title ?? shown(value)) : shown(value);
}

/** A setting in which runs differ, with its value in each, in words. */
export interface Variation {
  readonly id: string;
  readonly label: string;
  readonly values: readonly string[];
}

/** The settings in which these configurations differ, without `shardSize`. */
export function variations(configs: readonly TrainConfig[], tasks: readonly Task[]): readonly Variation[] {
  const [first] = configs;
  if (!first) return [];
  const all = Object.assign({}, ...configs) as TrainConfig;
  const names = (Object.keys(all) as (keyof TrainConfig)[]).filter((name) => name !== 'shardSize');
  const task = configs.every((config) => config.task === first.task)
    ? tasks.find(({ id }) => id === first.task)
    : undefined;
  const ids = [...new Set(configs.flatMap(({ settings }) => Object.keys(settings)))];
  const found: readonly Variation[] = [
    ...names
      .filter((name) => !isRecord(name))
      .map((name) => ({
        id: name,
        label: labelOf(name, task),
        values: configs.map((config) => valueOf(name, config[name], tasks)),
      })),
    ...ids.map((id) => ({
      id: `settings.${id}`,
      label: settingLabel(id),
      values: configs.map(({ settings }) => (settings[id] === undefined ? text.runs.usual : shown(settings[id]))),
    })),
  ];
  return found.filter(({ values }) => new Set(values).size > 1);
}

/** Every setting in which two configurations differ, without `shardSize`, which changes only rounding. */
export function differences(before: TrainConfig, after: TrainConfig, tasks: readonly Task[]): readonly Difference[] {
  const task = tasks.find(({ id }) => id === after.task);
  const names = (Object.keys({ ...before, ...after }) as (keyof TrainConfig)[]).filter(
    (name) => name !== 'shardSize' && !isRecord(name),
  );
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return [
    ...changed.map((name): Difference => ({
      label: labelOf(name, task),
      before: valueOf(name, before[name], tasks),
      after: valueOf(name, after[name], tasks),
    })),
    ...numbers(before, after),
    ...weights(before, after, task),
  ];
}
