/** @file The view shared by all charts: smoothing, scale, and the unit of the horizontal axis. */

export type AxisKind = 'step' | 'tokens' | 'time';

export interface ChartView {
  /** Weight of the past in the moving average, 0 (off) to 0.99. */
  readonly smoothing: number;
  readonly scale: 'linear' | 'log';
  readonly axis: AxisKind;
}

export const plainView: ChartView = { smoothing: 0, scale: 'linear', axis: 'step' };

/** Another run drawn beside the current one. */
export interface OtherRun<Row> {
  readonly id: string;
  readonly name: string;
  /** A CSS colour. */
  readonly color: string;
  readonly rows: readonly Row[];
}
