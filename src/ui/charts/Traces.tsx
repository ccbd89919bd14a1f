/** @file Lines behind the run in hand, one path each: five more runs cost less to draw than one by recharts. */
import { memo } from 'react';
import { toPixels, type Frame } from './frame.ts';
import type { Trace } from './prepare.ts';

export interface ColoredTrace extends Trace {
  readonly id: string;
  readonly color: string;
  /** CSS pixels. */
  readonly width: number;
  readonly opacity: number;
  /** Marks every point, for what is measured now and then. */
  readonly dots: boolean;
}

export interface TracesProps {
  readonly traces: readonly ColoredTrace[];
  readonly frame: Frame;
  readonly span: number;
  /** Ends of the vertical axis; numbers, so that a new axis that is the same draws nothing anew. */
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
}

/** Pixels from the top for a value, kept inside the area. */
function heights({ frame, low: bottom, high: top, isLog }: TracesProps): (value: number) => number {
  const scale = isLog ? Math.log10 : (value: number) => value;
  const [low, high] = [scale(bottom), scale(top)];
  return (value) => frame.top + frame.height * (1 - Math.max(0, Math.min(1, (scale(value) - low) / (high - low))));
}

export const Traces = memo(function Traces(props: TracesProps) {
  const { traces, frame, span } = props;
  const top = heights(props);
  return (
    <g>
      {traces.map(({ id, color, width, opacity, dots, xs, ys }) => {
        const points = xs.map((x, index) => `${toPixels(frame, span, x).toFixed(1)} ${top(ys[index] ?? 0).toFixed(1)}`);
        if (points.length === 0) return null;
        return (
          <g key={id} data-trace={id} data-count={points.length} opacity={opacity}>
            <path d={`M${points.join('L')}`} fill="none" stroke={color} strokeWidth={width} strokeLinejoin="round" />
            {dots && <path d={points.map((point) => `M${point}h0`).join('')} fill="none" stroke={color} strokeWidth={4.5} strokeLinecap="round" />}
          </g>
        );
      })}
    </g>
  );
});
