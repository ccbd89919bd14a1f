/** @file Adds arms to a comparison: a setting to vary, with ticked options or typed values, or the present settings. */
import { Button } from '@mantine/core';
import { useId, useState } from 'react';
import type { Choice } from '../types.ts';
import { compareWords as words } from './words.ts';
import styles from './Compare.module.css';

export interface VariedView {
  readonly id: string;
  readonly label: string;
  /** Heading in the list. */
  readonly group: string;
  /** Absent for a number, which is typed. */
  readonly options?: readonly Pick<Choice, 'id' | 'title' | 'group'>[] | undefined;
  /** Range of a number, in words. */
  readonly hint?: string;
}

export interface GivenValues {
  readonly ticked: readonly string[];
  readonly typed: string;
}

export interface AddArmsProps {
  readonly varied: readonly VariedView[];
  /** Each returns why the arms are refused, or null. */
  readonly onAdd: (id: string, given: GivenValues) => string | null;
  readonly onAddPresent: () => string | null;
}

const nothing: GivenValues = { ticked: [], typed: '' };

function Options({
  options,
  ticked,
  onTick,
}: {
  readonly options: NonNullable<VariedView['options']>;
  readonly ticked: readonly string[];
  readonly onTick: (id: string, on: boolean) => void;
}) {
  const groups = [...new Set(options.map(({ group }) => group))];
  return (
    <fieldset className={styles.options} aria-label={words.options}>
      {groups.map((group) => (
        <div key={group ?? ''}>
          {group !== undefined && <strong>{group}</strong>}
          {options
            .filter((option) => option.group === group)
            .map(({ id, title }) => (
              <label key={id}>
                <input
                  type="checkbox"
                  data-option={id}
                  checked={ticked.includes(id)}
                  onChange={(event) => onTick(id, event.currentTarget.checked)}
                />
                <span>{title}</span>
              </label>
            ))}
        </div>
      ))}
    </fieldset>
  );
}

function SettingPicker({
  varied,
  value,
  onPick,
}: {
  readonly varied: readonly VariedView[];
  readonly value: string;
  readonly onPick: (id: string) => void;
}) {
  const groups = [...new Set(varied.map(({ group }) => group))];
  return (
    <label className={styles.field}>
      <span>{words.vary}</span>
      <select data-testid="compare-vary" value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {groups.map((group) => (
          <optgroup key={group} label={group}>
            {varied
              .filter((one) => one.group === group)
              .map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

export function AddArms({ varied, onAdd, onAddPresent }: AddArmsProps) {
  const [picked, setPicked] = useState(varied[0]?.id ?? '');
  const [given, setGiven] = useState(nothing);
  const [refusal, setRefusal] = useState<string | null>(null);
  const id = useId();
  // The setting may be gone: the settings of the page changed while the dialog was closed.
  const setting = varied.find((one) => one.id === picked) ?? varied[0];
  if (!setting) return null;
  const settle = (why: string | null) => {
    setRefusal(why);
    if (why === null) setGiven(nothing);
  };
  const tick = (option: string, on: boolean) =>
    setGiven({ ...given, ticked: on ? [...given.ticked, option] : given.ticked.filter((one) => one !== option) });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        settle(onAdd(setting.id, given));
      }}
    >
      <SettingPicker
        varied={varied}
        value={setting.id}
        onPick={(next) => {
          setPicked(next);
          settle(null);
        }}
      />
      {setting.options ? (
        <Options options={setting.options} ticked={given.ticked} onTick={tick} />
      ) : (
        <label className={`${styles.field} ${styles.wide}`}>
          <span>{words.values}</span>
          <input
            autoComplete="off"
            data-testid="compare-values"
            value={given.typed}
            aria-invalid={refusal !== null}
            aria-describedby={`${id} said`}
            onChange={(event) => setGiven({ ...given, typed: event.currentTarget.value })}
          />
          <small>{setting.hint}</small>
        </label>
      )}
      <Button type="submit" size="compact-sm" data-testid="compare-add">
        {words.add}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        data-testid="compare-add-present"
        onClick={() => settle(onAddPresent())}
      >
        {words.addPresent}
      </Button>
      <span id={`${id} said`} className={styles.refusal} role="alert" data-testid="compare-refusal">
        {refusal}
      </span>
    </form>
  );
}
