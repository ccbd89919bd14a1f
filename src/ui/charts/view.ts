/** @file How all charts are looked at: smoothing, scale, what the horizontal axis counts. */

export type AxisKind = 'step' | 'tokens' | 'time';

export interface ChartView {
  /** Weight of the past in the moving average, 0 (off) to 0.99. */
  readonly smoothing: number;
  readonly scale: 'linear' | 'log';
  readonly axis: AxisKind;
}

export const plainView: ChartView = { smoothing: 0, scale: 'linear', axis: 'step' };

/** Another run drawn beside the one in hand. */
export interface OtherRun<Row> {
  readonly id: string;
  readonly name: string;
  /** A CSS colour. */
  readonly color: string;
  readonly rows: readonly Row[];
}
