/** @file The words about how soon a run learnt its task, and of the time bar. */
import { formatBytes, formatCount, formatSeconds, formatShare } from '../format.ts';

export const targetWords = {
  left: (left: string, { share, step }: TargetView) => `${left}, ${formatShare(share)} at step ${step}`,
  reached: ({ share, step, seconds }: TargetView) =>
    `${formatShare(share)} right at step ${step} (${formatSeconds(seconds)})`,
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
  /** Bytes of the model, of which rebuilding takes a second copy. */
  readonly bytes: number;
  readonly isTraining: boolean;
}

const start = (from: number): string => (from === 0 ? 'the start' : `checkpoint ${formatCount(from)}`);

function rebuilt({ step, replay, state, error, bytes }: ViewedView): string {
  const at = `tep ${formatCount(step ?? 0)}`;
  if (state === 'loading') return `Rebuilding s${at}: loading a second copy of the model, ${formatBytes(bytes)}`;
  if (state === 'failed') return `S${at} was not rebuilt: ${(error ?? '').replace(/\.$/, '')}`;
  if (step === 0) return 'Before training: the base';
  if (state === 'moving' || !replay) return state === 'moving' ? `S${at}` : `Rebuilding s${at}`;
  const count = replay.target - replay.from;
  if (state === 'rebuilding')
    return `Rebuilding s${at} from ${start(replay.from)}: ${replay.step - replay.from} of ${count} steps`;
  const found =
    replay.differing === 0 ? 'equal to the record' : `${replay.differing} of ${count} steps unlike the record`;
  return `S${at}, rebuilt from ${start(replay.from)}, ${found}`;
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
