/** @file The legend of a chart with the newest values, or those of the viewed step. */
import { useContext } from 'react';
import { formatRange, formatValue } from '../format.ts';
import { text } from '../text.ts';
import type { ArmRuns } from './arms.ts';
import { groupJoined, legendValue, type Row, type Series } from './series.ts';
import { ViewedContext } from './hover.ts';
import type { OtherRun } from './view.ts';
import { armWords } from './words.ts';
import styles from './Chart.module.css';

interface LegendEntryProps {
  readonly series: Series;
  readonly rows: readonly Row[];
  readonly alone: boolean;
  /** The series before it in the same entry; null for the first. */
  readonly beside: Series | null;
}

function LegendEntry({ series, rows, alone, beside }: LegendEntryProps) {
  const last = legendValue(rows, series);
  const range = last && series.range ? last.row.ranges[series.range] : undefined;
  // Shown with its step, or an old value would pass for the newest; the second value of an entry repeats no step.
  const isOlder =
    last !== null && last.row !== rows.at(-1) && (beside === null || legendValue(rows, beside)?.row !== last.row);
  return (
    <span data-series={series.key} data-value={last?.value} title={series.rangeLabel}>
      <i data-draw={series.draw} style={{ color: series.color }} aria-hidden="true" />
      {!alone && <span>{series.label}</span>}
      <b translate="no">{last ? formatValue(last.value, series.unit) : text.transport.none}</b>
      {range && series.draw === 'points' && <small translate="no">{formatRange(range, series.unit)}</small>}
      {isOlder && <small>{text.charts.ofStep(last.row.step)}</small>}
      {series.rangeLabel && series.draw !== 'points' && <small className={styles.bandLabel}>{series.rangeLabel}</small>}
    </span>
  );
}

interface LegendProps {
  readonly series: readonly Series[];
  readonly rows: readonly Row[];
  readonly others: readonly OtherRun<Row>[];
  readonly arms: readonly ArmRuns[];
}

/** Other runs and arms have their legend elsewhere on the page; here it is only for the saved picture of this chart. */
export function Legend({ series, others, arms, ...props }: LegendProps) {
  const viewed = useContext(ViewedContext);
  const rows = viewed === null ? props.rows : props.rows.filter(({ step }) => step <= viewed);
  return (
    <ul className={styles.legend}>
      {groupJoined(series).map((group) => (
        <li key={group[0]?.key}>
          {group.map((one, index) => (
            <LegendEntry
              key={one.key}
              series={one}
              rows={rows}
              alone={series.length === 1}
              beside={group[index - 1] ?? null}
            />
          ))}
        </li>
      ))}
      {others.map(({ id, name, color }) => (
        <li key={`run ${id}`} hidden>
          <span data-series={`run ${id}`}>
            <i data-draw="line" style={{ color }} />
            <span>{name}</span>
          </span>
        </li>
      ))}
      {arms.map(({ id, name, color, runs }) => (
        <li key={`arm ${id}`} hidden>
          <span data-series={`arm ${id}`}>
            <i data-draw="line" style={{ color }} />
            <span>{armWords.column(name, runs.length)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
