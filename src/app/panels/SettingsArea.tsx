/** @file The settings column, wired to the settings and to the run. */
import type { TrainConfig } from '../../rl/config/config.ts';
import { knobNames, type KnobName } from '../../rl/config/knobs.ts';
import { presetById, presetConfig, presets } from '../../rl/config/presets.ts';
import { isShown, policies, suits } from '../../rl/pretraining/policies.ts';
import { repetition, termsOf } from '../../rl/rewards/sharedTerms.ts';
import type { Task } from '../../tasks/task.ts';
import type { SettingView } from '../../ui/settings/Fields.tsx';
import { SettingsPanel } from '../../ui/settings/SettingsPanel.tsx';
import { text } from '../../ui/text.ts';
import type { Choice } from '../../ui/types.ts';
import { isKeptModel } from '../../worker/keptModels.ts';
import type { OwnModels, OwnModelsState } from '../stores/ownModels.ts';
import type { RolloutFiles } from '../stores/rolloutFiles.ts';
import type { RunState } from '../stores/runStore.ts';
import type { Session } from '../stores/session.ts';
import { differsFromPreset, isOtherPreset, waitingChanges } from '../stores/configChanges.ts';
import type { SettingsState } from '../stores/settingsState.ts';
import { weightKnob } from '../stores/taskSettings.ts';
import { knobViews, viewContext } from '../settingViews.ts';
import { useStore } from '../useSampled.ts';
import { AlgorithmArea, FoldsArea } from './AlgorithmArea.tsx';
import { keptChoices, ModelArea, useModelDialog } from './ModelArea.tsx';
import { ObjectiveArea } from './ObjectiveArea.tsx';
import { ProblemsArea, type ProblemsAreaProps } from './ProblemsArea.tsx';
import { StoreArea } from './StoreArea.tsx';

const problemNames: readonly KnobName[] = ['difficulty', 'seed'];
const liveNames: readonly KnobName[] = ['learningRate', 'beta', 'temperature', 'maxSteps'];
const restartNames: readonly KnobName[] = ['numGenerations', 'promptsPerStep', 'rank', 'alpha'];

const all = (state: SettingsState) => state;
const hasStepsOf = (state: RunState) => state.step > 0;
const configOf = (state: RunState): TrainConfig | null => state.config;

/** Whether a shared term may count, so that its numbers are shown. */
const weighs = ({ rewardWeights, rewardShaping }: TrainConfig, id: string): boolean =>
  (rewardWeights[id] ?? 0) !== 0 || rewardShaping[id] !== undefined;

function rewardViews(settings: SettingsState, running: TrainConfig | null, task: Task | undefined): SettingView[] {
  const own = Object.keys(settings.config.ownTerms).map((id) => ({
    id,
    label: id,
    summary: text.rewards.ownSummary,
    defaultWeight: 1,
  }));
  return [...(task ? termsOf(task) : []).filter(({ id }) => !Object.hasOwn(settings.config.ownTerms, id)), ...own].map(
    (term) => {
      const weight = (config: TrainConfig) => config.rewardWeights[term.id] ?? term.defaultWeight;
      const value = weight(settings.config);
      return {
        name: term.id,
        field: weightKnob(term),
        value,
        error: settings.errors[`reward.${term.id}`],
        waiting: running !== null && running.task === settings.config.task && weight(running) !== value,
      };
    },
  );
}

/**
 * Tasks grouped by whether the base was pretrained on them; choosing a task of another base also chooses that base. A
 * model that the visitor brought is first offered the tasks asked in words, which no shipped base is offered.
 */
function taskChoices(tasks: readonly Task[], { policy, task: chosen }: TrainConfig): Choice[] {
  const { tasksInWords, tasksInSigns, tasksShown, tasksOther, tasksUnseen } = text.settings;
  const isBrought = isKeptModel(policy);
  const group = ({ id, isInstruction = false }: Task) => {
    if (isInstruction) return tasksInWords;
    if (!isShown(id)) return tasksUnseen;
    if (isBrought) return tasksInSigns;
    return suits(policy, id) ? tasksShown : tasksOther;
  };
  return tasks
    .filter(({ id, isInstruction = false }) => isBrought || !isInstruction || id === chosen)
    .toSorted((a, b) => (isBrought ? Number(b.isInstruction ?? false) - Number(a.isInstruction ?? false) : 0))
    .map((task) => ({ id: task.id, title: task.title, summary: task.summary, group: group(task) }));
}

const presetOf = (state: RunState) => state.preset;

export interface SettingsAreaProps extends ProblemsAreaProps {
  readonly models: OwnModels;
  readonly session: Session;
  readonly files: RolloutFiles;
  readonly onCompose: () => void;
}

const keptOf = ({ kept }: OwnModelsState) => kept;

export function SettingsArea({ session, files, data, profiles, models, tasks, onCompose }: SettingsAreaProps) {
  const kept = useStore(models, keptOf);
  const settings = useStore(session.settings, all);
  const hasSteps = useStore(session.run, hasStepsOf);
  const running = useStore(session.run, configOf);
  const task = tasks.find((candidate) => candidate.id === settings.config.task);
  // Before the first step no setting waits: Train opens the run anew with all changes.
  const isOther = isOtherPreset(settings, { preset: useStore(session.run, presetOf) });
  const waiting = running && hasSteps ? waitingChanges(settings.config, running, isOther) : [];
  const context = viewContext(settings, waiting, task);
  const dialog = useModelDialog(models);
  const choosePreset = async (id: string) => {
    session.settings.choosePreset(id);
    const { model } = presetById(id);
    if (model !== undefined && !(await models.chooseCopy(model, presetConfig(id).policy))) await dialog.open(model);
  };
  return (
    <SettingsPanel
      presets={presets}
      preset={settings.preset}
      presetChanged={differsFromPreset(settings)}
      tasks={taskChoices(tasks, settings.config)}
      task={settings.config.task}
      policies={[...policies, ...keptChoices(kept, settings.config.policy)]}
      ownModel={<ModelArea models={models} dialog={dialog} />}
      policy={settings.config.policy}
      problem={knobViews(problemNames, context)}
      problems={<ProblemsArea session={session} data={data} profiles={profiles} tasks={tasks} />}
      live={knobViews(liveNames, context)}
      restart={knobViews(restartNames, context)}
      rewards={[
        ...rewardViews(settings, hasSteps ? running : null, task),
        ...knobViews(weighs(settings.config, repetition.id) ? ['repetitionNgram'] : [], context),
      ]}
      algorithm={
        <AlgorithmArea
          session={session}
          context={context}
          store={<StoreArea files={files} settings={settings} tasks={tasks} />}
        />
      }
      folds={<FoldsArea session={session} context={context} />}
      objective={<ObjectiveArea session={session} waiting={waiting.includes('objectiveText')} />}
      shuffleRewards={settings.config.shuffleRewards}
      onCompose={onCompose}
      waiting={waiting.length}
      onPreset={(id) => void choosePreset(id)}
      onTask={session.settings.chooseTask}
      onPolicy={session.settings.choosePolicy}
      onKnob={(name, value) => {
        const knob = knobNames.find((known) => known === name);
        if (knob) session.settings.setKnob(knob, value);
      }}
      onWeight={(name, value) =>
        name === 'repetitionNgram' ? session.settings.setKnob(name, value) : session.settings.setWeight(name, value)
      }
      onShuffle={session.settings.setShuffle}
      onReset={() => void session.reset()}
    />
  );
}
