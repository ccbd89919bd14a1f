/** @file The time bar: views any step of the run, with the progress of its rebuilding. */
import { Button } from '@mantine/core';
import { useRef, type CSSProperties } from 'react';
import { stepBarWords as words, type ViewedView } from './words.ts';
import styles from './StepBar.module.css';

export interface StepBarProps extends ViewedView {
  /** Steps with a kept checkpoint, ascending. */
  readonly checkpoints: readonly number[];
  /** Null follows the run. */
  readonly onLook: (step: number | null) => void;
}

export function StepBar({ checkpoints, onLook, ...view }: StepBarProps) {
  const { step, newest, state } = view;
  const said = words.said(view);
  const slider = useRef<HTMLInputElement>(null);
  return (
    <section
      className={styles.bar}
      aria-label={words.name}
      data-testid="step-bar"
      data-viewed={step ?? undefined}
      data-state={state}
      onKeyDown={({ key }) => key === 'Escape' && onLook(null)}
    >
      <p
        className={styles.said}
        role={state === 'rebuilding' ? undefined : 'status'}
        title={said}
        data-testid="step-bar-said"
      >
        {said}
      </p>
      <span className={styles.track}>
        <input
          ref={slider}
          type="range"
          min={0}
          max={Math.max(1, newest)}
          value={step ?? newest}
          disabled={newest === 0}
          aria-label={words.slider}
          aria-valuetext={words.value(step, newest)}
          title={words.hint}
          data-testid="viewed-step"
          onChange={({ currentTarget }) => onLook(Number(currentTarget.value))}
        />
        {checkpoints
          .filter((at) => at <= newest)
          .map((at) => (
            <i key={at} data-checkpoint={at} style={{ '--at': at / newest } as CSSProperties} aria-hidden="true" />
          ))}
      </span>
      <Button
        className={styles.live ?? ''}
        size="compact-sm"
        variant="default"
        data-testid="live"
        data-off={step === null}
        disabled={step === null}
        title={words.liveHint}
        onClick={() => {
          // The button disappears, and the focus with it.
          slider.current?.focus();
          onLook(null);
        }}
      >
        {words.live}
      </Button>
    </section>
  );
}
