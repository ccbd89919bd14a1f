/**
 * @file The shown group, wired to the run: it follows the newest step unless the user picks a step or holds the group.
 */
import { Suspense, useMemo, useState } from 'react';
import { algorithmById } from '../../rl/papers/index.ts';
import type { StepReport } from '../../rl/run/trainer.ts';
import type { Example, Task } from '../../tasks/task.ts';
import { useHidden } from '../../ui/Hideable.tsx';
import { GroupPanel, type MethodLook } from '../../ui/inspector/GroupPanel.tsx';
import { widestGroup } from '../../ui/inspector/rank.ts';
import { ModalDialog } from '../../ui/ModalDialog.tsx';
import { loadedPart } from '../../ui/Part.tsx';
import { partWords } from '../../ui/partWords.ts';
import { text } from '../../ui/text.ts';
import type { GroupView } from '../../ui/types.ts';
import { methodColor } from '../chartSpecs.ts';
import type { Frozen } from '../stores/bench.ts';
import type { Library } from '../stores/library.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import type { SettingsStore } from '../stores/settingsStore.ts';
import { clipOf, useOpened } from '../tokenDetail.ts';
import { updateNote } from '../updateNote.ts';
import { useSampled, useStore } from '../useSampled.ts';

const runOf = (state: RunState) => state;

const BenchArea = loadedPart(
  'bench',
  async () => (await import('./BenchArea.tsx')).BenchArea,
  (message, { onClose }) => (
    <ModalDialog
      title={text.group.bench}
      close={partWords.close}
      testId="bench-dialog"
      closeTestId="bench-close"
      onClose={onClose}
    >
      {message}
    </ModalDialog>
  ),
);

function looks(task: Task | undefined): MethodLook {
  return Object.fromEntries(
    (task?.methods ?? []).map((method, index) => [method.id, { label: method.label, color: methodColor(index) }]),
  );
}

/** The problem of a group, parsed from its prompt, or null. */
function exampleOf(task: Task, { prompt, answer }: GroupView): Example | null {
  const example = task.read?.(prompt);
  return example ? { ...example, answer } : null;
}

export interface GroupAreaProps {
  readonly run: RunStore;
  readonly task: Task | undefined;
  /** The library in which the run can be forked. */
  readonly library: Library;
  /** Holds the objective in the editor, for the bench. */
  readonly settings: SettingsStore;
}

/** Forks the run before the shown step; null if the run is not kept or the list is hidden. */
function useFork(key: string, library: Library, report: StepReport | undefined): (() => void) | null {
  const isKept = useStore(library, ({ runs }) => runs.some(({ id }) => id === key));
  const hidden = useHidden();
  return report && isKept && !hidden.has('runs') ? () => void library.fork(key, report.step - 1) : null;
}

/** A chosen step of the current run; null after another run is opened. */
function useOfRun(key: string): readonly [step: number | null, set: (step: number | null) => void] {
  const [kept, keep] = useState<{ readonly key: string; readonly step: number | null }>({ key, step: null });
  return [kept.key === key ? kept.step : null, (step) => keep({ key, step })];
}

export function GroupArea({ run, task, library, settings }: GroupAreaProps) {
  // One state: the steps of one moment with the reports of another would say that reports were dropped.
  const { reports, key, config, step: steps } = useSampled(run, runOf, 150);
  const [pinned, setPinned] = useOfRun(key);
  const [held, setHeld] = useOfRun(key);
  const [wanted, setWanted] = useState<number | null>(null);
  const [frozen, setFrozen] = useState<Frozen | null>(null);
  const methods = useMemo(() => looks(task), [task]);
  const last = reports.length - 1;
  const found = reports.findIndex((report) => report.step === (pinned ?? held));
  const index = found < 0 ? last : found;
  const report = reports[index];
  const groups = report?.groups ?? [];
  const groupIndex = wanted === null ? widestGroup(groups) : Math.min(wanted, Math.max(0, groups.length - 1));
  const group = groups[groupIndex] ?? null;
  const example = useMemo(() => (group && task ? exampleOf(task, group) : null), [group, task]);
  const clip = useMemo(() => (config && report ? clipOf(config, report) : null), [config, report]);
  const fork = useFork(key, library, report);
  const { opened, open, close } = useOpened(run, report, group);
  const move = (to: 'earlier' | 'later' | 'latest') => {
    const target = to === 'latest' ? last : index + (to === 'earlier' ? -1 : 1);
    setHeld(null);
    setPinned(target >= last ? null : (reports[target]?.step ?? null));
  };
  return (
    <>
      <GroupPanel
        group={group}
        steps={steps}
        groupIndex={groupIndex}
        groupCount={groups.length}
        step={report?.step ?? 0}
        hasEarlier={index > 0}
        hasLater={index < last}
        pinned={pinned !== null && found >= 0}
        held={held !== null}
        methods={methods}
        sceneOf={(completion) => (example ? (task?.scene?.(example, completion) ?? null) : null)}
        note={report ? updateNote(report.metrics) : null}
        clip={clip}
        isGraded={task?.outcomes !== undefined}
        hasAdvantages={config === null || algorithmById(config.algorithm).pairs !== true}
        opened={opened}
        onOpen={open}
        onClose={close}
        onFork={fork}
        onBench={report && group ? () => setFrozen({ step: report.step - 1, group }) : undefined}
        onGroup={setWanted}
        onStep={move}
        onHold={(hold) => setHeld(hold ? (held ?? report?.step ?? null) : null)}
      />
      {frozen && (
        <Suspense>
          <BenchArea
            frozen={frozen}
            run={run}
            settings={settings}
            library={library}
            isGraded={task?.outcomes !== undefined}
            onClose={() => setFrozen(null)}
          />
        </Suspense>
      )}
    </>
  );
}
