/**
 * @file Exact values under the crosshair: all series of the current run; the compared series of other runs and arms.
 */
import { formatCount, formatRange, formatSeconds, formatValue } from '../format.ts';
import { text } from '../text.ts';
import { type ArmRuns, meanRows } from './arms.ts';
import { nearest, positions } from './prepare.ts';
import { followed, fullNames, type Row, type Series } from './series.ts';
import type { AxisKind, OtherRun } from './view.ts';
import { armWords } from './words.ts';
import styles from './Chart.module.css';

export interface ChartTooltipProps {
  /** Row of the current run; null beyond its end. */
  readonly row: Row | null;
  readonly step: number;
  readonly series: readonly Series[];
  readonly others: readonly OtherRun<Row>[];
  readonly arms: readonly ArmRuns[];
  readonly axis: AxisKind;
  readonly x: number;
  /** False in charts that only follow the crosshair: main values alone, without step and ranges. */
  readonly whole: boolean;
}

/** The row nearest to the crosshair; null beyond the end. */
export function rowAt(rows: readonly Row[], axis: AxisKind, x: number): Row | null {
  const xs = positions(rows)[axis];
  return x > (xs.at(-1) ?? -1) ? null : (rows[nearest(xs, x)] ?? null);
}

/** An arm's mean at the crosshair, its interval, and the number of seeds. */
function ArmLine({
  arm,
  main,
  axis,
  x,
  whole,
}: Pick<ChartTooltipProps, 'axis' | 'x' | 'whole'> & { readonly arm: ArmRuns; readonly main: Series }) {
  const row = rowAt(meanRows(arm.runs, main), axis, x);
  const value = row?.values[main.key];
  const interval = row?.ranges[main.key];
  return (
    <div className={styles.tooltipLine} data-arm={arm.id}>
      <i data-draw="line" style={{ color: arm.color }} aria-hidden="true" />
      {whole && <span className={styles.tooltipName}>{arm.name}</span>}
      <b>{value === undefined ? text.transport.none : formatValue(value, main.unit === 'share' ? 'share' : '')}</b>
      {whole && value !== undefined && (
        <small>
          {[...(interval ? [formatRange(interval, main.unit)] : []), armWords.count(arm.runs.length)].join(' ')}
        </small>
      )}
    </div>
  );
}

export function ChartTooltip({ row, step, series, others, arms, axis, x, whole }: ChartTooltipProps) {
  const main = series.find(({ draw }) => draw !== 'share');
  const shown = whole ? series : followed(series);
  const names = fullNames(series);
  // A single value needs no name: the chart's title names it.
  const isNamed = whole || series.length > 1;
  // Other runs draw no areas, so their value may belong to another series than the first line here; it then gets a
  // name.
  const ofOthers = main && main !== series[0] ? names[series.indexOf(main)] : undefined;
  return (
    <div className={styles.tooltip} translate="no" data-testid="tooltip">
      {whole && (
        <div className={styles.tooltipStep}>
          <span>{`${text.charts.step} ${step}`}</span>
          {axis === 'tokens' && <small>{`, ${formatCount(x)} ${text.charts.axes.tokens}`}</small>}
          {axis === 'time' && <small>{`, ${formatSeconds(x)}`}</small>}
        </div>
      )}
      {shown.map((s) => {
        const value = row?.values[s.key];
        if (!row || value === undefined) return null;
        const range = s.range ? row.ranges[s.range] : undefined;
        return (
          <div key={s.key} className={styles.tooltipLine}>
            <i data-draw={s.draw} style={{ color: s.color }} aria-hidden="true" />
            {isNamed && <span>{names[series.indexOf(s)]}</span>}
            <b>{formatValue(value, s.unit)}</b>
            {range && whole && <small>{`${formatRange(range, s.unit)} ${s.rangeLabel ?? ''}`}</small>}
          </div>
        );
      })}
      {main &&
        others.map((other) => {
          const value = rowAt(other.rows, axis, x)?.values[main.key];
          return (
            <div key={other.id} className={styles.tooltipLine}>
              <i data-draw="line" style={{ color: other.color }} aria-hidden="true" />
              {(whole || ofOthers) && (
                <span>{[...(whole ? [other.name] : []), ...(ofOthers ? [ofOthers] : [])].join(', ')}</span>
              )}
              <b>{value === undefined ? text.transport.none : formatValue(value, main.unit)}</b>
            </div>
          );
        })}
      {main && arms.map((arm) => <ArmLine key={arm.id} arm={arm} main={main} axis={axis} x={x} whole={whole} />)}
    </div>
  );
}
