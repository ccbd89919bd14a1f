/**
 * @file Progress of a long command on stderr: a bar that redraws itself on a terminal, else a line per tenth.
 */

/** The output stream, for example `process.stderr`. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Progress {
  /** `done` of the total are finished; `note` is shown after the bar. */
  update(done: number, note?: string): void;
  /** Ends the line of the bar. */
  finish(): void;
}

const BAR_WIDTH = 24;
/** Least time between two redraws, to limit their cost. */
const REDRAW_MILLISECONDS = 100;

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** Progress of `label` over `total` parts; `now` in milliseconds. */
export function createProgress(
  label: string,
  total: number,
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  const begun = now();
  let first: number | null = null;
  let tenth = -1;
  let drawn = -Infinity;
  let shown = '';
  const line = (done: number, note: string): string => {
    const seconds = (now() - begun) / 1000;
    const left =
      done > (first ?? 0) && done < total
        ? `, ${duration((seconds / (done - (first ?? 0))) * (total - done))} left`
        : '';
    return `${done}/${total} ${Math.floor((100 * done) / total)} %, ${duration(seconds)}${left}${note === '' ? '' : `  ${note}`}`;
  };
  const bar = (done: number): string => {
    const filled = Math.round((BAR_WIDTH * done) / total);
    return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
  };
  return {
    update(done, note = '') {
      // Parts done before the first report (a resumed run) do not count towards the speed.
      first ??= Math.max(0, done - 1);
      if (stream.isTTY) {
        if (done < total && now() - drawn < REDRAW_MILLISECONDS) return;
        drawn = now();
        const text = `${label} ${bar(done)} ${line(done, note)}`;
        stream.write(`\r${text.padEnd(shown.length)}`);
        shown = text;
        return;
      }
      const reached = Math.floor((10 * done) / total);
      if (reached <= tenth) return;
      // A run that begins inside a tenth reports at the next one.
      if (tenth >= 0 || reached > 0) stream.write(`${label} ${line(done, note)}\n`);
      tenth = reached;
    },
    finish() {
      if (shown !== '') stream.write('\n');
      shown = '';
    },
  };
}
