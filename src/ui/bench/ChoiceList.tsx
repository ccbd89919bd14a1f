/** @file A list of choices by groups, as a native select. */
import type { Choice } from '../types.ts';

interface ChoiceListProps {
  /** For screen readers, where no label names it. */
  readonly name?: string;
  readonly choices: readonly Choice[];
  /** Empty: none is chosen yet. */
  readonly value: string;
  readonly onPick: (id: string) => void;
}

export function ChoiceList({ name, choices, value, onPick }: ChoiceListProps) {
  const groups = [...new Set(choices.map(({ group = '' }) => group))];
  return (
    <select aria-label={name} value={value} onChange={(event) => onPick(event.currentTarget.value)}>
      {value === '' && <option value="">…</option>}
      {groups.map((group) => (
        <optgroup key={group} label={group}>
          {choices
            .filter((choice) => (choice.group ?? '') === group)
            .map(({ id, title, summary }) => (
              <option key={id} value={id} title={summary}>
                {title}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  );
}
