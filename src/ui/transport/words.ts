/** @file The words about how soon a run learnt its task, and of the time bar. */
import { formatCount, formatSeconds, formatShare } from '../format.ts';

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

/** The step that the page shows, and how far its rebuilding is. */
export interface ViewedView {
  /** Null follows the run. */
  readonly step: number | null;
  /** Steps of the run. */
  readonly newest: number;
  readonly state: 'live' | 'moving' | 'loading' | 'rebuilding' | 'standing' | 'failed';
  /** Steps trained again: from a checkpoint (0 is the start) to the viewed step. */
  readonly replay: {
    readonly from: number;
    readonly step: number;
    readonly target: number;
    /** Steps whose numbers differ from the recorded ones. */
    readonly differing: number;
  } | null;
  readonly error: string | null;
  readonly isTraining: boolean;
}

const start = (from: number): string => (from === 0 ? 'the start' : `the checkpoint at ${formatCount(from)}`);

function rebuilt({ step, replay, state, error }: ViewedView): string {
  const at = `step ${formatCount(step ?? 0)}`;
  if (state === 'loading') return `Rebuilding ${at}: loading a second copy of the model`;
  if (state === 'failed') return `No rebuilding of ${at}: ${(error ?? '').replace(/\.$/, '')}`;
  if (state === 'rebuilding' && replay)
    return `Rebuilding ${at} from ${start(replay.from)}: ${replay.step - replay.from} of ${replay.target - replay.from} steps`;
  if (state !== 'standing') return `S${at.slice(1)}`;
  if (!replay) return 'Before training: the base model';
  const count = replay.target - replay.from;
  const found =
    replay.differing === 0
      ? 'equal to the recorded numbers'
      : `${replay.differing} of ${count} steps differ from the recorded numbers`;
  return `S${at.slice(1)}, rebuilt from ${start(replay.from)}: ${found}`;
}

export const stepBarWords = {
  name: 'Time bar',
  slider: 'Step that the page shows',
  hint: 'Drag to any step, or use the arrow keys, Home and End; Escape shows the run again. Marks are checkpoints.',
  live: 'Live',
  liveHint: 'Show the run again (Escape)',
  value: (step: number | null, newest: number) =>
    step === null ? `live, step ${formatCount(newest)}` : `step ${formatCount(step)} of ${formatCount(newest)}`,
  said: (view: ViewedView) => {
    if (view.state !== 'live')
      return `${rebuilt(view)}.${view.isTraining ? ` Training goes on: step ${formatCount(view.newest)}.` : ''}`;
    return view.newest === 0
      ? 'Live. After a step this bar goes back to any step.'
      : `Live: step ${formatCount(view.newest)}.`;
  },
};
