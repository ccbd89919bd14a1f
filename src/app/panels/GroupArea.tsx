/**
 * @file The shown group, wired to the run: it follows the newest step unless the reader holds the group or the time bar
 * shows another step.
 */
import { Suspense, useMemo, useState } from 'react';
import { algorithmById } from '../../rl/papers/index.ts';
import type { Example, Task } from '../../tasks/task.ts';
import { useHidden } from '../../ui/Hideable.tsx';
import { GroupPanel, type GroupPanelProps, type MethodLook } from '../../ui/inspector/GroupPanel.tsx';
import { widestGroup } from '../../ui/inspector/rank.ts';
import { loadedDialog } from '../../ui/loadedDialog.tsx';
import { text } from '../../ui/text.ts';
import type { GroupView } from '../../ui/types.ts';
import { methodColor } from '../chartSpecs.ts';
import type { Frozen } from '../stores/bench.ts';
import type { Comparison } from '../stores/comparison.ts';
import type { Library } from '../stores/library.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { recorded, type RecordedState } from '../stores/recorded.ts';
import type { SettingsStore } from '../stores/settingsStore.ts';
import { pastOf, reportOf, type ViewedState, type Viewing } from '../stores/viewing.ts';
import { clipOf, useOpened } from '../tokenDetail.ts';
import { updateNote } from '../updateNote.ts';
import { useSampled, useStore } from '../useSampled.ts';

const runOf = (state: RunState) => state;
const recordedOf = (state: RecordedState) => state;
const viewOf = (state: ViewedState) => state;

const BenchArea = loadedDialog('bench', async () => (await import('./BenchArea.tsx')).BenchArea, text.group.bench);

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
  readonly viewing: Viewing;
  readonly task: Task | undefined;
  /** The library in which the run can be forked. */
  readonly library: Library;
  /** Holds the objective in the editor, for the bench. */
  readonly settings: SettingsStore;
  /** Trains the algorithms of the bench on. */
  readonly comparison: Pick<Comparison, 'start'>;
}

/** A held step of the current run; null after another run is opened. */
function useOfRun(key: string): readonly [step: number | null, set: (step: number | null) => void] {
  const [kept, keep] = useState<{ readonly key: string; readonly step: number | null }>({ key, step: null });
  return [kept.key === key ? kept.step : null, (step) => keep({ key, step })];
}

/** The recorded group while the run has no step. */
function useRecorded(steps: number): NonNullable<GroupPanelProps['recorded']> | null {
  const { run, scene } = useStore(recorded, recordedOf);
  if (!run || !scene || steps > 0) return null;
  const { group, step } = scene.group;
  return { group, label: text.group.recorded(step, run.date, run.seed) };
}

/** The run and the report of its viewed, held or newest step. */
function useShown({ run, viewing }: GroupAreaProps) {
  // One state: the steps of one moment with the reports of another would say that reports were dropped.
  const state = useSampled(run, runOf, 150);
  // While the bar is dragged, parts of the page follow a few times a second, each in its turn.
  const view = useSampled(viewing, viewOf, 150);
  const viewed = view.step;
  const rebuilt = useStore(pastOf(view), runOf);
  const [held, setHeld] = useOfRun(state.key);
  const newest = state.reports.at(-1);
  const report = viewed === null ? (reportOf(held ?? 0, state) ?? newest) : reportOf(viewed, state, rebuilt);
  return { state, viewed, held, setHeld, report, hasLater: viewed === null && report !== newest };
}

export function GroupArea(props: GroupAreaProps) {
  const { run, viewing, task } = props;
  const { state, viewed, held, setHeld, report, hasLater } = useShown(props);
  const { config, step: steps } = state;
  const [wanted, setWanted] = useState<number | null>(null);
  const [frozen, setFrozen] = useState<Frozen | null>(null);
  const methods = useMemo(() => looks(task), [task]);
  const groups = report?.groups ?? [];
  const groupIndex = wanted === null ? widestGroup(groups) : Math.min(wanted, Math.max(0, groups.length - 1));
  const group = groups[groupIndex] ?? null;
  const example = useMemo(() => (group && task ? exampleOf(task, group) : null), [group, task]);
  const clip = useMemo(() => (config && report ? clipOf(config, report) : null), [config, report]);
  const isTimeHidden = useHidden().has('time');
  const { opened, open, close } = useOpened({ run, viewing, viewed }, report, group);
  return (
    <>
      <GroupPanel
        group={group}
        recorded={useRecorded(steps)}
        steps={steps}
        groupIndex={groupIndex}
        groupCount={groups.length}
        step={report?.step ?? 0}
        viewed={viewed}
        hasLater={hasLater}
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
        onRebuild={isTimeHidden ? null : () => viewing.look(report?.step ?? steps)}
        onBench={report && group ? () => setFrozen({ step: report.step - 1, group }) : undefined}
        onGroup={setWanted}
        onHold={(hold) => setHeld(hold ? (held ?? report?.step ?? null) : null)}
      />
      {frozen && (
        <Suspense>
          <BenchArea
            frozen={frozen}
            run={run}
            settings={props.settings}
            library={props.library}
            comparison={props.comparison}
            isGraded={task?.outcomes !== undefined}
            onClose={() => setFrozen(null)}
          />
        </Suspense>
      )}
    </>
  );
}
