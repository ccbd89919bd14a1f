/** @file The table of kept runs: filtered, sorted by a column, and grouped with means. */
import { useState } from 'react';
import { text } from '../text.ts';
import { ordered, type RunGroup, type RunOrder, sortedBy, type SortKey } from './order.ts';
import { COLUMNS, Line, shownNumber, shownShare } from './RunLine.tsx';
import type { Editing, RunActions, RunLine } from './types.ts';
import { RunTools, type GroupChoice } from './RunTools.tsx';
import styles from './Runs.module.css';

export interface RunTableProps extends RunActions {
  readonly runs: readonly RunLine[];
  readonly order: RunOrder;
  /** Settings that the list can be grouped by. */
  readonly groups: readonly GroupChoice[];
  readonly onOrder: (order: RunOrder) => void;
}

const words = text.runs.table;

/** Columns with their sort keys; null for columns without an order. */
const columns: readonly (readonly [title: string, sort: SortKey | null])[] = [
  [words.name, 'name'],
  [words.differs, null],
  [words.task, 'task'],
  [words.algorithm, 'algorithm'],
  [words.seed, 'seed'],
  [words.steps, 'steps'],
  [words.reward, 'reward'],
  [words.accuracy, 'accuracy'],
  [words.kl, 'kl'],
  [words.date, 'created'],
  [words.backend, null],
  [words.actions, null],
];

function Head({ order, onOrder }: Pick<RunTableProps, 'order' | 'onOrder'>) {
  return (
    <thead>
      <tr>
        <th scope="col">
          <span className={styles.hidden}>{words.show('')}</span>
        </th>
        {columns.map(([title, sort]) =>
          sort ? (
            <th
              key={title}
              scope="col"
              aria-sort={order.sort === sort ? (order.descending ? 'descending' : 'ascending') : 'none'}
            >
              <button type="button" className={styles.sort} onClick={() => onOrder(sortedBy(order, sort))}>
                {title}
              </button>
            </th>
          ) : (
            <th key={title} scope="col">
              {title}
            </th>
          ),
        )}
      </tr>
    </thead>
  );
}

function GroupLine({ group: { label, runs, means } }: { readonly group: RunGroup }) {
  if (label === null) return null;
  return (
    <tr className={styles.groupRow} data-testid="run-group" data-reward={means.reward} data-count={runs.length}>
      <td colSpan={COLUMNS}>
        <b>{label}</b>
        <span>
          {words.means(runs.length, shownNumber(means.reward), shownShare(means.accuracy), shownNumber(means.kl))}
        </span>
      </td>
    </tr>
  );
}

export function RunTable({ runs, order, groups, onOrder, ...on }: RunTableProps) {
  const [editing, setEditing] = useState<Editing>(null);
  if (runs.length === 0) return <p className={styles.empty}>{words.empty}</p>;
  const shown = ordered(runs, order);
  return (
    <>
      <RunTools order={order} groups={groups} onOrder={onOrder} />
      {shown.length === 0 && <p className={styles.empty}>{words.noneFits}</p>}
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={text.runs.name}>
        <table className={styles.table}>
          <Head order={order} onOrder={onOrder} />
          {shown.map((group) => (
            <tbody key={group.label ?? ''}>
              <GroupLine group={group} />
              {group.runs.map((run) => (
                <Line key={run.id} run={run} editing={editing} setEditing={setEditing} {...on} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </>
  );
}
