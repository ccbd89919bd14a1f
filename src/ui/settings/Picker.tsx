/** @file A choice from a list, with the description of the chosen entry. */
import { useId } from 'react';
import { useLit } from '../Lit.tsx';
import { text } from '../text.ts';
import type { Choice } from '../types.ts';
import styles from './Settings.module.css';

export interface PickerProps {
  readonly label: string;
  readonly testId: string;
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly mark?: string | undefined;
  /** Describes the setting, where the label alone does not. */
  readonly about?: string;
  /** Why the last choice was refused. */
  readonly error?: string | undefined;
  /** The current run has another choice, until a Reset. */
  readonly waiting?: boolean;
  /** Why the choice has no effect under the current settings. */
  readonly unused?: string | undefined;
  readonly onPick: (id: string) => void;
}

/** The choices, under headings if they have any. */
function Options({ choices }: { readonly choices: readonly Choice[] }) {
  const groups = [...new Set(choices.map(({ group }) => group))];
  return groups.map((group) => {
    const options = choices
      .filter((choice) => choice.group === group)
      .map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ));
    return group === undefined ? (
      options
    ) : (
      <optgroup key={group} label={group}>
        {options}
      </optgroup>
    );
  });
}

export function Picker({
  label,
  testId,
  choices,
  value,
  mark,
  about,
  error,
  waiting = false,
  unused,
  onPick,
}: PickerProps) {
  const id = useId();
  const chosen = choices.find((choice) => choice.id === value);
  return (
    <div {...useLit<HTMLDivElement>(testId)} className={styles.picker} data-unused={unused !== undefined || undefined}>
      <label htmlFor={id} title={about}>
        <span>{label}</span>
        {(unused ?? mark) && <small>{unused ?? mark}</small>}
      </label>
      <select
        id={id}
        data-testid={testId}
        value={value}
        aria-describedby={`${id}-what ${id}-about ${id}-error`}
        aria-invalid={error !== undefined}
        onChange={(event) => onPick(event.currentTarget.value)}
      >
        <Options choices={choices} />
      </select>
      <span id={`${id}-what`} hidden>
        {about}
      </span>
      <p id={`${id}-about`}>{chosen?.summary}</p>
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
      {waiting && error === undefined && <span className={styles.waits}>{text.settings.waitsOne}</span>}
    </div>
  );
}
