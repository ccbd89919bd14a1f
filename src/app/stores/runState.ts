/** @file The current run as plain data, and its changes by events of the trainer. */
import { z } from '../../lib/zod.ts';
import type { LiveChanges, TrainConfig } from '../../rl/config/config.ts';
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

/** The run and step from which this one was forked. */
export interface Parent {
  readonly id: string;
  readonly name: string;
  readonly step: number;
}

/** Steps that are trained again to return to where the run was. */
export interface Replay {
  /** Step of the snapshot where it begins. */
  readonly from: number;
  readonly step: number;
  readonly target: number;
  /** Replayed steps whose numbers differ from the kept ones. */
  readonly differing: number;
}

export interface RunState {
  readonly status: Status;
  readonly info: RunInfo | null;
  /** The requested configuration with the current live settings; `info.config` is the one that the backend uses. */
  readonly config: TrainConfig | null;
  /** The configuration of step 0. */
  readonly initial: TrainConfig | null;
  /** The preset of its settings; empty before there is a run. */
  readonly preset: string;
  /**
   * A setting other than the length was changed after the first step, so that the settings alone do not reproduce the
   * run.
   */
  readonly adjusted: boolean;
  /** Id of the run in the library: new after every opening and Reset, the same when a run continues. */
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
  /** The newest snapshot; it survives its worker, so that a fresh trainer can continue from it. */
  readonly checkpoint: RunSnapshot | null;
  /** Train was pressed while loading. */
  readonly armed: boolean;
  /** Completions of a difficulty profile so far; null before the first. */
  readonly profiling: { readonly done: number; readonly total: number } | null;
  /** Progress of a replay, and afterwards its outcome. */
  readonly replay: Replay | null;
  readonly replaying: boolean;
  /** The trainer is awaited and has sent no event for `HINT` seconds. */
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
  profiling: null,
  replay: null,
  replaying: false,
  silent: false,
};

/** A run whose trainer is asked for: nothing of the run before it may be read as its own. */
export const openingRun = { status: 'loading', info: null, loading: null, error: null } as const;

/** Initial values of every new run, without its key. */
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

/** Anything thrown, as an error that the page can show. */
export function toTrainerError(cause: unknown): TrainerError {
  const known = errorShape.safeParse(cause);
  return known.success ? known.data : failureOf(cause, text.failure.kept);
}

/**
 * Numbers steps from 1. The trainer numbers them from 0; from 1, the number is also the count of committed steps, and
 * an evaluation with the same number followed that step.
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

/**
 * The state after live settings changed. A new length can finish a paused run or reopen a finished one. `isLater`: the
 * change came after the first step.
 */
export function withAdjustment(state: RunState, changes: LiveChanges, isLater: boolean): Partial<RunState> {
  const { status, step, adjusted } = state;
  const config = state.config && { ...state.config, ...changes };
  const isStill = config !== null && step > 0 && (status === 'finished' || status === 'paused');
  return {
    config,
    adjusted: adjusted || isLater,
    ...(isStill ? { status: step >= config.maxSteps ? 'finished' : 'paused' } : {}),
  };
}

/** Timings differ between repetitions of a step. */
const isTime = (name: string): boolean => name === 'step_time' || name.startsWith('time/');

/** Whether two rows of a step hold the same numbers, timings excepted; metrics that `again` lacks are ignored. */
function sameNumbers(kept: Row, again: Row): boolean {
  return Object.entries(again.values).every(([name, value]) => isTime(name) || kept.values[name] === value);
}

/** The state after a replayed step: its completions return, and its row is compared with the kept one. */
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
 * The change by an event during a replay, null for events that mean the same as ever. `replay` shows the progress, so
 * the status stays; known evaluations stay.
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
      // An error came with a sentence; a bare status after it must not hide that.
      return state.error && event.status !== 'failed' && event.status !== 'loading' ? {} : { status: event.status };
    case 'loading':
      return { loading: { label: event.label, loadedBytes: event.loadedBytes, totalBytes: event.totalBytes } };
    case 'step':
      return committed(state, event.report);
    case 'evaluation':
      return { rows: withEvaluation(state.rows, event.report), ...exactOf(event.report) };
    case 'profile':
      return { profiling: event };
    case 'checkpoint':
      return { checkpoint: event.snapshot };
    case 'error':
      return { status: 'failed', error: event.error, loading: null, armed: false, replaying: false };
  }
}
