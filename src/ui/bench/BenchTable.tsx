/** @file The bench as a table: a column per algorithm, a row per completion, equal ones once. */
import { ActionIcon } from '@mantine/core';
import { useMemo, useState } from 'react';
import { formatHundredths } from '../format.ts';
import { Icon } from '../Icon.tsx';
import { text } from '../text.ts';
import type { Choice, GroupView } from '../types.ts';
import { BenchCell } from './BenchCell.tsx';
import { BenchFoot, type BenchRow, rowsOf } from './BenchFoot.tsx';
import { ChoiceList } from './ChoiceList.tsx';
import { type BenchColumnView, type Lit, reachOf, topPush } from './view.ts';
import { benchWords as words } from './words.ts';
import styles from './Bench.module.css';

export interface BenchTableProps {
  readonly group: GroupView;
  readonly columns: readonly BenchColumnView[];
  readonly choices: readonly Choice[];
  readonly most: number;
  readonly isGraded: boolean;
  /** Puts a choice in a column; null adds one. */
  readonly onPick: (column: number | null, choice: string) => void;
  readonly onRemove: (column: number) => void;
}

/** The sentence about the symbol that is pointed at. */
function litSentence(lit: Lit | null, columns: readonly BenchColumnView[]): string {
  const column = columns.find(({ id }) => id === lit?.column);
  if (!lit || !column?.update) return words.hint;
  const part = column.parts[lit.symbol];
  if (part) return words.lit[part](lit.symbol, column.title);
  const reach = reachOf(column.update, lit.symbol);
  return reach ? words.lit.tokens(lit.symbol, reach.moved, reach.of) : words.lit.none(lit.symbol);
}

function Head({ columns, choices, onPick, onRemove }: BenchTableProps) {
  return (
    <thead>
      <tr>
        <th scope="col">{words.completion}</th>
        {columns.map(({ id, choice, title }, place) => (
          <th key={id} scope="col" data-testid="bench-column" data-choice={choice}>
            <span className={styles.columnHead}>
              <b>{title}</b>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={words.remove(title)}
                title={words.remove(title)}
                onClick={() => onRemove(id)}
              >
                <Icon name="bin" />
              </ActionIcon>
            </span>
            <ChoiceList
              name={words.algorithmOf(place + 1)}
              choices={choices}
              value={choice}
              onPick={(to) => onPick(id, to)}
            />
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RowProps extends Pick<BenchTableProps, 'columns' | 'isGraded'> {
  readonly row: BenchRow;
  readonly lit: Lit | null;
  /** Rows of the group in the first one, where a column without an update says why for all; else null. */
  readonly span: number | null;
}

function RowHead({ row: { completion, count }, isGraded }: Pick<RowProps, 'row' | 'isGraded'>) {
  const { reward, correct } = completion;
  return (
    <th scope="row">
      <code translate="no">{completion.text}</code>
      <span className={styles.facts} translate="no">
        {Number.isNaN(reward) ? text.group.noReward : formatHundredths(reward)}
        {isGraded ? '' : correct ? ' ✓' : ' ✗'}
        <span className={styles.srOnly}>{isGraded ? '' : correct ? text.group.correct : text.group.incorrect}</span>
        {count > 1 && <b title={text.group.equal(count)}>{` ${text.group.times(count)}`}</b>}
      </span>
    </th>
  );
}

function Row({ columns, row, lit, span, isGraded }: RowProps) {
  return (
    <tr data-testid="bench-row">
      <RowHead row={row} isGraded={isGraded} />
      {columns.map((column) => {
        const { id, update, problem } = column;
        const numbers = update?.completions[row.index];
        if (update && numbers)
          return (
            <td key={id}>
              <BenchCell
                completion={row.completion}
                column={column}
                numbers={numbers}
                top={topPush(update) || 1}
                lit={lit?.column === id ? lit.symbol : null}
              />
            </td>
          );
        return span === null ? null : (
          <td key={id} rowSpan={span} className={styles.waiting}>
            {problem === null ? words.working : words.refused(problem)}
          </td>
        );
      })}
    </tr>
  );
}

export function BenchTable(props: BenchTableProps) {
  const { group, columns, choices, most, isGraded, onPick } = props;
  const [lit, setLit] = useState<Lit | null>(null);
  const rows = useMemo(() => rowsOf(group), [group]);
  // The pointer may leave one symbol, as by scrolling, while the keyboard is on another.
  const light = (next: Lit, on: boolean) =>
    setLit((now) => (on ? next : now?.column === next.column && now.symbol === next.symbol ? null : now));
  return (
    <>
      <p className={styles.hint} aria-live="polite" data-testid="bench-lit">
        {litSentence(lit, columns)}
      </p>
      {/* Wider than the dialog, it scrolls by the arrow keys. */}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={words.table}>
        <table className={styles.table} data-testid="bench">
          <caption className={styles.srOnly}>{words.table}</caption>
          <Head {...props} />
          <tbody>
            {rows.map((row, place) => (
              <Row
                key={row.index}
                row={row}
                columns={columns}
                isGraded={isGraded}
                lit={lit}
                span={place === 0 ? rows.length : null}
              />
            ))}
          </tbody>
          <BenchFoot rows={rows} columns={columns} lit={lit} onLit={light} />
        </table>
      </div>
      <p className={styles.note}>{words.why}</p>
      {columns.length < most && (
        <label className={styles.add}>
          <span>{words.add}</span>
          <ChoiceList choices={choices} value="" onPick={(choice) => onPick(null, choice)} />
        </label>
      )}
    </>
  );
}
