/** @file A number in a table: takes effect with Enter or when it is left, and goes back to the last good one where it is none. */
import { useState, type KeyboardEvent } from 'react';
import { parseNumber, showNumber } from '../settings/number.ts';
import styles from './Rewards.module.css';

export interface NumberCellProps {
  readonly label: string;
  /** Null stands as an empty field, where `optional`. */
  readonly value: number | null;
  readonly optional?: boolean;
  readonly placeholder?: string;
  readonly testId?: string;
  readonly onChange: (value: number | null) => void;
}

export function NumberCell({ label, value, optional = false, placeholder, testId, onChange }: NumberCellProps) {
  const shown = value === null ? '' : showNumber(value);
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft === null) return;
    const number = parseNumber(draft);
    setDraft(null);
    if (number !== null ? number !== value : optional && draft.trim() === '' && value !== null) onChange(number);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') commit();
  };
  return (
    <input
      className={styles.number} aria-label={label} inputMode="decimal" autoComplete="off" placeholder={placeholder} data-testid={testId}
      value={draft ?? shown} onChange={(event) => setDraft(event.currentTarget.value)} onBlur={commit} onKeyDown={onKeyDown}
    />
  );
}
