/**
 * @file The reward composer, wired to the settings, to the run that provides completions for a trial, and to the
 * sandbox; loaded on demand.
 */
import { exampleTerms } from '../../rl/rewards/examples.ts';
import { rewardRanges, rewardTerms } from '../../rl/rewards/composition.ts';
import { termsOf } from '../../rl/rewards/sharedTerms.ts';
import type { Task } from '../../tasks/task.ts';
import { RewardDialog } from '../../ui/rewards/RewardDialog.tsx';
import type { ShapingView, TermView } from '../../ui/rewards/types.ts';
import { text } from '../../ui/text.ts';
import type { Composer, ComposerState } from '../stores/composerStore.ts';
import type { SettingsState } from '../stores/settingsState.ts';
import type { SettingsStore } from '../stores/settingsStore.ts';
import { useStore } from '../useSampled.ts';

const all = (state: ComposerState) => state;
const configOf = (state: SettingsState) => state.config;

function termViews(task: Task, config: SettingsState['config']): TermView[] {
  return rewardTerms(task, config).map(({ id, weight, own, ...shaping }) => {
    const known = own ? undefined : termsOf(task).find((term) => term.id === id);
    return {
      id,
      label: known?.label ?? id,
      summary: known?.summary ?? text.rewards.ownSummary,
      own: own !== undefined,
      weight,
      shaping,
    };
  });
}

export interface RewardsAreaProps {
  readonly composer: Composer;
  readonly settings: SettingsStore;
  readonly tasks: readonly Task[];
  readonly onClose: () => void;
}

export function RewardsDialog({ composer, settings, tasks, onClose }: RewardsAreaProps) {
  const { refused } = useStore(composer, all);
  const config = useStore(settings, configOf);
  const task = tasks.find(({ id }) => id === config.task);
  if (!task) return null;
  return (
    <RewardDialog
      terms={termViews(task, config)}
      ranges={rewardRanges}
      examples={exampleTerms}
      draft={composer.view()}
      refused={refused}
      onWeight={settings.setWeight}
      onShaping={(id, { clip, ...shaping }: ShapingView) => composer.shape(id, { ...shaping, clip: clip && [...clip] })}
      onEdit={composer.edit}
      onRemove={composer.remove}
      onStart={composer.start}
      onChange={composer.change}
      onTry={() => void composer.attempt()}
      onUse={composer.use}
      onCancel={composer.cancel}
      onClose={onClose}
    />
  );
}
