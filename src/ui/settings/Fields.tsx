/** @file A list of settings, in a section that is always open or one that folds. */
import { Fragment, useContext, useState, type SyntheticEvent } from 'react';
import type { Elements } from '../elements.ts';
import { useHidden } from '../Hideable.tsx';
import { LitContext } from '../Lit.tsx';
import { text } from '../text.ts';
import type { Choice, Field } from '../types.ts';
import { KnobField } from './KnobField.tsx';
import type { Typed } from './number.ts';
import { Picker } from './Picker.tsx';
import styles from './Settings.module.css';

/** A field with its value and the result of the last change. */
export interface SettingView {
  readonly name: string;
  readonly field: Field;
  readonly value: number;
  readonly error?: string | undefined;
  readonly waiting: boolean;
  /** Why it has no effect under the current settings. */
  readonly unused?: string | undefined;
}

export interface ChoiceView {
  readonly name: string;
  readonly id: string;
  readonly label: string;
  readonly summary: string;
  readonly applies: 'next step' | 'restart';
  readonly options: readonly Choice[];
  readonly default: string;
  readonly value: string;
  readonly error?: string | undefined;
  readonly waiting: boolean;
  readonly unused?: string | undefined;
}

export function Section({
  title,
  mark,
  children,
}: {
  readonly title: string;
  readonly mark?: string;
  readonly children: Elements;
}) {
  return (
    // A group and no region: a chart may have the same name, and landmarks need names of their own.
    <section className={styles.section} role="group" aria-label={title}>
      <h2>
        <span>{title}</span>
        {mark && <small>{mark}</small>}
      </h2>
      {children}
    </section>
  );
}

export function Fields({
  views,
  onChange,
}: {
  readonly views: readonly SettingView[];
  readonly onChange: (name: string, value: Typed) => void;
}) {
  const hidden = useHidden();
  return views
    .filter(({ field }) => !hidden.has(field.id))
    .map((view) => (
      <KnobField
        key={view.name}
        field={view.field}
        value={view.value}
        error={view.error}
        waiting={view.waiting}
        unused={view.unused}
        onChange={(value) => onChange(view.name, value)}
      />
    ));
}

/** `below`: elements to show under a choice, by its name. */
function Choices({
  views,
  below = {},
  onChange,
}: {
  readonly views: readonly ChoiceView[];
  readonly below?: Readonly<Record<string, Elements>> | undefined;
  readonly onChange: (name: string, id: string) => void;
}) {
  const hidden = useHidden();
  return views
    .filter(({ id }) => !hidden.has(id))
    .map(({ name, id, label, summary, options, value, error, waiting, unused }) => (
      <Fragment key={name}>
        <Picker
          label={label}
          testId={`choice-${id}`}
          about={summary}
          choices={options}
          value={value}
          error={error}
          waiting={waiting}
          unused={unused}
          onPick={(picked) => onChange(name, picked)}
        />
        {below[name]}
      </Fragment>
    ));
}

/** Whether a fold was left open, remembered in localStorage; without storage, until the page closes. */
export function useRemembered(id: string): [boolean, (open: boolean) => void] {
  const key = `rollout.open.${id}`;
  const [open, setOpen] = useState(() => {
    try {
      return localStorage.getItem(key) === '1';
    } catch {
      return false;
    }
  });
  return [
    open,
    (next) => {
      setOpen(next);
      try {
        localStorage.setItem(key, next ? '1' : '0');
      } catch {
        // Without storage only the habit is lost.
      }
    },
  ];
}

export interface FoldProps {
  readonly id: string;
  readonly title: string;
  readonly knobs: readonly SettingView[];
  readonly choices: readonly ChoiceView[];
  /** Puts the settings that need a Reset first, because they decide which others there are. */
  readonly restartFirst?: boolean;
  /** Elements to show under a choice, by its name. */
  readonly below?: Readonly<Record<string, Elements>>;
  readonly onKnob: (name: string, value: Typed) => void;
  readonly onChoice: (name: string, id: string) => void;
}

/** Settings folded away until opened; the number of changed ones shows even when closed. */
export function Fold({ id, title, restartFirst = false, below, onKnob, onChoice, ...views }: FoldProps) {
  const [open, setOpen] = useRemembered(id);
  const hidden = useHidden();
  const knobs = views.knobs.filter(({ field }) => !hidden.has(field.id));
  const choices = views.choices.filter((choice) => !hidden.has(choice.id));
  const changed =
    knobs.filter(({ field, value }) => field.default !== value).length +
    choices.filter((view) => view.default !== view.value).length;
  const lit = useContext(LitContext);
  const isLit =
    knobs.some(({ field }) => lit.includes(field.id)) || choices.some((view) => lit.includes(`choice-${view.id}`));
  const isRefused = [...knobs, ...choices].some(({ error }) => error !== undefined);
  const part = (applies: 'next step' | 'restart') => ({
    knobs: knobs.filter(({ field }) => field.applies === applies),
    choices: choices.filter((view) => view.applies === applies),
  });
  const marks = [
    ['next step', text.settings.liveMark],
    ['restart', text.settings.restartMark],
  ] as const;
  const parts = (restartFirst ? marks.toReversed() : marks).map(([applies, mark]) => ({ mark, ...part(applies) }));
  if (knobs.length + choices.length === 0) return null;
  return (
    <details
      className={styles.fold}
      data-testid={`fold-${id}`}
      open={open || isRefused || isLit}
      onToggle={(event: SyntheticEvent<HTMLDetailsElement>) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <span>{title}</span>
        {changed > 0 && <small>{text.settings.changed(changed)}</small>}
      </summary>
      {parts
        .filter((views) => views.knobs.length + views.choices.length > 0)
        .map((views) => (
          <div key={views.mark} className={styles.foldPart} role="group" aria-label={`${title}, ${views.mark}`}>
            <p className={styles.foldMark}>{views.mark}</p>
            <Choices views={views.choices} below={below} onChange={onChoice} />
            <Fields views={views.knobs} onChange={onKnob} />
          </div>
        ))}
    </details>
  );
}
