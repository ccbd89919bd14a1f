/**
 * @file The drawing inside a chart's frame: recharts for axes and the current run, plain paths behind it; loaded on
 * first use.
 */
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Curve,
  ErrorBar,
  Line,
  type LineDrawShapeProps,
  XAxis,
  YAxis,
} from 'recharts';
import { memo, useMemo } from 'react';
import type { Elements } from '../elements.ts';
import { formatCompact, formatSeconds } from '../format.ts';
import type { ArmRuns } from './arms.ts';
import { armTraces } from './armTraces.ts';
import { extent, logAxis, spanOf, stepAxis, valueAxis, type Axis } from './axis.ts';
import { Crosshair } from './Crosshair.tsx';
import { frameOf } from './frame.ts';
import { onAxis, partOf, recordedTraces, type Recording } from './recordedTraces.ts';
import { isSmoothed, lastPosition, prepare, traceOf, type DrawnRow } from './prepare.ts';
import { compared, type Row, type Series } from './series.ts';
import { Traces, type ColoredTrace } from './Traces.tsx';
import { useSize, type Size } from './useVisible.ts';
import type { AxisKind, ChartView, OtherRun } from './view.ts';
import styles from './Chart.module.css';

export interface PlotProps {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly series: readonly Series[];
  /** The vertical axis includes at least this range. */
  readonly floor: readonly [number, number];
  readonly view: ChartView;
  readonly others: readonly OtherRun<Row>[];
  /** Arms of a comparison, drawn behind everything else. */
  readonly arms: readonly ArmRuns[];
  readonly recording: Recording | null;
}

const PIXELS_PER_TICK = 60;
const tick = { fill: 'var(--ink-soft)', fontSize: 'var(--tick)' };
const still = { isAnimationActive: false, activeDot: false, connectNulls: true, type: 'linear' } as const;

function whiskers(row: Row, series: Series): [number, number] | undefined {
  const value = row.values[series.key];
  const range = series.range ? row.ranges[series.range] : undefined;
  return value === undefined || !range ? undefined : [value - range[0], range[1] - value];
}

/**
 * Drops `pathRef`: recharts measures the path's length for an animation we do not use, which forces a layout per path.
 */
function StillCurve({ pathRef: _unmeasured, ...curve }: LineDrawShapeProps) {
  return <Curve {...curve} />;
}

function band(series: Series, range: string) {
  return (
    <Area
      {...still}
      key={`${series.key} range`}
      dataKey={(row: Row) => row.ranges[range]}
      stroke="none"
      fill={series.color}
      fillOpacity={0.16}
    />
  );
}

/** A line of one point is invisible without a dot. */
const isAlone = (rows: readonly Row[], { key }: Series): boolean =>
  rows.filter(({ values }) => key in values).length === 1;

function line(series: Series, isFirst: boolean, rows: readonly Row[]) {
  const isPoints = series.draw === 'points';
  return (
    <Line
      {...still}
      shape={StillCurve}
      key={`${series.key} line`}
      dataKey={(row: Row) => row.values[series.key]}
      connectNulls={series.sparse ?? false}
      stroke={series.color}
      strokeWidth={series.draw !== 'line' ? 1.25 : isFirst ? 2 : 1.75}
      {...(series.draw === 'dashed' ? { strokeDasharray: '4 3' } : {})}
      dot={isPoints || isAlone(rows, series) ? { r: 2.5, fill: series.color, strokeWidth: 0 } : false}
    >
      {isPoints && series.range ? (
        <ErrorBar
          dataKey={(row: Row) => whiskers(row, series) ?? 0}
          width={3}
          strokeWidth={1}
          stroke={series.color}
          isAnimationActive={false}
        />
      ) : null}
    </Line>
  );
}

/** One row for an empty chart: recharts draws no ticks without rows. */
const blank: DrawnRow[] = [{ step: 0, x: 0, values: {}, ranges: {} }];

