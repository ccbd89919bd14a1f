/** @file The run in hand as plain data, and what each event of the trainer makes of it. */
import { z } from '../../lib/zod.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import type { ExactReport } from '../../rl/exact/readout.ts';
import { failureOf } from '../../rl/run/failure.ts';
import type {
  EvaluationReport,
  RunInfo,
  RunSnapshot,
  Status,
  StepReport,
  TrainerError,
  TrainerEvent,
} from '../../rl/run/trainer.ts';
import type { Row } from '../../ui/charts/series.ts';
import { text } from '../../ui/text.ts';
import type { LoadingView } from '../../ui/types.ts';
import { keptReports, stepRow, withEvaluation, withStep } from './history.ts';

/** The run and step that a fork began from. */
export interface Parent {
  readonly id: string;
  readonly name: string;
  readonly step: number;
}

/** A stretch of steps that is trained again to come back to where the run was. */
export interface Replay {
  /** Step of the checkpoint it begins at. */
  readonly from: number;
  readonly step: number;
  readonly target: number;
  /** Replayed steps whose numbers differ from those that were kept. */
  readonly differing: number;
}

export interface RunState {
  readonly status: Status;
  readonly info: RunInfo | null;
  /** What the run was asked to be, with the knobs as they stand now; `info.config` is what the backend made of it. */
  readonly config: TrainConfig | null;
  /** The configuration of step 0. */
  readonly initial: TrainConfig | null;
  /** The preset that its settings were made from; empty before there is a run. */
  readonly preset: string;
  /**
   * Some setting other than its length was changed after the first step: what it shows is not what its settings alone
   * would.
   */
  readonly adjusted: boolean;
  /** Names the run where runs are kept; another one after every opening and Reset, the same one after going on. */
  readonly key: string;
  readonly parent: Parent | null;
  /** Steps committed in this run. */
  readonly step: number;
  readonly rows: readonly Row[];
  /** The newest reports with their completions, oldest first. */
  readonly reports: readonly StepReport[];
  readonly tokensPerSecond: number | null;
  /** The newest exact read-out, where the task has one. */
  readonly exact: ExactReport | null;
  readonly loading: LoadingView | null;
  readonly error: TrainerError | null;
  /** The last adapter that outlives its worker; a fresh trainer can go on from it. */
  readonly checkpoint: RunSnapshot | null;
  /** Train was pressed while loading. */
  readonly armed: boolean;
  /** While steps that are already known are trained again; afterwards what came of it. */
  readonly replay: Replay | null;
  readonly replaying: boolean;
  /** The trainer is waited for and has said nothing for a while. */
  readonly silent: boolean;
}

export const emptyRun: RunState = {
  status: 'empty',
  info: null,
  config: null,
  initial: null,
  preset: '',
  adjusted: false,
  key: '',
  parent: null,
  step: 0,
  rows: [],
  reports: [],
  tokensPerSecond: null,
  exact: null,
  loading: null,
  error: null,
  checkpoint: null,
  armed: false,
  replay: null,
  replaying: false,
  silent: false,
};

/** What every new run begins with, besides its key. */
export const freshRun = {
  parent: null,
  adjusted: false,
  step: 0,
  rows: [],
  reports: [],
  tokensPerSecond: null,
  exact: null,
  error: null,
  checkpoint: null,
  replay: null,
  replaying: false,
} as const;

const errorShape = z.object({
  code: z.string(),
  message: z.string(),
  kept: z.string(),
  remedy: z.string(),
  details: z.string().exactOptional(),
});

/** Anything thrown, as the data that the page shows. */
export function toTrainerError(cause: unknown): TrainerError {
  const known = errorShape.safeParse(cause);
  return known.success ? known.data : failureOf(cause, text.failure.kept);
}

/**
 * The trainer numbers steps from 0; here the first is 1, so that the number is also how many were committed, and an
 * evaluation of that number came right after it.
 */
const renumbered = (report: StepReport): StepReport => ({ ...report, step: report.step + 1 });

const withReport = (reports: readonly StepReport[], report: StepReport): readonly StepReport[] =>
  [...reports.filter(({ step }) => step !== report.step), report].slice(-keptReports);

/** The state with one more step. */
export function committed(state: RunState, reported: StepReport): Partial<RunState> {
  const report = renumbered(reported);
  return {
    step: report.step,
    rows: withStep(state.rows, report),
    reports: withReport(state.reports, report),
    tokensPerSecond: report.tokensPerSecond,
  };
}

/** Numbers that say how long something took differ from one time to the next. */
const isTime = (name: string): boolean => name === 'step_time' || name.startsWith('time/');

/** Whether two rows of a step hold the same numbers, times apart, as far as `again` has them. */
export function sameNumbers(kept: Row, again: Row): boolean {
  return Object.entries(again.values).every(([name, value]) => isTime(name) || kept.values[name] === value);
}

/**
 * The state after a step that was trained again: its completions come back, and its row is compared with the one that
 * was kept.
 */
function replayed(state: RunState, reported: StepReport): Partial<RunState> {
  const { replay } = state;
  if (!replay) return {};
  const report = renumbered(reported);
  const kept = state.rows.find(({ step }) => step === report.step);
  const same = kept !== undefined && sameNumbers(kept, stepRow(report));
  return {
    step: report.step,
    reports: withReport(state.reports, report),
    rows: same ? state.rows : withStep(state.rows, report),
    replay: { ...replay, step: report.step, differing: replay.differing + Number(!same) },
  };
}

const exactOf = ({ exact }: EvaluationReport): Partial<RunState> => (exact ? { exact } : {});

/**
 * What an event means while known steps are trained again: how it goes is told by `replay`, and known evaluations
 * stand.
 */
function reduceReplay(state: RunState, event: TrainerEvent): Partial<RunState> | null {
  if (event.type === 'step') return replayed(state, event.report);
  if (event.type === 'status') return {};
  return event.type === 'evaluation' &&
    state.rows.some(({ step, values }) => step === event.report.step && 'eval/sampled' in values)
    ? exactOf(event.report)
    : null;
}

/** The state after an event of the trainer. */
export function reduce(state: RunState, event: TrainerEvent): Partial<RunState> {
  const known = state.replaying ? reduceReplay(state, event) : null;
  if (known) return known;
  switch (event.type) {
    case 'status':
      // A failure carries a sentence; a bare status that comes after it must not hide the sentence.
      return state.error && event.status !== 'failed' && event.status !== 'loading' ? {} : { status: event.status };
    case 'loading':
      return { loading: { label: event.label, loadedBytes: event.loadedBytes, totalBytes: event.totalBytes } };
    case 'step':
      return committed(state, event.report);
    case 'evaluation':
      return { rows: withEvaluation(state.rows, event.report), ...exactOf(event.report) };
    case 'checkpoint':
      return { checkpoint: event.snapshot };
    case 'error':
      return { status: 'failed', error: event.error, loading: null, armed: false, replaying: false };
  }
}
