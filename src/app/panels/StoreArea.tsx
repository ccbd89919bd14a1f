/** @file The rollout file of an offline run, wired to the settings and to the known files. */
import { useEffect } from 'react';
import type { Task } from '../../tasks/task.ts';
import { FileButton } from '../../ui/FileButton.tsx';
import { StorePanel, StoreProblem, type StoreFileView } from '../../ui/rollouts/StorePanel.tsx';
import { rolloutWords as words } from '../../ui/rollouts/words.ts';
import type { StoreSummary } from '../../rl/store/storeFile.ts';
import type { Fitting, RolloutFiles, RolloutFilesState } from '../stores/rolloutFiles.ts';
import type { SettingsState } from '../stores/settingsState.ts';
import { useStore } from '../useSampled.ts';

const all = (state: RolloutFilesState) => state;

interface StoreAreaProps {
  readonly files: RolloutFiles;
  readonly settings: SettingsState;
  readonly tasks: readonly Task[];
}

const labelsOf = (tasks: readonly Task[], id: string) => {
  const task = tasks.find((candidate) => candidate.id === id);
  return { task: task?.title ?? id, difficultyLabel: task?.difficulty.label ?? '' };
};

function viewOf(summary: StoreSummary, tasks: readonly Task[]): StoreFileView {
  return { ...summary, ...labelsOf(tasks, summary.task) };
}

function offerOf(files: RolloutFiles, fitting: Fitting | null | undefined, config: Fitting, tasks: readonly Task[]) {
  if (!fitting) return null;
  const { task, difficultyLabel } = labelsOf(tasks, fitting.task);
  const isOther = fitting.task !== config.task;
  const changes = [
    ...(isOther ? [task] : []),
    ...(isOther || fitting.difficulty !== config.difficulty
      ? [words.change.difficulty(difficultyLabel, fitting.difficulty)]
      : []),
    ...(fitting.numGenerations === config.numGenerations ? [] : [words.change.groupSize(fitting.numGenerations)]),
  ];
  return { label: words.take(changes), onTake: () => void files.fit() };
}

export function StoreArea({ files, settings, tasks }: StoreAreaProps) {
  const { known, reading, problem } = useStore(files, all);
  const own = problem?.needed ? null : problem;
  const { config } = settings;
  const { rolloutFile } = config;
  useEffect(() => {
    if (rolloutFile !== '') void files.look(rolloutFile);
  }, [files, rolloutFile]);
  const file = rolloutFile === '' ? undefined : known[rolloutFile];
  const summary = file && file !== 'absent' ? file.summary : null;
  const notes = [
    ...(file === 'absent' ? [words.absent(rolloutFile)] : []),
    ...(summary && summary.groupSize !== config.numGenerations
      ? [words.outgrown(summary.groupSize, config.numGenerations)]
      : []),
    ...(summary && summary.difficulty !== config.difficulty
      ? [words.otherDifficulty(labelsOf(tasks, config.task).difficultyLabel, config.difficulty)]
      : []),
    ...(file && file !== 'absent' && !file.kept && !reading ? [words.onlyHere] : []),
  ];
  return (
    <StorePanel
      file={summary && viewOf(summary, tasks)}
      notes={notes}
      reading={reading}
      problem={own?.sentence ?? null}
      offer={offerOf(files, own?.fitting, config, tasks)}
      named={rolloutFile !== ''}
      onFile={(chosen) => files.choose(chosen)}
      onBase={() => files.fromBase()}
    />
  );
}

/** Shown with the failure of a run whose file is missing: lets the user choose it. */
export function NeededFile({ files, needed }: Pick<StoreAreaProps, 'files'> & { readonly needed: string }) {
  const { reading, problem } = useStore(files, all);
  return (
    <>
      <StoreProblem problem={problem?.needed ? problem.sentence : null} offer={null} />
      <FileButton
        label={words.chooseNeeded}
        testId="needed-file"
        accept=".jsonl"
        disabled={reading}
        look={{}}
        onFile={(file) => files.choose(file, needed)}
      />
    </>
  );
}
