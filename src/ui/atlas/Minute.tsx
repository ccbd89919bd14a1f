/** @file “See it in a minute”: two arms of a stored result, trained in this page, with the time before they start. */
import { Button } from '@mantine/core';
import { formWords as words } from './formWords.ts';
import styles from './Form.module.css';

export interface MinuteProps {
  /** Titles of the two arms, and of the recorded control if it has a curve. */
  readonly arms: readonly [string, string];
  readonly recorded: string | null;
  readonly seed: number;
  readonly steps: number;
  readonly seconds: number;
  /** The speed was measured on this machine. */
  readonly isMeasured: boolean;
  readonly onStart: () => void;
}

export function Minute({ arms, recorded, seed, steps, seconds, isMeasured, onStart }: MinuteProps) {
  return (
    <section className={styles.minute} aria-label={words.minute} data-testid="minute">
      <Button size="compact-sm" data-testid="minute-start" data-steps={steps} onClick={onStart}>
        {words.minute}
      </Button>
      <p>
        {[
          words.minuteRuns(arms, seed, steps),
          words.time(seconds, isMeasured),
          ...(recorded === null ? [] : [words.minuteRecorded(recorded)]),
        ].join(' ')}
      </p>
    </section>
  );
}