/** An invisible line for a series already drawn among the arms, so that the axis includes its numbers. */
function unseen(series: Series): Elements {
  return (
    <Line
      {...still}
      key={`${series.key} line`}
      dataKey={(row: Row) => row.values[series.key]}
      stroke="none"
      fillOpacity={0}
      dot={false}
    />
  );
}

/** Elements of one series in painting order. Recharts inspects them as children, so this is not a component. */
function marks(series: Series, index: number, rows: readonly Row[]): Elements {
  if (series.draw === 'share') {
    return (
      <Area
        {...still}
        key={series.key}
        dataKey={(row: Row) => row.values[series.key]}
        stackId="share"
        stroke="none"
        fill={series.color}
        fillOpacity={0.28}
      />
    );
  }
  return series.range && series.draw !== 'points'
    ? [band(series, series.range), line(series, index === 0, rows)]
    : line(series, index === 0, rows);
}

function labelOf({ decimals }: Axis, isShare: boolean, isLog: boolean): (value: number) => string {
  if (isShare) return (value) => `${(value * 100).toFixed(Math.max(0, decimals - 2))}\u202f%`;
  const plain = (value: number) =>
    decimals <= 4 && !isLog
      ? value.toFixed(decimals)
      : value >= 0.001 && value < 1e4
        ? String(value)
        : value.toExponential(0);
  return (value) => (value === 0 ? '0' : plain(value).replaceAll('-', '\u2212'));
}

const positionLabel: Record<AxisKind, (value: number) => string> = {
  step: String,
  tokens: formatCompact,
  time: (seconds) => (seconds === 0 ? '0' : formatSeconds(seconds)),
};

function useDrawn(
  rows: readonly Row[],
  series: readonly Series[],
  view: ChartView,
  span: number,
  pixels: number,
): readonly DrawnRow[] {
  return useMemo(() => prepare(rows, series, view, span, pixels), [rows, series, view, span, pixels]);
}

const none: Recording = { rows: [], after: 0, until: 0 };

/** Arms, other runs, and with smoothing on the raw numbers of the current run. */
function useTraces(
  { rows, series, view, others, arms }: PlotProps,
  span: number,
  pixels: number,
): readonly ColoredTrace[] {
  const beside = useMemo(
    () =>
      others.flatMap(({ id, color, rows: theirs }) =>
        compared(series).map((one): ColoredTrace => ({
          id: `${id} ${one.key}`,
          color,
          width: one.draw === 'points' ? 1 : 1.5,
          opacity: 1,
          dots: one.draw === 'points',
          ...traceOf(theirs, one.key, view, span, pixels, isSmoothed(one) ? view.smoothing : 0),
        })),
      ),
    [others, series, view, span, pixels],
  );
  const ofArms = useMemo(
    () => arms.flatMap((arm) => armTraces(arm, series, view, span, pixels)),
    [arms, series, view, span, pixels],
  );
  return useMemo(() => {
    const raw = view.smoothing === 0 ? [] : series.filter((one) => isSmoothed(one) && !one.drawn);
    const behind = raw.map((one): ColoredTrace => ({
      id: one.key,
      color: one.color,
      width: 1,
      opacity: 0.3,
      dots: false,
      ...traceOf(rows, one.key, view, span, pixels, 0),
    }));
    // Without smoothing the list stays the same object, so other runs are not redrawn with every step.
    if (behind.length + ofArms.length === 0) return beside;
    return behind.length + beside.length === 0 ? ofArms : [...ofArms, ...behind, ...beside];
  }, [ofArms, beside, rows, series, view, span, pixels]);
}

/** All lines of a recording, for the axis, and the drawn part. */
function useRecording(
  { recording, series, view }: PlotProps,
  span: number,
  pixels: number,
): readonly [whole: readonly ColoredTrace[], drawn: readonly ColoredTrace[]] {
  const { rows, after, until } = recording ?? none;
  const whole = useMemo(() => recordedTraces(rows, series, view, span, pixels), [rows, series, view, span, pixels]);
  return [whole, useMemo(() => partOf(whole, after, until), [whole, after, until])];
}

