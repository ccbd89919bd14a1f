/** @file The crosshair over a chart, moved by pointer or arrow keys, the same position in all charts, with the exact numbers there. */
import type { KeyboardEvent, PointerEvent } from 'react';
import { formatValue } from '../format.ts';
import { text } from '../text.ts';
import { ChartTooltip } from './ChartTooltip.tsx';
import { fromPixels, toPixels, type Frame } from './frame.ts';
import { useHover, useHovered } from './hover.ts';
import { nearest, positions } from './prepare.ts';
import type { Row, Series } from './series.ts';
import type { AxisKind, OtherRun } from './view.ts';
import styles from './Chart.module.css';

export interface CrosshairProps {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly series: readonly Series[];
  readonly others: readonly OtherRun<Row>[];
  readonly axis: AxisKind;
  readonly frame: Frame;
  readonly span: number;
}

const jumps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity };

export function Crosshair({ title, rows, series, others, axis, frame, span }: CrosshairProps) {
  const hover = useHover();
  const hovered = useHovered();
  const x = hovered?.x ?? null;
  const xs = positions(rows)[axis];
  const index = x === null ? -1 : nearest(xs, x);
  const row = rows[index];
  const place = row && x !== null ? toPixels(frame, span, Math.min(x, span)) : null;
  const pointTo = (target: number) => {
    const position = xs[target];
    hover.set(position === undefined ? null : { x: position, chart: title });
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const pointed = fromPixels(frame, span, event.clientX - box.left);
    // Snapped to a step of the run in hand, so that every chart tells of the same one.
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
  return (
    <div
      className={styles.cross} role="slider" tabIndex={0} aria-label={text.charts.crosshair(title)} aria-valuemin={0} aria-valuemax={rows.at(-1)?.step ?? 0}
      aria-valuenow={row?.step ?? rows.at(-1)?.step ?? 0}
      aria-valuetext={row && first ? `${text.charts.step} ${row.step}: ${value === undefined ? text.transport.none : formatValue(value, first.unit)}` : text.charts.noStep}
      onPointerMove={onPointerMove} onPointerDown={onPointerMove} onPointerLeave={() => hover.set(null)} onKeyDown={onKeyDown} onBlur={() => hover.set(null)}
    >
      {place !== null && row && (
        <>
          <i className={styles.crossLine} style={{ left: place, top: frame.top, height: frame.height }} />
          <div className={styles.crossTip} style={place > frame.left + frame.width / 2 ? { left: frame.left } : { right: frame.right }}>
            <ChartTooltip row={row} series={series} others={others} axis={axis} x={xs[index] ?? 0} whole={hovered?.chart === title} />
          </div>
        </>
      )}
    </div>
  );
}
