/** @file The words about how soon a run learnt its task. */
import { formatSeconds, formatShare } from '../format.ts';

export const targetWords = {
  left: (left: string, { share, step }: TargetView) => `${left}, ${formatShare(share)} at step ${step}`,
  reached: ({ share, step, seconds }: TargetView) =>
    `${formatShare(share)} right at step ${step}, after ${formatSeconds(seconds)}`,
  whole: ({ share, step, seconds }: TargetView) =>
    `At step ${step}, after ${formatSeconds(seconds)} of training, ${formatShare(share)} of the training answers of five steps were right for the first time.`,
};

/** The moment a run first reached a share of right answers. */
export interface TargetView {
  readonly share: number;
  readonly step: number;
  /** Seconds of training. */
  readonly seconds: number;
}
