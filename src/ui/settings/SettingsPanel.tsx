/** @file The settings column: preset, problem, knobs by when they apply, reward terms. */
import { Button } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { text } from '../text.ts';
import type { Choice, Field } from '../types.ts';
import { KnobField } from './KnobField.tsx';
import styles from './Settings.module.css';

/** A field with the value it has and what became of the last try to change it. */
export interface SettingView {
  readonly name: string;
  readonly field: Field;
  readonly value: number;
  readonly error?: string | undefined;
  readonly waiting: boolean;
}

export interface SettingsPanelProps {
  readonly presets: readonly Choice[];
  readonly preset: string;
  /** Settings differ from the preset. */
  readonly presetChanged: boolean;
  readonly tasks: readonly Choice[];
  readonly task: string;
  readonly policies: readonly Choice[];
  readonly policy: string;
  readonly problem: readonly SettingView[];
  readonly live: readonly SettingView[];
  readonly restart: readonly SettingView[];
  readonly rewards: readonly SettingView[];
  readonly shuffleRewards: boolean;
  readonly waiting: number;
  readonly onPreset: (id: string) => void;
  readonly onTask: (id: string) => void;
  readonly onPolicy: (id: string) => void;
  readonly onKnob: (name: string, value: number) => void;
  readonly onWeight: (term: string, value: number) => void;
  readonly onCompose: () => void;
  readonly onShuffle: (on: boolean) => void;
  readonly onReset: () => void;
}

function Section({ title, mark, children }: { readonly title: string; readonly mark?: string; readonly children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h2>{title}{mark && <small>{mark}</small>}</h2>
      {children}
    </section>
  );
}

interface PickerProps {
  readonly label: string;
  readonly testId: string;
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly mark?: string | undefined;
  readonly onPick: (id: string) => void;
}

/** The choices, under headings where they have any. */
function Options({ choices }: { readonly choices: readonly Choice[] }) {
  const groups = [...new Set(choices.map(({ group }) => group))];
  return groups.map((group) => {
    const options = choices.filter((choice) => choice.group === group).map(({ id, title }) => <option key={id} value={id}>{title}</option>);
    return group === undefined ? options : <optgroup key={group} label={group}>{options}</optgroup>;
  });
}

function Picker({ label, testId, choices, value, mark, onPick }: PickerProps) {
  const id = useId();
  const chosen = choices.find((choice) => choice.id === value);
  return (
    <div className={styles.picker}>
      <label htmlFor={id}>{label}{mark && <small>{mark}</small>}</label>
      <select id={id} data-testid={testId} value={value} aria-describedby={`${id}-about`} onChange={(event) => onPick(event.currentTarget.value)}>
        <Options choices={choices} />
      </select>
      <p id={`${id}-about`}>{chosen?.summary}</p>
    </div>
  );
}

function Fields({ views, onChange }: { readonly views: readonly SettingView[]; readonly onChange: (name: string, value: number) => void }) {
  return views.map((view) => (
    <KnobField
      key={view.name} field={view.field} value={view.value} error={view.error} waiting={view.waiting}
      onChange={(value) => onChange(view.name, value)}
    />
  ));
}

function Waiting({ count, onReset }: { readonly count: number; readonly onReset: () => void }) {
  if (count === 0) return null;
  return (
    <div className={styles.waiting} role="status">
      <span>{text.settings.waits(count)}</span>
      <Button size="compact-xs" variant="default" onClick={onReset}>{text.settings.resetNow}</Button>
    </div>
  );
}

export function SettingsPanel(props: SettingsPanelProps) {
  return (
    <div className={styles.settings}>
      <Waiting count={props.waiting} onReset={props.onReset} />
      <Picker
        label={text.settings.preset} testId="preset" choices={props.presets} value={props.preset}
        mark={props.presetChanged ? text.settings.custom : undefined} onPick={props.onPreset}
      />
      <Section title={text.settings.live} mark={text.settings.liveMark}>
        <Fields views={props.live} onChange={props.onKnob} />
      </Section>
      <Section title={text.settings.problem} mark={text.settings.restartMark}>
        <Picker label={text.settings.task} testId="task" choices={props.tasks} value={props.task} onPick={props.onTask} />
        <Fields views={props.problem} onChange={props.onKnob} />
      </Section>
      <Section title={text.settings.restart} mark={text.settings.restartMark}>
        <Picker label={text.settings.policy} testId="policy" choices={props.policies} value={props.policy} onPick={props.onPolicy} />
        <Fields views={props.restart} onChange={props.onKnob} />
      </Section>
      <Section title={text.settings.rewards} mark={text.settings.restartMark}>
        <Fields views={props.rewards} onChange={props.onWeight} />
        <Button size="compact-xs" variant="default" onClick={props.onCompose} data-testid="compose">{text.rewards.open}</Button>
        <label className={styles.check} title={text.settings.shuffleHint}>
          <input type="checkbox" data-testid="shuffle-rewards" checked={props.shuffleRewards} onChange={(event) => props.onShuffle(event.currentTarget.checked)} />
          {text.settings.shuffle}
        </label>
      </Section>
    </div>
  );
}
