/** @file The settings in which arms of a comparison can differ, and the configurations that chosen values give. */
import { readWithin, type NumberRange } from '../../lib/numberText.ts';
import { algorithmOf } from '../../rl/algorithm/compose.ts';
import { algorithmChoice, ownSettings } from '../../rl/algorithm/configured.ts';
import { choiceNames, choices } from '../../rl/config/choices.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import { type KnobName, knobNames } from '../../rl/config/knobs.ts';
import { families } from '../../rl/papers/index.ts';
import { policies, suits } from '../../rl/pretraining/policies.ts';
import { termsOf } from '../../rl/rewards/sharedTerms.ts';
import type { Task } from '../../tasks/task.ts';
import { compareWords as words } from '../../ui/compare/words.ts';
import { text } from '../../ui/text.ts';
import type { Choice } from '../../ui/types.ts';
import { rangeOf, withChoice, withChosenAlgorithm, withNumber } from '../stores/algorithmSettings.ts';
import { knobFor, weightKnob, withTask } from '../stores/taskSettings.ts';
import { settingLabel } from '../settingLabels.ts';

interface Setting {
  readonly id: string;
  readonly label: string;
  /** Heading in the list of settings. */
  readonly group: string;
}

/** Values to choose from; `of` gives the configuration, or a sentence that refuses it. */
export interface VariedChoice extends Setting {
  readonly options: readonly Pick<Choice, 'id' | 'title' | 'group'>[];
  readonly of: (config: TrainConfig, option: string) => TrainConfig | string;
}

/** Values to type. */
export interface VariedNumber extends Setting {
  readonly range: NumberRange;
  readonly of: (config: TrainConfig, value: number) => TrainConfig;
}

export type Varied = VariedChoice | VariedNumber;
export const isChoice = (varied: Varied): varied is VariedChoice => 'options' in varied;

/** Seeds and steps have fields of their own. */
const notVaried: readonly KnobName[] = ['seed', 'maxSteps'];

function mainChoices({ task: current, policy }: TrainConfig, tasks: readonly Task[]): readonly VariedChoice[] {
  const group = words.groups.main;
  return [
    {
      id: 'algorithm',
      label: words.algorithm,
      group,
      options: families.flatMap(({ title, algorithms }) => algorithms.map((one) => ({ ...one, group: title }))),
      of: withChosenAlgorithm,
    },
    {
      id: 'task',
      label: words.task,
      group,
      options: tasks,
      of: (config, id) => {
        const task = tasks.find((one) => one.id === id);
        return task ? withTask(config, task) : id;
      },
    },
    {
      id: 'policy',
      label: text.settings.policy,
      group,
      options: policies.filter(({ id }) => id === policy || suits(id, current)),
      of: (config, id) => ({ ...config, policy: id }),
    },
  ];
}

function numbers(config: TrainConfig, task: Task | undefined): readonly VariedNumber[] {
  const ofKnobs = knobNames
    .filter((name) => !notVaried.includes(name))
    .map((name): VariedNumber => {
      const knob = knobFor(name, task);
      return {
        id: name,
        label: knob.label,
        group: words.groups.knobs,
        range: knob,
        of: (base, value) => ({ ...base, [name]: value }),
      };
    });
  const ofAlgorithm = ownSettings(algorithmOf(algorithmChoice(config))).map((setting): VariedNumber => ({
    id: `settings.${setting.id}`,
    label: settingLabel(setting.id),
    group: words.groups.algorithm,
    range: rangeOf(setting),
    of: (base, value) => withNumber(base, setting, value),
  }));
  const ofTerms = (task ? termsOf(task) : []).map((term): VariedNumber => ({
    id: `reward.${term.id}`,
    label: words.weight(term.label),
    group: words.groups.rewards,
    range: weightKnob(term),
    of: (base, value) => ({ ...base, rewardWeights: { ...base.rewardWeights, [term.id]: value } }),
  }));
  return [...ofKnobs, ...ofAlgorithm, ...ofTerms];
}

/** All settings that can be varied from this configuration; `tasks` with the visitor's own. */
export function variedSettings(config: TrainConfig, tasks: readonly Task[]): readonly Varied[] {
  const parts = choiceNames.map((name): VariedChoice => ({
    id: name,
    label: choices[name].label,
    group: words.groups.parts,
    options: choices[name].options,
    of: (base, id) => withChoice(base, name, id),
  }));
  return [
    ...mainChoices(config, tasks),
    ...numbers(
      config,
      tasks.find(({ id }) => id === config.task),
    ),
    ...parts,
  ];
}

/** An arm that a value gives. */
export interface Variant {
  readonly title: string;
  readonly config: TrainConfig;
}

/** Typed numbers, separated by commas or semicolons, or a sentence about the first that is refused. */
function readList(typed: string, range: NumberRange): readonly number[] | string {
  const parts = typed
    .split(typed.includes(';') ? ';' : ',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) return words.noValue;
  const values: number[] = [];
  for (const part of parts) {
    const value = readWithin(part, range);
    if (typeof value === 'string') return words.badValue(part, value);
    if (values.includes(value)) return words.twice(part);
    values.push(value);
  }
  return values;
}

/** The arms for the ticked options or the typed values, or why they are refused. */
export function variantsOf(
  varied: Varied,
  config: TrainConfig,
  given: { readonly ticked: readonly string[]; readonly typed: string },
): readonly Variant[] | string {
  if (!isChoice(varied)) {
    const values = readList(given.typed, varied.range);
    return typeof values === 'string'
      ? values
      : values.map((value) => ({ title: `${varied.label} ${value}`, config: varied.of(config, value) }));
  }
  const chosen = varied.options.filter(({ id }) => given.ticked.includes(id));
  if (chosen.length === 0) return words.noOption;
  const variants: Variant[] = [];
  for (const { id, title } of chosen) {
    const made = varied.of(config, id);
    if (typeof made === 'string') return words.badValue(title, made);
    variants.push({ title: varied.group === words.groups.main ? title : `${varied.label}: ${title}`, config: made });
  }
  return variants;
}
