/** @file Lines behind the current run, one path each: five more runs cost less than one drawn by recharts. */
import { memo } from 'react';
import { toPixels, type Frame } from './frame.ts';
import type { Spread, Trace } from './prepare.ts';

export interface ColoredTrace extends Trace {
  readonly id: string;
  readonly color: string;
  /** CSS pixels. */
  readonly width: number;
  readonly opacity: number;
  /** Marks every point, for values measured now and then. */
  readonly dots: boolean;
  readonly dashed?: boolean;
  /** Confidence interval, drawn behind the line. */
  readonly spread?: Spread;
}

export interface TracesProps {
  readonly traces: readonly ColoredTrace[];
  readonly frame: Frame;
  readonly span: number;
  /** Ends of the vertical axis, as numbers, so that an equal axis causes no redraw. */
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
}

/** Pixels from the top for a value, clamped to the area. */
function heights({ frame, low: bottom, high: top, isLog }: TracesProps): (value: number) => number {
  const scale = isLog ? Math.log10 : (value: number) => value;
  const [low, high] = [scale(bottom), scale(top)];
  // Values without a logarithm go below the axis.
  return (value) =>
    frame.top +
    frame.height * (isLog && value <= 0 ? 1 : 1 - Math.max(0, Math.min(1, (scale(value) - low) / (high - low))));
}

/** A closed band, or a whisker at each position. */
function spreadPath(
  { kind, xs, lows, highs }: Spread,
  left: (x: number) => number,
  top: (value: number) => number,
): string {
  const point = (x: number, value: number | undefined) => `${left(x).toFixed(1)} ${top(value ?? 0).toFixed(1)}`;
  if (kind === 'whiskers') return xs.map((x, index) => `M${point(x, lows[index])}L${point(x, highs[index])}`).join('');
  const back = xs.map((x, index) => point(x, lows[index])).toReversed();
  return `M${[...xs.map((x, index) => point(x, highs[index])), ...back].join('L')}Z`;
}

export const Traces = memo(function Traces(props: TracesProps) {
  const { traces, frame, span } = props;
  const top = heights(props);
  const left = (x: number) => toPixels(frame, span, x);
  return (
    <g>
      {traces.map(
        ({ id, color, spread }) =>
          spread &&
          spread.xs.length > 0 && (
            <path
              key={`${id} spread`}
              data-spread={id}
              d={spreadPath(spread, left, top)}
              {...(spread.kind === 'band'
                ? { fill: color, fillOpacity: 0.16, stroke: 'none' }
                : { fill: 'none', stroke: color, strokeWidth: 1, opacity: 0.6 })}
            />
          ),
      )}
      {traces.map(({ id, color, width, opacity, dots, dashed, xs, ys }) => {
        const points = xs.map((x, index) => `${left(x).toFixed(1)} ${top(ys[index] ?? 0).toFixed(1)}`);
        if (points.length === 0) return null;
        return (
          <g key={id} data-trace={id} data-count={points.length} opacity={opacity}>
            <path
              d={`M${points.join('L')}`}
              fill="none"
              stroke={color}
              strokeWidth={width}
              strokeLinejoin="round"
              {...(dashed ? { strokeDasharray: '4 3' } : {})}
            />
            {(dots || points.length === 1) && (
              <path
                d={points.map((point) => `M${point}h0`).join('')}
                fill="none"
                stroke={color}
                strokeWidth={4.5}
                strokeLinecap="round"
              />
            )}
          </g>
        );
      })}
    </g>
  );
});
