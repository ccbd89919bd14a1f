/** @file The opened list of runs, wired to the library; loaded on demand. */
import { Button } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { Task } from '../../tasks/task.ts';
import { usualOrder } from '../../ui/runs/order.ts';
import { RunTable } from '../../ui/runs/RunTable.tsx';
import { text } from '../../ui/text.ts';
import type { Comparison, ComparisonState } from '../stores/comparison.ts';
import type { Library, LibraryState } from '../stores/library.ts';
import type { RunState } from '../stores/runStore.ts';
import type { Session } from '../stores/session.ts';
import { useSampled, useStore } from '../useSampled.ts';
import { RunFiles } from './RunFiles.tsx';
import { tableLines } from './runLines.ts';
import styles from '../../ui/runs/Runs.module.css';

const all = (state: LibraryState) => state;
const shownOf = (state: LibraryState) => state.shown;
const keptOf = (state: ComparisonState) => state.kept;
const keyOf = (state: RunState) => state.key;
const words = text.runs.table;

export interface RunsBodyProps {
  readonly session: Session;
  readonly library: Library;
  readonly comparison: Comparison;
  readonly tasks: readonly Task[];
}

export function RunsBody({ session, library, comparison, tasks }: RunsBodyProps) {
  const [order, setOrder] = useState(usualOrder);
  const state = useSampled(library, all, 60);
  const key = useStore(session.run, keyOf);
  // Read directly, not sampled: a ticked box must respond at once.
  const shown = useStore(library, shownOf);
  const kept = useStore(comparison, keptOf);
  const { runs, removed, unreadable, status, persisted } = state;
  const { lines, groups } = useMemo(
    () => tableLines({ runs, shown }, key, tasks, kept, order.group),
    [runs, shown, key, tasks, kept, order.group],
  );
  const isReady = status === 'ready';
  useEffect(() => {
    if (isReady) void library.complete();
  }, [library, isReady]);
  return (
    <div className={styles.body} id="runs-list">
      {(status === 'refused' || status === 'unloaded' || status === 'broken') && (
        <div className={styles.note}>
          <span>{`${text.runs.files.unsaved} `}</span>
          <RunFiles session={session} library={library} tasks={tasks} id={key} />
        </div>
      )}
      {persisted !== null && state.runs.length > 0 && (
        <p className={styles.note} data-testid="persisted">
          {persisted ? text.runs.persisted.yes : text.runs.persisted.no}
        </p>
      )}
      {removed && (
        <p className={styles.note} role="status">
          <span>{`${words.removed(removed.name)} `}</span>
          <Button size="compact-xs" variant="default" data-testid="run-undo" onClick={() => library.undoRemove()}>
            {words.undo}
          </Button>
        </p>
      )}
      {unreadable.map(({ id, name, reason }) => (
        <p key={id} className={styles.note} data-testid="run-unreadable">
          <span>{`${words.unreadable(name, reason)} `}</span>
          <Button size="compact-xs" variant="default" onClick={() => library.remove(id)}>
            {words.remove(name)}
          </Button>
        </p>
      ))}
      <RunTable
        runs={lines}
        order={order}
        groups={groups}
        onOrder={setOrder}
        onShow={(id) => void library.toggleShown(id)}
        onPin={(id, pinned) => library.setPinned(id, pinned)}
        onRename={(id, name) => library.rename(id, name)}
        onGoOn={(id) => void library.goOn(id)}
        onFork={(id, step) => void library.fork(id, step)}
        onRemove={(id) => library.remove(id)}
        files={(id) => <RunFiles session={session} library={library} tasks={tasks} id={id} />}
      />
    </div>
  );
}
