/** @file Controls of all charts: smoothing, scale and horizontal axis, on one line above them. */
import { SegmentedControl } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { text } from '../text.ts';
import type { ChartView } from './view.ts';
import styles from './Chart.module.css';

const words = text.charts;
const scales = [
  { value: 'linear' as const, label: words.linear },
  { value: 'log' as const, label: words.log },
];
const axes = (['step', 'tokens', 'time'] as const).map((value) => ({ value, label: words.axes[value] }));

export function ChartControls({
  view,
  onChange,
  children,
}: {
  readonly view: ChartView;
  readonly onChange: (view: ChartView) => void;
  readonly children?: ReactNode;
}) {
  const id = useId();
  return (
    <div className={styles.controls} role="group" aria-label={words.controls}>
      <label htmlFor={id}>{words.smoothing}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={0.98}
        step={0.02}
        value={view.smoothing}
        data-testid="smoothing"
        onChange={(event) => onChange({ ...view, smoothing: Number(event.currentTarget.value) })}
      />
      <output htmlFor={id}>{view.smoothing === 0 ? words.off : view.smoothing.toFixed(2)}</output>
      <span className={styles.push}>{children}</span>
      <SegmentedControl
        size="xs"
        aria-label={words.scale}
        data={scales}
        value={view.scale}
        data-testid="scale"
        onChange={(scale) => onChange({ ...view, scale })}
      />
      <span>{words.over}</span>
      <SegmentedControl
        size="xs"
        aria-label={words.axis}
        data={axes}
        value={view.axis}
        data-testid="axis"
        onChange={(axis) => onChange({ ...view, axis })}
      />
    </div>
  );
}
