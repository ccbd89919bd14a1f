/** @file The parts of a step's time: one thin stacked bar and the same numbers beside it. */
import { formatSeconds } from '../format.ts';
import { text } from '../text.ts';
import styles from './Transport.module.css';

/** Seconds of one step; null for a part that was not measured. */
export interface StepTime {
  readonly total: number;
  readonly rollout: number | null;
  readonly score: number | null;
  readonly update: number | null;
}

const parts = ['rollout', 'score', 'update'] as const;

export function TimeBar({ time }: { readonly time: StepTime | null }) {
  const summary = parts
    .map(
      (part) =>
        `${text.transport[part]} ${typeof time?.[part] === 'number' ? formatSeconds(time[part]) : text.transport.none}`,
    )
    .join(', ');
  return (
    // The title lists the parts where there is no room for them below the bar.
    <div
      className={styles.time}
      role="group"
      aria-label={text.transport.timePerStep}
      title={summary}
      data-testid="time-per-step"
    >
      <div className={styles.timeHead}>
        <span className={styles.label}>{text.transport.timePerStep}</span>
        <span className={styles.number} translate="no">
          {time ? formatSeconds(time.total) : text.transport.none}
        </span>
      </div>
      <div className={styles.bar} aria-hidden="true">
        {parts.map((part) => {
          const share = time && time.total > 0 ? (time[part] ?? 0) / time.total : 0;
          return <span key={part} data-part={part} style={{ width: `${Math.min(1, share) * 100}%` }} />;
        })}
      </div>
      <div className={styles.timeParts}>
        {parts.map((part) => {
          const seconds = time?.[part];
          return (
            <span key={part} title={text.transport.partHint[part]}>
              <i data-part={part} aria-hidden="true" />
              <span>{`${text.transport[part]} `}</span>
              <span translate="no">{typeof seconds === 'number' ? formatSeconds(seconds) : text.transport.none}</span>
            </span>
          );
        })}
      </div>
    </div>
  );
}