function useValueAxis(
  rows: readonly DrawnRow[],
  traces: readonly ColoredTrace[],
  { series, floor }: PlotProps,
  isLog: boolean,
  height: number,
): Axis {
  return useMemo(() => {
    const count = height > 176 ? 4 : 3;
    const range = extent(rows, series, traces, isLog ? null : floor);
    if (isLog) return range ? logAxis(...range, count) : logAxis(0.1, 1, count);
    return valueAxis(...(range ?? floor), count);
  }, [rows, traces, series, floor, isLog, height]);
}

function Drawing(props: PlotProps & { readonly size: Size }) {
  const { title, rows, series, view, others, arms, size } = props;
  const recording = onAxis(props.recording, view);
  const isStacked = series.some(({ draw }) => draw === 'share');
  const isLog = view.scale === 'log' && !isStacked;
  const shown = useMemo<ChartView>(() => ({ ...view, scale: isLog ? 'log' : 'linear' }), [view, isLog]);
  const frame = useMemo(() => frameOf(size), [size]);
  const { width: pixels } = frame;
  const last = lastPosition(
    [rows, recording?.rows ?? none.rows, ...others.map((other) => other.rows), ...arms.flatMap((arm) => arm.runs)],
    view.axis,
  );
  const steps = stepAxis(last, Math.max(2, Math.floor(size.width / PIXELS_PER_TICK)));
  const span = spanOf(last);
  const drawn = useDrawn(rows, series, shown, span, pixels);
  const traces = useTraces({ ...props, view: shown }, span, pixels);
  const [held, ahead] = useRecording({ ...props, recording, view: shown }, span, pixels);
  const values = useValueAxis(
    drawn,
    useMemo(() => [...traces, ...held], [traces, held]),
    props,
    isLog,
    size.height,
  );
  const isShare = series.every((s) => s.unit === 'share');
  return (
    <>
      <ComposedChart
        width={size.width}
        height={size.height}
        data={drawn.length > 0 ? [...drawn] : blank}
        accessibilityLayer={false}
        data-drawn={drawn.length}
        margin={{ top: frame.top, right: frame.right, bottom: 0, left: 0 }}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" strokeWidth={1} />
        <XAxis
          dataKey="x"
          type="number"
          domain={[...steps.domain]}
          ticks={steps.ticks}
          tick={tick}
          tickLine={false}
          interval={0}
          axisLine={{ stroke: 'var(--line-strong)' }}
          height={frame.axisHeight}
          tickFormatter={positionLabel[view.axis]}
        />
        <YAxis
          type="number"
          scale={isLog ? 'log' : 'linear'}
          domain={[...values.domain]}
          ticks={values.ticks}
          tick={tick}
          tickLine={false}
          axisLine={false}
          interval={0}
          width={frame.left}
          tickFormatter={labelOf(values, isShare, isLog)}
          allowDataOverflow={isLog || drawn.length === 0}
        />
        <g className={styles.recorded} data-ahead={recording !== null}>
          <Traces
            traces={ahead}
            frame={frame}
            span={span}
            low={values.domain[0]}
            high={values.domain[1]}
            isLog={isLog}
          />
        </g>
        <Traces
          traces={traces}
          frame={frame}
          span={span}
          low={values.domain[0]}
          high={values.domain[1]}
          isLog={isLog}
        />
        {series.map((one, index) => (one.drawn ? unseen(one) : marks(one, index, drawn)))}
      </ComposedChart>
      <Crosshair
        title={title}
        rows={rows}
        series={series}
        others={others}
        arms={arms}
        axis={view.axis}
        frame={frame}
        span={span}
      />
    </>
  );
}

export const Plot = memo(function Plot(props: PlotProps) {
  const [ref, size] = useSize<HTMLDivElement>();
  return (
    <div ref={ref} className={styles.plot} translate="no">
      {size && <Drawing {...props} size={size} />}
    </div>
  );
});
