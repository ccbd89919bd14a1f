/** @file A message above the charts: an error, a caution or a note, with room for a button. */
import type { Elements } from './elements.ts';
import styles from './Lines.module.css';

export interface MessageProps {
  readonly kind: 'error' | 'caution' | 'note';
  readonly title: string;
  readonly testId: string;
  readonly code?: string;
  readonly children: Elements;
  readonly action: Elements;
}

export function Message({ kind, title, testId, code, children, action }: MessageProps) {
  return (
    <section
      className={styles.message}
      data-kind={kind}
      data-testid={testId}
      data-code={code}
      role={kind === 'error' ? 'alert' : 'status'}
    >
      <div className={styles.messageText}>
        <h2>{title}</h2>
        {children}
      </div>
      {action}
    </section>
  );
}
