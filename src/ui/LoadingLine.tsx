/** @file The part being loaded and its progress; the rest of the page stays usable. */
import { type CSSProperties, useEffect, useState } from 'react';
import { text } from './text.ts';
import type { LoadingView } from './types.ts';
import styles from './Lines.module.css';

/**
 * Milliseconds between two frames of a bar of unknown size: a CSS animation would take CPU time from the loading
 * itself.
 */
const BEAT = 300;
const BEATS = 8;

/** Counts 0 to 7 repeatedly while `on`, unless reduced motion is asked for. */
function useBeat(on: boolean): number {
  // Begins in the middle, so that the bar is visible even if it does not move.
  const [beat, setBeat] = useState(BEATS / 2);
  useEffect(() => {
    if (!on || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const timer = setInterval(() => setBeat((before) => (before + 1) % BEATS), BEAT);
    return () => clearInterval(timer);
  }, [on]);
  return beat;
}

/** React's types do not include custom CSS properties. */
const place = (beat: number): CSSProperties => Object.fromEntries([['--beat', beat / (BEATS - 1)]]);

export function LoadingLine({
  loading,
  hint = text.loading.meanwhile,
}: {
  readonly loading: LoadingView;
  readonly hint?: string;
}) {
  const { label, loadedBytes, totalBytes } = loading;
  const share = totalBytes === null || totalBytes === 0 ? null : loadedBytes / totalBytes;
  const beat = useBeat(share === null);
  return (
    <div className={styles.loading} data-testid="loading" role="status">
      <span>
        <b>{text.loading.title(label)}</b>
        {loadedBytes > 0 && <span translate="no">{` ${text.loading.amount(loadedBytes, totalBytes)}`}</span>}
      </span>
      <progress
        aria-label={text.loading.title(label)}
        {...(share === null ? { style: place(beat) } : { value: share, max: 1 })}
      />
      <span className={styles.soft}>{hint}</span>
    </div>
  );
}
