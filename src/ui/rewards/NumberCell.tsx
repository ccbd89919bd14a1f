/**
 * @file A number in a table: takes effect on Enter or blur. Invalid text stays with the reason, and the last valid
 * number stays in force.
 */
import { useId, useState, type KeyboardEvent } from 'react';
import { type NumberRange, readWithin } from '../../lib/numberText.ts';
import { showNumber } from '../settings/number.ts';
import styles from './Rewards.module.css';

export interface NumberCellProps {
  readonly label: string;
  /** Null is an empty field, if `optional`. */
  readonly value: number | null;
  readonly range: NumberRange;
  readonly optional?: boolean;
  readonly placeholder?: string;
  readonly testId?: string;
  readonly onChange: (value: number | null) => void;
}

export function NumberCell({ label, value, range, optional = false, placeholder, testId, onChange }: NumberCellProps) {
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const settle = (next: number | null) => {
    setDraft(null);
    setProblem(null);
    if (next !== value) onChange(next);
  };
  const commit = () => {
    if (draft === null) return;
    const read = optional && draft.trim() === '' ? null : readWithin(draft, range);
    if (typeof read === 'string') setProblem(read);
    else settle(read);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') commit();
  };
  return (
    <span className={styles.cell}>
      <input
        className={styles.number}
        aria-label={label}
        inputMode="decimal"
        autoComplete="off"
        placeholder={placeholder}
        data-testid={testId}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : id}
        value={draft ?? (value === null ? '' : showNumber(value))}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
      {problem !== null && (
        <span id={id} className={styles.refusal} role="alert" data-testid={testId && `${testId}-error`}>
          {problem}
        </span>
      )}
    </span>
  );
}
