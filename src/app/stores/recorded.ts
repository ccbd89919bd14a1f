/** @file A recorded run of the default preset, drawn step by step while there is no live one yet. No part of any run, and never kept. */
import { z } from '../../lib/zod.ts';
import { createStore } from 'zustand/vanilla';
import type { Row } from '../../ui/charts/series.ts';
import type { Library } from './library.ts';
import type { Session } from './session.ts';
import { differsFromPreset } from './settingsStore.ts';

const column = z.array(z.number().nullable()).max(2000);
const share = z.number().min(0).max(1);

export const recordedSchema = z.object({
  format: z.literal('rollout-recorded'),
  version: z.literal(1),
  preset: z.string(),
  seed: z.number().int().min(0),
  date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  codeVersion: z.string(),
  command: z.string(),
  /** By metric, one number a step; null where it was not measured. */
  columns: z.record(z.string(), column),
  evaluations: z.array(z.object({ step: z.number().int().min(0), sampled: share, greedy: share })),
});

export type RecordedRun = z.infer<typeof recordedSchema>;

export interface RecordedState {
  /** Null where nothing recorded is to be drawn. */
  readonly run: Pick<RecordedRun, 'date' | 'seed'> | null;
  /** What is drawn so far. */
  readonly rows: readonly Row[];
  /** False at first, while a run is being opened and drawing would take CPU from it: then one chart alone moves. */
  readonly everywhere: boolean;
}

const nothing: RecordedState = { run: null, rows: [], everywhere: false };

export const recorded = createStore<RecordedState>(() => nothing);

/** The file as rows. Its two evaluations, of the base and of the end, are not among them: a line between the two would claim what nobody measured. */
export function recordedRows({ columns }: RecordedRun): Row[] {
  const steps = Math.max(0, ...Object.values(columns).map(({ length }) => length));
  return Array.from({ length: steps }, (_, index) => {
    const values = Object.entries(columns).flatMap(([name, numbers]) => {
      const value = numbers[index];
      return value === null || value === undefined ? [] : [[name, value] as const];
    });
    return { step: index + 1, values: Object.fromEntries(values), ranges: {} };
  });
}

/** Milliseconds between two drawings, and steps that each adds: the whole in eight seconds. Drawing more often would take from what is loading. */
const PERIOD = 800;
const STEPS = 10;

export interface RecordedHost {
  /** The file, already parsed as JSON; rejects or gives anything where there is none. */
  load(): Promise<unknown>;
  readonly still: boolean;
}

/** Whether this is a first visit: the preset as it is, and no run of one's own, here or kept. */
function isFirst({ run, settings }: Session, library: Library): boolean {
  const { status, runs, unreadable } = library.getState();
  const isPlain = settings.getState().preset === 'default' && !differsFromPreset(settings.getState());
  return isPlain && run.getState().step === 0 && run.getState().rows.length === 0 && status !== 'opening' && runs.length + unreadable.length === 0;
}

/** Who has pressed Train waits for the live run, and drawing another would take CPU from it. */
function isAwaited({ run }: Session): boolean {
  const { armed, status } = run.getState();
  return armed || status === 'running';
}

const mayFill = (session: Session): boolean => session.run.getState().info !== null && !isAwaited(session);

/** Draws the recorded run for as long as there is no other; with reduced motion all of it at once. Never throws. */
export async function playRecorded(session: Session, library: Library, host: RecordedHost): Promise<void> {
  const file = recordedSchema.safeParse(await host.load().catch(() => null));
  if (!file.success || file.data.preset !== 'default') return;
  const rows = recordedRows(file.data);
  // A line needs two points.
  let shown = host.still ? rows.length : STEPS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = () => {
    clearTimeout(timer);
    const { run, everywhere } = recorded.getState();
    if (!isFirst(session, library)) return void (run && recorded.setState(nothing));
    if (run === null && isAwaited(session)) return;
    recorded.setState({ run: file.data, rows: rows.slice(0, shown), everywhere: everywhere || mayFill(session) });
    if (shown >= rows.length) return;
    timer = setTimeout(() => {
      if (isAwaited(session)) return;
      shown = Math.min(rows.length, shown + STEPS);
      draw();
    }, PERIOD);
  };
  const judge = () => {
    const { run, everywhere } = recorded.getState();
    if (isFirst(session, library) !== (run !== null) || (run !== null && !everywhere && mayFill(session))) draw();
  };
  session.run.subscribe(judge);
  session.settings.subscribe(judge);
  library.subscribe(judge);
  draw();
}
