/** @file One setting: label, value, unit, help text, range and default, and the error of a refused value. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { useId, useState, type KeyboardEvent } from 'react';
import { readTyped } from '../../lib/numberText.ts';
import { Icon } from '../Icon.tsx';
import { useLit } from '../Lit.tsx';
import { text } from '../text.ts';
import type { Field } from '../types.ts';
import { showNumber, stepNumber, type Typed } from './number.ts';
import styles from './Settings.module.css';

export interface KnobFieldProps {
  readonly field: Field;
  /** The last valid value. */
  readonly value: number;
  /** Why the last value was refused. */
  readonly error?: string | undefined;
  /** The value differs from the current run's and waits for a Reset. */
  readonly waiting?: boolean;
  /** Why the setting has no effect under the current settings. */
  readonly unused?: string | undefined;
  /** Takes the value, or refuses it by setting `error` and keeping `value`. */
  readonly onChange: (value: Typed) => void;
}

/** Characters that fit into the value column; a longer number gets more room. */
const SHORT = 5;

function Explanation({ field: { summary, min, max, unit, default: usual, applies } }: { readonly field: Field }) {
  const range = `${text.settings.range(showNumber(min), showNumber(max))}${unit && ` ${unit}`}, ${text.settings.defaultIs(showNumber(usual))}.`;
  return (
    <span>{`${summary} ${range} ${applies === 'restart' ? text.settings.appliesRestart : text.settings.appliesNext}`}</span>
  );
}

/** The text of the field while it is edited; reset when the value changes or an error is withdrawn. */
function useDraft(value: number, error: string | undefined): [string, (draft: string) => void] {
  const [edit, setEdit] = useState({ value, error, draft: showNumber(value) });
  if (edit.value !== value || edit.error !== error) {
    const isSettled = edit.value !== value || error === undefined;
    setEdit({ value, error, draft: isSettled ? showNumber(value) : edit.draft });
  }
  return [edit.draft, (draft) => setEdit({ value, error, draft })];
}

export function KnobField({ field, value, error, waiting = false, unused, onChange }: KnobFieldProps) {
  const id = useId();
  const [draft, setDraft] = useDraft(value, error);
  const commit = () => {
    if (draft === showNumber(value) && error === undefined) return;
    const typed = readTyped(draft, field);
    if (typed === value) setDraft(showNumber(value));
    onChange(typed);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') commit();
    if (event.key === 'Escape') {
      setDraft(showNumber(value));
      onChange(value);
    }
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : null;
    if (direction === null) return;
    event.preventDefault();
    const typed = readTyped(draft, field);
    onChange(typeof typed === 'string' ? typed : stepNumber(typed, direction, field));
  };
  return (
    <div
      {...useLit<HTMLDivElement>(field.id)}
      className={styles.knob}
      data-long={draft.length > SHORT || undefined}
      data-waiting={waiting || undefined}
      data-unused={unused !== undefined || undefined}
    >
      <span className={styles.name}>
        <label htmlFor={id} title={field.label}>
          {field.label}
        </label>
        <Tooltip
          label={<Explanation field={field} />}
          multiline
          w="17rem"
          events={{ hover: true, focus: true, touch: true }}
        >
          <button type="button" className={styles.about} aria-label={text.settings.explain(field.label)}>
            <Icon name="about" />
          </button>
        </Tooltip>
      </span>
      <span className={styles.value}>
        {value !== field.default && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="xs"
            className={styles.undo ?? ''}
            aria-label={text.settings.resetTo(field.label, showNumber(field.default))}
            title={text.settings.resetTo(field.label, showNumber(field.default))}
            onClick={() => onChange(field.default)}
          >
            <Icon name="undo" />
          </ActionIcon>
        )}
        <input
          id={id}
          className={styles.input}
          data-testid={`knob-${field.id}`}
          data-field={field.id.replace(/^set\./, '')}
          inputMode="decimal"
          autoComplete="off"
          spellCheck={false}
          value={draft}
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-about ${id}-error${unused === undefined ? '' : ` ${id}-unused`}`}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onBlur={commit}
          onKeyDown={onKeyDown}
        />
      </span>
      <span className={styles.unit}>{field.unit}</span>
      <span id={`${id}-about`} hidden>
        <Explanation field={field} />
      </span>
      {error !== undefined && (
        <span id={`${id}-error`} className={styles.error} data-testid={`knob-error-${field.id}`} role="alert">
          {error}
        </span>
      )}
      {unused !== undefined && (
        <span id={`${id}-unused`} className={styles.unused}>
          {unused}
        </span>
      )}
      {waiting && error === undefined && <span className={styles.waits}>{text.settings.waitsOne}</span>}
    </div>
  );
}
