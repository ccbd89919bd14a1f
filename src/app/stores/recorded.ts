/**
 * @file A recorded run of the preset, drawn step by step until there is a live one, which then takes its place step by
 * step. No part of any run, and never kept.
 */
import { z } from '../../lib/zod.ts';
import { presets } from '../../rl/config/config.ts';
import { createStore } from 'zustand/vanilla';
import type { Row } from '../../ui/charts/series.ts';
import type { Library } from './library.ts';
import type { Session } from './session.ts';
import { differsFromPreset, isSameConfig } from './settingsStore.ts';

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
  readonly rows: readonly Row[];
  /** Steps that are drawn so far. */
  readonly shown: number;
  /** False at first, while a run is being opened and drawing would take CPU from it: then one chart alone moves. */
  readonly everywhere: boolean;
}

const nothing: RecordedState = { run: null, rows: [], shown: 0, everywhere: false };

export const recorded = createStore<RecordedState>(() => nothing);

/**
 * The file as rows. Its two evaluations, of the base and of the end, are not among them: a line between the two would
 * claim what nobody measured.
 */
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

/**
 * Milliseconds between two drawings, and into how many the whole is divided: eight seconds. Drawing more often would
 * take from what is loading.
 */
const PERIOD = 800;
const DRAWINGS = 10;

export interface RecordedHost {
  /** The file of a preset, already parsed as JSON; rejects or gives anything where there is none. */
  load(preset: string): Promise<unknown>;
  readonly still: boolean;
  /** This tab comes back to a run of its own. */
  readonly returning: boolean;
}

/** What is recorded of a preset. */
interface Tape {
  readonly file: RecordedRun;
  readonly rows: readonly Row[];
}

async function tapeOf(host: RecordedHost, preset: string): Promise<Tape | null> {
  const file = recordedSchema.safeParse(await host.load(preset).catch(() => null));
  return file.success && file.data.preset === preset ? { file: file.data, rows: recordedRows(file.data) } : null;
}

/** Who has pressed Train waits for the live run, and drawing another would take CPU from it. */
function isAwaited({ run }: Session): boolean {
  const { armed, status } = run.getState();
  return armed || status === 'running';
}

/** The preset whose settings are as they are, with no other run drawn; null where it is none. */
function plainPreset({ run, settings }: Session, library: Library): string | null {
  const { config } = run.getState();
  const chosen = settings.getState();
  const isPlain =
    library.getState().shown.length === 0 &&
    presets.some(({ id }) => id === chosen.preset) &&
    !differsFromPreset(chosen);
  return isPlain && (config === null || isSameConfig(config, chosen.config)) ? chosen.preset : null;
}

/**
 * Draws the recorded run of a preset for as long as there is none of one's own; what a live one has passed gives way to
 * it.
 */
class Player {
  private readonly tapes = new Map<string, Promise<Tape | null>>();
  private preset: string | null = null;
  private tape: Tape | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Presets of which one's own run was seen on this page: theirs has given way for good. */
  private readonly past = new Set<string>();

  constructor(
    private readonly session: Session,
    private readonly library: Library,
    private readonly host: RecordedHost,
  ) {
    if (host.returning) this.past.add(session.settings.getState().preset);
  }

  private get step(): number {
    return this.session.run.getState().step;
  }

  /** What should be drawn, after whatever happened. Never rejects. */
  async judge(): Promise<void> {
    const plain = plainPreset(this.session, this.library);
    // A run that was begun without one goes on without one.
    const mayDraw =
      this.step === 0
        ? plain !== null && !this.past.has(plain)
        : this.tape !== null && this.step < this.tape.rows.length && recorded.getState().run !== null;
    const preset = mayDraw ? plain : null;
    if (this.step > 0) this.past.add(this.session.run.getState().preset);
    if (preset !== this.preset) return this.change(preset);
    const { run, everywhere } = recorded.getState();
    if (this.tape && (run === null || (!everywhere && this.mayFill()))) this.draw();
  }

  private async change(preset: string | null): Promise<void> {
    clearTimeout(this.timer);
    [this.preset, this.tape] = [preset, null];
    if (recorded.getState().run) recorded.setState(nothing);
    if (preset === null) return;
    const loading = this.tapes.get(preset) ?? tapeOf(this.host, preset);
    this.tapes.set(preset, loading);
    const tape = await loading;
    // The settings may be others by now, and a run may have begun.
    if (this.preset !== preset || this.step > 0) return;
    this.tape = tape;
    await this.judge();
  }

  /** Whether nothing is loading, so that drawing takes no CPU from it. */
  private mayFill(): boolean {
    const { run } = this.session;
    return this.step > 0 || (run.getState().info !== null && !isAwaited(this.session));
  }

  private draw(): void {
    clearTimeout(this.timer);
    const { tape } = this;
    const { run, shown: before, everywhere } = recorded.getState();
    if (!tape || (run === null && isAwaited(this.session))) return;
    const all = tape.rows.length;
    const part = Math.ceil(all / DRAWINGS);
    // A line needs two points.
    const shown = this.host.still ? all : Math.max(part, before);
    recorded.setState({ run: tape.file, rows: tape.rows, shown, everywhere: everywhere || this.mayFill() });
    if (shown >= all || this.step > 0) return;
    this.timer = setTimeout(() => {
      // Once a live run comes nothing else moves.
      if (isAwaited(this.session) || this.step > 0) return;
      recorded.setState({ shown: Math.min(all, shown + part) });
      this.draw();
    }, PERIOD);
  }
}

/**
 * Draws recorded runs from now on; with reduced motion all of one at once. Resolves when the first, if there is any, is
 * there; never rejects.
 */
export async function playRecorded(session: Session, library: Library, host: RecordedHost): Promise<void> {
  const player = new Player(session, library, host);
  const judge = () => void player.judge();
  session.run.subscribe(judge);
  session.settings.subscribe(judge);
  library.subscribe(judge);
  await player.judge();
}
