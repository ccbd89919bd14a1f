/** @file Exact values under the crosshair: of the run in hand all, of the others what is drawn first. */
import { formatCount, formatRange, formatSeconds, formatValue } from '../format.ts';
import { text } from '../text.ts';
import { nearest, positions } from './prepare.ts';
import type { Row, Series } from './series.ts';
import type { AxisKind, OtherRun } from './view.ts';
import styles from './Chart.module.css';

export interface ChartTooltipProps {
  readonly row: Row;
  readonly series: readonly Series[];
  readonly others: readonly OtherRun<Row>[];
  readonly axis: AxisKind;
  /** Where the row stands on the axis. */
  readonly x: number;
  /** False in charts that only follow: their main values alone. */
  readonly whole: boolean;
}

/** Of another run the row nearest to the crosshair; null beyond its end. */
function rowAt({ rows }: OtherRun<Row>, axis: AxisKind, x: number): Row | null {
  const xs = positions(rows)[axis];
  return x > (xs.at(-1) ?? -1) ? null : (rows[nearest(xs, x)] ?? null);
}

export function ChartTooltip({ row, series, others, axis, x, whole }: ChartTooltipProps) {
  const main = series.find(({ draw }) => draw !== 'share');
  const told = whole ? series : series.filter((one) => one === main || one.draw === 'points');
  return (
    <div className={styles.tooltip} data-testid="tooltip">
      {whole && <div className={styles.tooltipStep}>
        {text.charts.step} {row.step}
        {axis === 'tokens' && <small> {formatCount(x)} {text.charts.axes.tokens}</small>}
        {axis === 'time' && <small> {formatSeconds(x)}</small>}
      </div>}
      {told.map((s) => {
        const value = row.values[s.key];
        if (value === undefined) return null;
        const range = s.range ? row.ranges[s.range] : undefined;
        return (
          <div key={s.key} className={styles.tooltipLine}>
            <i data-draw={s.draw} style={{ color: s.color }} aria-hidden="true" />
            {whole && <span>{s.label}</span>}
            <b>{formatValue(value, s.unit)}</b>
            {range && whole && <small>{formatRange(range, s.unit)} {s.rangeLabel}</small>}
          </div>
        );
      })}
      {main && others.map((other) => {
        const value = rowAt(other, axis, x)?.values[main.key];
        return (
          <div key={other.id} className={styles.tooltipLine}>
            <i data-draw="line" style={{ color: other.color }} aria-hidden="true" />
            {whole && <span>{other.name}</span>}
            <b>{value === undefined ? text.transport.none : formatValue(value, main.unit)}</b>
          </div>
        );
      })}
    </div>
  );
}
