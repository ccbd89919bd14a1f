/** @file The settings column: preset, algorithm, what people turn most by when it applies, problem, reward terms, and the rest folded away. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { text } from '../text.ts';
import type { Choice } from '../types.ts';
import { Fields, Section, type SettingView } from './Fields.tsx';
import { Picker } from './Picker.tsx';
import styles from './Settings.module.css';

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
  readonly algorithm: ReactNode;
  /** The settings that fewer people need. */
  readonly folds: ReactNode;
  /** The section on the objective. */
  readonly objective: ReactNode;
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
      <Section title={text.settings.algorithm} mark={text.settings.restartMark}>{props.algorithm}</Section>
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
      {props.objective}
      {props.folds}
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
