/** @file The differences between the configurations of two runs, in the words of the settings. */
import { choiceNames, choices, type ChoiceName } from '../../rl/config/choices.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import { type KnobName, knobNames, knobs } from '../../rl/config/knobs.ts';
import { algorithmById } from '../../rl/papers/index.ts';
import { policies } from '../../rl/pretraining/policies.ts';
import { termsOf } from '../../rl/rewards/sharedTerms.ts';
import type { Task } from '../../tasks/task.ts';
import { showNumber } from '../../ui/settings/number.ts';
import { rolloutWords } from '../../ui/rollouts/words.ts';
import { text } from '../../ui/text.ts';

export interface Difference {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

const isKnob = (name: string): name is KnobName => knobNames.some((knob) => knob === name);
const labels: Readonly<Record<string, string>> = {
  task: text.settings.task,
  policy: text.settings.policy,
  shuffleRewards: text.settings.shuffle,
  rewardWeights: text.settings.rewards,
  rolloutFile: rolloutWords.label,
  schedules: text.settings.schedules,
};

function shown(value: unknown): string {
  if (typeof value === 'number') return showNumber(value);
  if (typeof value === 'boolean') return value ? text.runs.on : text.runs.off;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `learningRate` -> `learning rate`, for settings that have no label. */
const plain = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

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
    .map((id) => ({ label: id.replaceAll('_', ' '), before: number(before, id), after: number(after, id) }));
}

/** Every setting in which two configurations differ, without `shardSize`, which changes only rounding. */
export function differences(before: TrainConfig, after: TrainConfig, tasks: readonly Task[]): readonly Difference[] {
  const task = tasks.find(({ id }) => id === after.task);
  const names = (Object.keys(after) as (keyof TrainConfig)[]).filter(
    (name) => name !== 'shardSize' && name !== 'rewardWeights' && name !== 'settings',
  );
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const title = (name: keyof TrainConfig, value: unknown) => {
    if (isChoice(name)) return optionTitle(name, value);
    if (name === 'algorithm') return algorithmById(String(value)).title;
    if (name === 'policy') return policies.find(({ id }) => id === value)?.title ?? shown(value);
    if (name === 'rolloutFile') return rolloutWords.nameOf(String(value));
    return name === 'task' ? (tasks.find(({ id }) => id === value)?.title ?? shown(value)) : shown(value);
  };
  return [
    ...changed.map((name): Difference => ({
      label: isKnob(name)
        ? name === 'difficulty' && task
          ? task.difficulty.label
          : knobs[name].label
        : isChoice(name)
          ? choices[name].label
          : (labels[name] ?? plain(name)),
      before: title(name, before[name]),
      after: title(name, after[name]),
    })),
    ...numbers(before, after),
    ...weights(before, after, task),
  ];
}
