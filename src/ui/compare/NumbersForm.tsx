/** @file Seeds and steps of a comparison being built, its size in words, and the button that starts it. */
import { Button } from '@mantine/core';
import { useId } from 'react';
import { compareWords as words } from './words.ts';
import styles from './Compare.module.css';

export interface NumberField {
  readonly name: 'seeds' | 'firstSeed' | 'steps';
  readonly shown: string;
  /** Why the typed text is refused, or null. */
  readonly refusal: string | null;
}

export interface NumbersFormProps {
  readonly fields: readonly NumberField[];
  /** Number of runs and the time they take, in words; null while a field is refused. */
  readonly total: string | null;
  readonly canStart: boolean;
  /** The words of the button. */
  readonly start?: string;
  readonly onType: (name: NumberField['name'], typed: string) => void;
  readonly onStart: () => void;
}

function Field({
  field: { name, shown, refusal },
  onType,
}: { readonly field: NumberField } & Pick<NumbersFormProps, 'onType'>) {
  const id = useId();
  return (
    <label className={styles.field}>
      <span>{words[name]}</span>
      <input
        inputMode="numeric"
        size={8}
        autoComplete="off"
        data-testid={`compare-${name}`}
        value={shown}
        aria-invalid={refusal !== null}
        aria-describedby={id}
        onChange={(event) => onType(name, event.currentTarget.value)}
      />
      <small id={id} className={styles.refusal}>
        {refusal}
      </small>
    </label>
  );
}

export function NumbersForm({ fields, total, canStart, start = words.start, onType, onStart }: NumbersFormProps) {
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (canStart) onStart();
      }}
    >
      {fields.map((field) => (
        <Field key={field.name} field={field} onType={onType} />
      ))}
      <p className={styles.wide} role="status" data-testid="compare-total">
        {total}
      </p>
      <Button type="submit" size="compact-sm" data-testid="compare-start" disabled={!canStart}>
        {start}
      </Button>
    </form>
  );
}
