/** @file The numbers behind a chart, newest step first. */
import { formatRange, formatValue } from '../format.ts';
import { text } from '../text.ts';
import type { Row, Series } from './series.ts';
import styles from './Chart.module.css';

/** More rows than this would make a table slower than it is useful; the export holds them all. */
const MOST_ROWS = 200;

function cell(row: Row, series: Series): string {
  const value = row.values[series.key];
  if (value === undefined) return '';
  const range = series.range ? row.ranges[series.range] : undefined;
  const exact = formatValue(value, series.unit);
  return range ? `${exact} ${formatRange(range, series.unit)}` : exact;
}

export function ChartTable({ title, rows, series }: { readonly title: string; readonly rows: readonly Row[]; readonly series: readonly Series[] }) {
  const shown = rows.filter((row) => series.some((s) => s.key in row.values)).slice(-MOST_ROWS).reverse();
  return (
    <div className={styles.tableWrap} tabIndex={0} role="region" aria-label={text.charts.tableName(title)}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{text.charts.step}</th>
            {series.map((s) => <th scope="col" key={s.key}>{s.label}</th>)}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.step}>
              <th scope="row">{row.step}</th>
              {series.map((s) => <td key={s.key}>{cell(row, s)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
