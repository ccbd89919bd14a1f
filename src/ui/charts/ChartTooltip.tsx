/** @file Exact values under the crosshair. */
import { formatRange, formatValue } from '../format.ts';
import { text } from '../text.ts';
import type { Row, Series } from './series.ts';
import styles from './Chart.module.css';

export function ChartTooltip({ row, series }: { readonly row: Row; readonly series: readonly Series[] }) {
  return (
    <div className={styles.tooltip}>
      <div className={styles.tooltipStep}>{text.charts.step} {row.step}</div>
      {series.map((s) => {
        const value = row.values[s.key];
        if (value === undefined) return null;
        const range = s.range ? row.ranges[s.range] : undefined;
        return (
          <div key={s.key} className={styles.tooltipLine}>
            <i data-draw={s.draw} style={{ color: s.color }} aria-hidden="true" />
            <span>{s.label}</span>
            <b>{formatValue(value, s.unit)}</b>
            {range && <small>{formatRange(range, s.unit)} {s.rangeLabel}</small>}
          </div>
        );
      })}
    </div>
  );
}
