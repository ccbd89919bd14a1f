/** @file The group in hand, wired to the run: it follows the newest step unless a step is picked or somebody is reading. */
import { useMemo, useState } from 'react';
import type { Task } from '../../tasks/task.ts';
import { GroupPanel, type MethodLook } from '../../ui/inspector/GroupPanel.tsx';
import { methodColor } from '../chartSpecs.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { useSampled } from '../useSampled.ts';

const reportsOf = (state: RunState) => state.reports;

function looks(task: Task | undefined): MethodLook {
  return Object.fromEntries((task?.methods ?? []).map((method, index) => [method.id, { label: method.label, color: methodColor(index) }]));
}

export function GroupArea({ run, task }: { readonly run: RunStore; readonly task: Task | undefined }) {
  const reports = useSampled(run, reportsOf, 150);
  const [pinned, setPinned] = useState<number | null>(null);
  const [held, setHeld] = useState<number | null>(null);
  const [wanted, setWanted] = useState(0);
  const methods = useMemo(() => looks(task), [task]);
  const last = reports.length - 1;
  const found = reports.findIndex((report) => report.step === (pinned ?? held));
  const index = found < 0 ? last : found;
  const report = reports[index];
  const groupIndex = Math.min(wanted, Math.max(0, (report?.groups.length ?? 1) - 1));
  const move = (to: 'earlier' | 'later' | 'latest') => {
    const target = to === 'latest' ? last : index + (to === 'earlier' ? -1 : 1);
    setHeld(null);
    setPinned(target >= last ? null : (reports[target]?.step ?? null));
  };
  return (
    <GroupPanel
      group={report?.groups[groupIndex] ?? null}
      groupIndex={groupIndex}
      groupCount={report?.groups.length ?? 0}
      step={report?.step ?? 0}
      hasEarlier={index > 0}
      hasLater={index < last}
      pinned={pinned !== null && found >= 0}
      held={held !== null}
      methods={methods}
      onGroup={setWanted}
      onStep={move}
      onHold={(hold) => setHeld((before) => (hold ? (before ?? report?.step ?? null) : null))}
    />
  );
}
