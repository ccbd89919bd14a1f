/**
 * @file The settings column: preset, algorithm, the most used settings by when they apply, problem, reward terms, and
 * the folded rest.
 */
import type { Elements } from '../elements.ts';
import { Button } from '@mantine/core';
import { Hideable } from '../Hideable.tsx';
import { text } from '../text.ts';
import type { Choice } from '../types.ts';
import { Fields, Section, type SettingView } from './Fields.tsx';
import type { Typed } from './number.ts';
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
  /** Bases that the visitor brings. */
  readonly ownModel: Elements;
  readonly problem: readonly SettingView[];
  /** Own problems and the difficulty profile. */
  readonly problems: Elements;
  readonly live: readonly SettingView[];
  readonly restart: readonly SettingView[];
  readonly rewards: readonly SettingView[];
  readonly algorithm: Elements;
  /** The less used settings. */
  readonly folds: Elements;
  /** The section about the objective. */
  readonly objective: Elements;
  readonly shuffleRewards: boolean;
  readonly waiting: number;
  readonly onPreset: (id: string) => void;
  readonly onTask: (id: string) => void;
  readonly onPolicy: (id: string) => void;
  readonly onKnob: (name: string, value: Typed) => void;
  readonly onWeight: (term: string, value: Typed) => void;
  readonly onCompose: () => void;
  readonly onShuffle: (on: boolean) => void;
  readonly onReset: () => void;
}

function Waiting({ count, onReset }: { readonly count: number; readonly onReset: () => void }) {
  if (count === 0) return null;
  return (
    <div className={styles.waiting} role="status">
      <span>{text.settings.waits(count)}</span>
      <Button size="compact-xs" variant="default" onClick={onReset}>
        {text.settings.resetNow}
      </Button>
    </div>
  );
}

function RewardSection({ rewards, shuffleRewards, onWeight, onCompose, onShuffle }: SettingsPanelProps) {
  return (
    <Section title={text.settings.rewards} mark={text.settings.restartMark}>
      <Fields views={rewards} onChange={onWeight} />
      <Button size="compact-xs" variant="default" onClick={onCompose} data-testid="compose">
        {text.rewards.open}
      </Button>
      <Hideable name="shuffle_rewards">
        <label className={styles.check} title={text.settings.shuffleHint}>
          <input
            type="checkbox"
            data-testid="shuffle-rewards"
            checked={shuffleRewards}
            onChange={(event) => onShuffle(event.currentTarget.checked)}
          />
          <span>{text.settings.shuffle}</span>
        </label>
      </Hideable>
    </Section>
  );
}

export function SettingsPanel(props: SettingsPanelProps) {
  return (
    <div className={styles.settings}>
      <Waiting count={props.waiting} onReset={props.onReset} />
      <Hideable name="preset">
        <Picker
          label={text.settings.preset}
          testId="preset"
          choices={props.presets}
          value={props.preset}
          mark={props.presetChanged ? text.settings.custom : undefined}
          onPick={props.onPreset}
        />
      </Hideable>
      <Hideable name="algorithm">
        <Section title={text.settings.algorithm} mark={text.settings.restartMark}>
          {props.algorithm}
        </Section>
      </Hideable>
      <Hideable name="training">
        <Section title={text.settings.live} mark={text.settings.liveMark}>
          <Fields views={props.live} onChange={props.onKnob} />
        </Section>
      </Hideable>
      <Hideable name="problem">
        <Section title={text.settings.problem} mark={text.settings.restartMark}>
          <Hideable name="task">
            <Picker
              label={text.settings.task}
              testId="task"
              choices={props.tasks}
              value={props.task}
              onPick={props.onTask}
            />
          </Hideable>
          <Fields views={props.problem} onChange={props.onKnob} />
          {props.problems}
        </Section>
      </Hideable>
      <Hideable name="run">
        <Section title={text.settings.restart} mark={text.settings.restartMark}>
          <Hideable name="policy">
            <Picker
              label={text.settings.policy}
              testId="policy"
              choices={props.policies}
              value={props.policy}
              onPick={props.onPolicy}
            />
            {props.ownModel}
          </Hideable>
          <Fields views={props.restart} onChange={props.onKnob} />
        </Section>
      </Hideable>
      <Hideable name="objective">{props.objective}</Hideable>
      {props.folds}
      <Hideable name="rewards">
        <RewardSection {...props} />
      </Hideable>
    </div>
  );
}
