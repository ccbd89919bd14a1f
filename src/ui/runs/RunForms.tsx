/** @file The small forms under a run's line: rename, fork at a step. */
import { Button } from '@mantine/core';
import { useId, useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react';
import { readWithin } from '../../lib/numberText.ts';
import { text } from '../text.ts';
import styles from './Runs.module.css';

const words = text.runs.table;

interface LineFormProps {
  readonly label: string;
  readonly initial: string;
  readonly submit: string;
  readonly hint?: string;
  readonly testId: string;
  readonly numeric?: boolean;
  /** Returns why the value was refused, or null. */
  readonly onSubmit: (value: string) => string | null;
  readonly onClose: () => void;
}

/** One field, its error beside it, and two buttons; Escape closes it. */
function LineForm({ label, initial, submit, hint, testId, numeric, onSubmit, onClose }: LineFormProps): ReactNode {
  const id = useId();
  const [value, setValue] = useState(initial);
  const [error, setError] = useState<string | null>(null);
  const onForm = (event: FormEvent) => {
    event.preventDefault();
    const refusal = onSubmit(value);
    setError(refusal);
    if (refusal === null) onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose();
  };
  return (
    <form className={styles.form} onSubmit={onForm} onKeyDown={onKeyDown}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        data-testid={testId}
        inputMode={numeric ? 'numeric' : 'text'}
        size={numeric ? 6 : 24}
        maxLength={80}
        aria-invalid={error !== null}
        aria-describedby={`${id}-note`}
        ref={(field) => field?.focus()}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
      <Button type="submit" size="compact-sm">
        {submit}
      </Button>
      <Button size="compact-sm" variant="default" onClick={onClose}>
        {words.cancel}
      </Button>
      <span id={`${id}-note`} className={error ? styles.refusal : undefined} role={error ? 'alert' : undefined}>
        {error ?? hint}
      </span>
    </form>
  );
}

export function NameForm({
  name,
  onSave,
  onClose,
}: {
  readonly name: string;
  readonly onSave: (name: string) => string | null;
  readonly onClose: () => void;
}) {
  return (
    <LineForm
      label={words.newName}
      initial={name}
      submit={words.save}
      testId="run-new-name"
      onSubmit={onSave}
      onClose={onClose}
    />
  );
}

export function ForkForm({
  lastStep,
  onFork,
  onClose,
}: {
  readonly lastStep: number;
  readonly onFork: (step: number) => void;
  readonly onClose: () => void;
}) {
  const onSubmit = (value: string) => {
    const step = readWithin(value, { min: 0, max: lastStep, integer: true });
    if (typeof step === 'string') return `${step} ${words.badStep(lastStep)}`;
    onFork(step);
    return null;
  };
  return (
    <LineForm
      label={words.atStep}
      initial={String(lastStep)}
      submit={words.forkNow}
      hint={words.forkHint}
      testId="fork-step"
      numeric
      onSubmit={onSubmit}
      onClose={onClose}
    />
  );
}
