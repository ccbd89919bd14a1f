/**
 * @file Settings as the column shows them: knobs, numbers and parts of the algorithm, with the refusal of the last
 * value.
 */
import { choices, type ChoiceName, type Option } from '../rl/config/choices.ts';
import { NO_PRIOR_PROMPT } from '../rl/prompts/priorPrompt.ts';
import type { Algorithm } from '../rl/objectives/algorithm.ts';
import type { Setting } from '../rl/words/setting.ts';
import { algorithmOf } from '../rl/algorithm/compose.ts';
import { type KnobName, knobs } from '../rl/config/knobs.ts';
import { movingKnobs } from '../rl/config/schedules.ts';
import { algorithmChoice, ownSettings } from '../rl/algorithm/configured.ts';
import { algorithmById } from '../rl/papers/index.ts';
import { unreadParts } from '../rl/algorithm/settingsInUse.ts';
import { sources } from '../rl/sampling/sources.ts';
import type { Task } from '../tasks/task.ts';
import type { ChoiceView, SettingView } from '../ui/settings/Fields.tsx';
import type { ScheduleView } from '../ui/settings/Schedules.tsx';
import { rolloutWords } from '../ui/rollouts/words.ts';
import { text } from '../ui/text.ts';
import type { Field } from '../ui/types.ts';
import { rangeOf, usualNumber } from './stores/algorithmSettings.ts';
import type { SettingsState } from './stores/settingsState.ts';
import { knobFor } from './stores/taskSettings.ts';
import { settingLabel } from './settingLabels.ts';

/** Data shared by all views of one rendering. */
export interface ViewContext {
  readonly settings: SettingsState;
  /** The algorithm with the chosen parts. */
  readonly algorithm: Algorithm;
  /** Fields that wait for a Reset. */
  readonly waiting: readonly string[];
  readonly task: Task | undefined;
  readonly unread: ReturnType<typeof unreadParts>;
}

export function viewContext(settings: SettingsState, waiting: readonly string[], task: Task | undefined): ViewContext {
  const algorithm = algorithmOf(algorithmChoice(settings.config));
  return { settings, algorithm, waiting, task, unread: unreadParts(algorithm, settings.config) };
}

/** Numbers of a rollout store that the base writes. */
const ofBaseStore: ReadonlySet<string> = new Set(sources.offline.settings.map(({ id }) => id));

function unusedWords({ unread, settings: { config } }: ViewContext, name: KnobName | ChoiceName): string | undefined {
  const why = unread.get(name);
  if (why === 'choice') return text.settings.notUsedNow;
  if (why === 'prompts') return text.settings.notUsedByPrompts;
  if (why === 'task') return text.settings.notOfTask;
  const user = config.objectiveText === '' ? algorithmById(config.algorithm).title : text.objective.yours;
  return why === 'algorithm' ? text.settings.notUsedBy(user) : undefined;
}

/** Defaults of knobs that the algorithm overrides. */
const defaultsOf = (algorithm: Algorithm): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...algorithm.settings]
      .filter(({ id }) => id === knobs.epsilon.id || id === knobs.beta.id)
      .map((setting) => [setting.id, setting.default]),
  );

export function knobViews(names: readonly KnobName[], context: ViewContext): SettingView[] {
  const { settings, waiting, task } = context;
  const usual = defaultsOf(algorithmById(settings.config.algorithm));
  return names.map((name) => {
    const field = knobFor(name, task);
    return {
      name,
      field: { ...field, default: usual[field.id] ?? field.default },
      value: settings.config[name],
      error: settings.errors[name],
      waiting: waiting.includes(name),
      unused: unusedWords(context, name),
    };
  });
}

/**
 * Hides settings that have no effect with this prompt sampler or rollout file, unless changed: a full column would hide
 * the few that matter.
 */
export const inUse = (views: readonly SettingView[], { unread, settings: { config } }: ViewContext): SettingView[] =>
  views.filter(
    ({ name, field, value, error, unused }) =>
      unused === undefined ||
      error !== undefined ||
      value !== field.default ||
      (!(config.rolloutFile !== '' && ofBaseStore.has(name)) && !isOfPrompts(unread, name)),
  );

const isOfPrompts = (unread: ViewContext['unread'], name: string): boolean =>
  [...unread].some(([other, why]) => other === name && why === 'prompts');

/** The options of a choice; prior prompts belong to the task. */
function optionsOf(name: ChoiceName, { task }: ViewContext): readonly Option[] {
  const { options } = choices[name];
  return name === 'priorPrompt'
    ? options.filter(({ id }) => id === NO_PRIOR_PROMPT || task?.controls?.some((control) => control.id === id))
    : options;
}

export function choiceViews(names: readonly ChoiceName[], context: ViewContext): ChoiceView[] {
  const { settings, waiting } = context;
  return names.map((name) => ({
    ...choices[name],
    name,
    options: optionsOf(name, context),
    value: settings.config[name],
    error: settings.errors[name],
    waiting: waiting.includes(name),
    unused: unusedWords(context, name),
  }));
}

/**
 * Step of the arrow keys: one digit below the leading digit of the default, or a hundredth of a range that begins at 0.
 */
const stepOf = ({ default: usual, max }: Setting): number =>
  10 **
  Math.floor(
    Math.log10(usual === 0 ? Math.min(max, 10) : Math.abs(usual)) - (Number.isInteger(usual) && max > 1 ? 0 : 1),
  );

/** Every number that a schedule can move, with its schedule. */
export function scheduleViews({ settings: { config }, algorithm, task }: ViewContext): ScheduleView[] {
  const own = ownSettings(algorithm).map((setting) => ({
    id: setting.id,
    label: settingLabel(setting.id),
    from: config.settings[setting.id] ?? usualNumber(config, setting),
    range: rangeOf(setting),
  }));
  const ofKnobs = movingKnobs.map((name) => {
    const { id, label, min, max } = knobFor(name, task);
    return { id, label, from: config[name], range: { min, max, integer: false } };
  });
  return [...ofKnobs, ...own].map((number) => ({ ...number, move: config.schedules[number.id] ?? null }));
}

/** A number of the algorithm as a field. */
const numberField = (setting: Setting, usual: number): Field => ({
  id: `set.${setting.id}`,
  label: settingLabel(setting.id),
  unit: '',
  min: setting.min,
  max: setting.max,
  step: stepOf(setting),
  default: usual,
  scale: 'linear',
  integer: false,
  applies: 'next step',
  summary: setting.summary,
});

/** Numbers of the algorithm that have no knob, by setting id. */
export function numberViews({ settings: { config, errors }, algorithm, waiting }: ViewContext): SettingView[] {
  return ownSettings(algorithm).map((setting) => ({
    name: setting.id,
    field: numberField(setting, usualNumber(config, setting)),
    value: config.settings[setting.id] ?? usualNumber(config, setting),
    error: errors[`settings.${setting.id}`],
    unused: config.rolloutFile !== '' && ofBaseStore.has(setting.id) ? rolloutWords.notUsed : undefined,
    waiting: waiting.includes('settings') && config.settings[setting.id] !== undefined,
  }));
}
