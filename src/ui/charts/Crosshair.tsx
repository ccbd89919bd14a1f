/**
 * @file The crosshair over a chart, moved by pointer or arrow keys, the same position in all charts, with the exact
 * numbers there.
 */
import { useContext, useMemo, type KeyboardEvent, type PointerEvent } from 'react';
import { formatValue } from '../format.ts';
import { text } from '../text.ts';
import { type ArmRuns, meanRows } from './arms.ts';
import { ChartTooltip, rowAt } from './ChartTooltip.tsx';
import { fromPixels, toPixels, type Frame } from './frame.ts';
import { StageStartsContext, useHover, useHovered, ViewedContext } from './hover.ts';
import { nearest } from './prepare.ts';
import { stopsOf } from './stops.ts';
import { stageWords } from '../stages/words.ts';
import type { Row, Series } from './series.ts';
import type { AxisKind, OtherRun } from './view.ts';
import styles from './Chart.module.css';

export interface CrosshairProps {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly series: readonly Series[];
  readonly others: readonly OtherRun<Row>[];
  readonly arms: readonly ArmRuns[];
  readonly axis: AxisKind;
  readonly frame: Frame;
  readonly span: number;
}

const jumps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageDown: -10,
  PageUp: 10,
  Home: -Infinity,
  End: Infinity,
};

/** The value of another run or arm for screen readers. */
const describeOther = (name: string, value: number | undefined, unit: string): string =>
  `${name} ${value === undefined ? text.transport.none : formatValue(value, unit)}`;

export function Crosshair({ title, rows, series, others, arms, axis, frame, span }: CrosshairProps) {
  const { rows: guide, xs } = useMemo(
    () => stopsOf({ rows, series, others, arms, axis }),
    [rows, series, others, arms, axis],
  );
  const hover = useHover();
  const hovered = useHovered();
  const x = hovered?.x ?? null;
  const index = x === null ? -1 : nearest(xs, x);
  const stop = guide[index];
  const at = xs[index] ?? 0;
  const row = stop && rowAt(rows, axis, at);
  const place = stop && x !== null ? toPixels(frame, span, Math.min(x, span)) : null;
  const viewed = useContext(ViewedContext);
  // The newest row up to the viewed step: some charts are not measured at every step.
  const mark = viewed === null ? undefined : xs[guide.findLastIndex((one) => one.step <= viewed)];
  const starts = useContext(StageStartsContext).flatMap((step) => {
    // The stage begins where the newest row before its first step stands.
    const begun = xs[guide.findLastIndex((one) => one.step < step)];
    return begun === undefined || begun > span ? [] : [begun];
  });
  const pointTo = (target: number) => {
    const position = xs[target];
    hover.set(position === undefined ? null : { x: position, chart: title });
  };
  // Arms have names and intervals: their tooltip takes the chart's whole width, and no more.
  const isWide = arms.length > 0 && hovered?.chart === title;
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const pointed = fromPixels(frame, span, event.clientX - box.left);
    // Snapped to a row, so that all charts show the same step.
    pointTo(nearest(xs, pointed));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Escape') hover.set(null);
    const jump = jumps[event.key];
    if (jump === undefined) return;
    event.preventDefault();
    const from = index < 0 ? xs.length - (jump < 0 ? 0 : 1) : index;
    pointTo(Math.max(0, Math.min(xs.length - 1, from + jump)));
  };
  const first = series[0];
  const value = first && row?.values[first.key];
  const number = value === undefined || !first ? text.transport.none : formatValue(value, first.unit);
  const own = first && series.length > 1 ? `${first.label} ${number}` : number;
  const main = series.find(({ draw }) => draw !== 'share') ?? first;
  const beside = main
    ? [
        ...others.map((other) => describeOther(other.name, rowAt(other.rows, axis, at)?.values[main.key], main.unit)),
        ...arms.map((arm) =>
          describeOther(arm.name, rowAt(meanRows(arm.runs, main), axis, at)?.values[main.key], main.unit),
        ),
      ]
    : [];
  const spoken = [own, ...beside].join('; ');
  return (
    <div
      className={styles.cross}
      role="slider"
      tabIndex={0}
      aria-label={text.charts.crosshair(title)}
      aria-valuemin={0}
      aria-valuemax={guide.at(-1)?.step ?? 0}
      aria-valuenow={stop?.step ?? guide.at(-1)?.step ?? 0}
      aria-valuetext={stop && first ? `${text.charts.step} ${stop.step}: ${spoken}` : text.charts.noStep}
      onPointerMove={onPointerMove}
      onPointerDown={onPointerMove}
      onPointerLeave={() => hover.set(null)}
      onKeyDown={onKeyDown}
      onBlur={() => hover.set(null)}
    >
      {starts.map((begun, i) => (
        <i
          key={i}
          className={styles.stageLine}
          data-testid="stage-mark"
          title={stageWords.begins(i + 2)}
          style={{ left: toPixels(frame, span, begun), top: frame.top, height: frame.height }}
        />
      ))}
      {mark !== undefined && (
        <i
          className={styles.viewedLine}
          data-testid="viewed-mark"
          style={{ left: toPixels(frame, span, Math.min(mark, span)), top: frame.top, height: frame.height }}
        />
      )}
      {place !== null && stop && (
        <>
          <i className={styles.crossLine} style={{ left: place, top: frame.top, height: frame.height }} />
          <div
            className={styles.crossTip}
            data-wide={isWide}
            style={
              place > frame.left + frame.width / 2
                ? { left: isWide ? 0 : frame.left }
                : { right: isWide ? 0 : frame.right }
            }
          >
            <ChartTooltip
              row={row ?? null}
              step={stop.step}
              series={series}
              others={others}
              arms={arms}
              axis={axis}
              x={at}
              whole={hovered?.chart === title}
            />
          </div>
        </>
      )}
    </div>
  );
}
