/** @file Long work in slices, so that the thread stays responsive. */

/** Longest slice of work in milliseconds: a frame at 60 Hz keeps room for a drawing. */
const SLICE = 10;

/** Resolves at once, or after the events that wait once a slice is over. */
export type Breathe = () => Promise<void> | undefined;

/** A fresh clock of slices. */
export function breather(slice = SLICE): Breathe {
  let begun = performance.now();
  return () =>
    performance.now() - begun < slice
      ? undefined
      : new Promise((resume) => {
          setTimeout(() => {
            begun = performance.now();
            resume();
          }, 0);
        });
}
