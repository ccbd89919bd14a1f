/** @file The drawing inside a chart's frame, by recharts; loaded on first use. */
import { Area, CartesianGrid, ComposedChart, ErrorBar, Line, Tooltip, XAxis, YAxis } from 'recharts';
import { memo } from 'react';
import { extent, stepAxis, valueAxis, type Axis } from './axis.ts';
import { ChartTooltip } from './ChartTooltip.tsx';
import type { Row, Series } from './series.ts';
import { useSize, type Size } from './useVisible.ts';
import styles from './Chart.module.css';

export interface PlotProps {
  readonly rows: readonly Row[];
  readonly series: readonly Series[];
  readonly lastStep: number;
  /** The vertical axis holds at least this range. */
  readonly floor: readonly [number, number];
}

/** All charts share one crosshair. */
const SYNC = 'steps';
const PIXELS_PER_TICK = 60;
const tick = { fill: 'var(--ink-soft)', fontSize: '0.6875rem' };
const still = { isAnimationActive: false, activeDot: false, connectNulls: true, type: 'linear' } as const;

function whiskers(row: Row, series: Series): [number, number] | undefined {
  const value = row.values[series.key];
  const range = series.range ? row.ranges[series.range] : undefined;
  return value === undefined || !range ? undefined : [value - range[0], range[1] - value];
}

function band(series: Series, range: string) {
  return (
    <Area {...still} key={`${series.key} range`} dataKey={(row: Row) => row.ranges[range]} stroke="none" fill={series.color} fillOpacity={0.16} />
  );
}

function line(series: Series) {
  const isPoints = series.draw === 'points';
  return (
    <Line
      {...still}
      key={`${series.key} line`}
      dataKey={(row: Row) => row.values[series.key]}
      connectNulls={series.sparse ?? false}
      stroke={series.color}
      strokeWidth={series.draw === 'line' ? 1.75 : 1.25}
      {...(series.draw === 'dashed' ? { strokeDasharray: '4 3' } : {})}
      dot={isPoints ? { r: 2.5, fill: series.color, strokeWidth: 0 } : false}
    >
      {isPoints && series.range ? (
        <ErrorBar dataKey={(row: Row) => whiskers(row, series) ?? 0} width={3} strokeWidth={1} stroke={series.color} isAnimationActive={false} />
      ) : null}
    </Line>
  );
}

/** Elements of one series in the order they are painted. Recharts reads them as children, so this is no component. */
function marks(series: Series) {
  if (series.draw === 'share') {
    return <Area {...still} key={series.key} dataKey={(row: Row) => row.values[series.key]} stackId="share" stroke="none" fill={series.color} fillOpacity={0.28} />;
  }
  return series.range && series.draw !== 'points' ? [band(series, series.range), line(series)] : line(series);
}

function labelOf({ decimals }: Axis, isShare: boolean): (value: number) => string {
  if (isShare) return (value) => `${(value * 100).toFixed(Math.max(0, decimals - 2))}\u202f%`;
  const plain = (value: number) => (decimals <= 4 ? value.toFixed(decimals) : value.toExponential(0));
  return (value) => (value === 0 ? '0' : plain(value).replaceAll('-', '\u2212'));
}

function Drawing({ rows, series, lastStep, floor, size }: PlotProps & { readonly size: Size }) {
  const [low, high] = extent(rows, series, floor);
  const values = valueAxis(low, high, size.height > 11 * size.rem ? 4 : 3);
  const steps = stepAxis(lastStep, Math.max(2, Math.floor(size.width / PIXELS_PER_TICK)));
  const isShare = series.every((s) => s.unit === 'share');
  return (
    <ComposedChart
      width={size.width} height={size.height} data={[...rows]} syncId={SYNC} syncMethod="value" accessibilityLayer={false}
      margin={{ top: 0.45 * size.rem, right: 0.5 * size.rem, bottom: 0, left: 0 }}
    >
      <CartesianGrid vertical={false} stroke="var(--line)" strokeWidth={1} />
      <XAxis
        dataKey="step" type="number" domain={[...steps.domain]} ticks={steps.ticks} tick={tick} tickLine={false} interval={0}
        axisLine={{ stroke: 'var(--line-strong)' }} height={1.2 * size.rem}
      />
      <YAxis
        type="number" domain={[...values.domain]} ticks={values.ticks} tick={tick} tickLine={false} axisLine={false} interval={0}
        width={2.6 * size.rem} tickFormatter={labelOf(values, isShare)}
      />
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: 'var(--line-strong)', strokeWidth: 1 }}
        content={({ active, payload }) => {
          const row: Row | undefined = active ? payload[0]?.payload : undefined;
          return row ? <ChartTooltip row={row} series={series} /> : null;
        }}
      />
      {series.map(marks)}
    </ComposedChart>
  );
}

function Plot(props: PlotProps) {
  const [ref, size] = useSize<HTMLDivElement>();
  return <div ref={ref} className={styles.plot}>{size && <Drawing {...props} size={size} />}</div>;
}

export default memo(Plot);
