/**
 * @file The area above the charts during a comparison: the running arm, the colours, the numbers so far.
 */
import { Button } from '@mantine/core';
import { useId, useState, type ReactNode } from 'react';
import { Icon } from '../Icon.tsx';
import { comparisonWords as words } from './comparisonWords.ts';
import { LiveTable, Swatch, type LiveTableProps } from './LiveTable.tsx';
import styles from './Live.module.css';

export interface LiveView {
  readonly title: string;
  /** The state of the comparison, in a sentence or two. */
  readonly status: string;
  /** Runs are missing, but the comparison is paused. */
  readonly waits: boolean;
  /** Null until a number has been read. */
  readonly table: LiveTableProps | null;
  /** The answer of the comparison’s own rule; null before its end. */
  readonly answer: string | null;
}

export interface LiveComparisonProps {
  readonly view: LiveView;
  readonly children: ReactNode;
}

/** `children` are the buttons. */
export function LiveComparison({ view, children }: LiveComparisonProps) {
  const { title, status, waits, table, answer } = view;
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <section className={styles.live} data-testid="comparison" data-waits={waits} aria-label={words.name}>
      <div className={styles.head}>
        <h2>
          {table ? (
            <button
              type="button"
              className={styles.toggle}
              aria-expanded={open}
              aria-controls={id}
              title={open ? words.close : words.open}
              data-testid="comparison-open"
              onClick={() => setOpen(!open)}
            >
              <Icon name={open ? 'up' : 'down'} />
              <span>{title}</span>
            </button>
          ) : (
            title
          )}
        </h2>
        <p role="status" data-testid="comparison-status">
          {status}
        </p>
        <span className={styles.actions}>{children}</span>
      </div>
      {answer !== null && (
        <p role="status" data-testid="minute-answer">
          <b>{answer}</b>
        </p>
      )}
      {table && !open && (
        <ul className={styles.keys} aria-label={words.keys}>
          {table.arms.map(({ id: arm, title: name, color }) => (
            <li key={arm} title={name}>
              <Swatch color={color} />
              <span>{name}</span>
            </li>
          ))}
        </ul>
      )}
      <div id={id} hidden={!open || !table}>
        {open && table && <LiveTable {...table} />}
      </div>
    </section>
  );
}

/** A button of the area; `main` marks the likeliest next action. */
export function LiveButton({
  main = false,
  loading = false,
  testId,
  title,
  onClick,
  children,
}: {
  readonly main?: boolean;
  readonly loading?: boolean;
  readonly testId: string;
  readonly title?: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Button
      size="compact-sm"
      loading={loading}
      {...(main ? {} : { variant: 'default' })}
      title={title}
      data-testid={testId}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}
