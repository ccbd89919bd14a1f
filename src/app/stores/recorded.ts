/**
 * @file A recorded run of the preset, drawn step by step until a live run replaces it step by step. It is part of no
 * run and is never kept.
 */
import type { ReadableStore } from '../../lib/readableStore.ts';
import { z } from '../../lib/zod.ts';
import { presets } from '../../rl/config/presets.ts';
import { createStore } from 'zustand/vanilla';
import type { Row } from '../../ui/charts/series.ts';
import type { Library } from './library.ts';
import type { Session } from './session.ts';
import { type RecordedScene, sceneSchema } from './recordedScene.ts';
import { differsFromPreset, sameConfig } from './configChanges.ts';

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
  /** By metric, one number per step; null where it was not measured. */
  columns: z.record(z.string(), column),
  evaluations: z.array(z.object({ step: z.number().int().min(0), sampled: share, greedy: share })),
  /** Pictures, in newer files. */
  scene: sceneSchema.exactOptional(),
});

export type RecordedRun = z.infer<typeof recordedSchema>;

export interface RecordedState {
  /** Null while no recorded run is drawn. */
  readonly run: Pick<RecordedRun, 'date' | 'seed'> | null;
  readonly rows: readonly Row[];
  /** Pictures to show where the live run has none yet. */
  readonly scene: RecordedScene | null;
  /** Number of steps drawn so far. */
  readonly shown: number;
  /** False while a run is being opened: drawing would take CPU from it, so only the first chart moves. */
  readonly everywhere: boolean;
}

const nothing: RecordedState = { run: null, rows: [], scene: null, shown: 0, everywhere: false };

const store = createStore<RecordedState>(() => nothing);

export const recorded: ReadableStore<RecordedState> = store;

/**
 * Rows of the file, without its two evaluations (base and end): a line between the two would suggest values that were
 * not measured.
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
 * Milliseconds between two drawings, and the number of drawings: eight seconds in all. More frequent drawing would slow
 * the loading of the run.
 */
const PERIOD = 800;
const DRAWINGS = 10;

export interface RecordedHost {
  /** The file of a preset, parsed as JSON; rejects or gives anything where there is no such file. */
  load(preset: string): Promise<unknown>;
  readonly still: boolean;
  /** This tab returns to its own run after a reload. */
  readonly returning: boolean;
}

/** The recorded run of a preset. */
interface Tape {
  readonly file: RecordedRun;
  readonly rows: readonly Row[];
}

async function tapeOf(host: RecordedHost, preset: string): Promise<Tape | null> {
  const file = recordedSchema.safeParse(await host.load(preset).catch(() => null));
  return file.success && file.data.preset === preset ? { file: file.data, rows: recordedRows(file.data) } : null;
}

/** Train was pressed: the live run is expected, and drawing would take CPU from it. */
function isAwaited({ run }: Session): boolean {
  const { armed, status } = run.getState();
  return armed || status === 'running';
}

/** The chosen preset if the settings are exactly its own and no other run is drawn, else null. */
function plainPreset({ run, settings }: Session, library: Library): string | null {
  const { config } = run.getState();
  const chosen = settings.getState();
  const isPlain =
    library.getState().shown.length === 0 &&
    presets.some(({ id, model }) => id === chosen.preset && model === undefined) &&
    !differsFromPreset(chosen);
  return isPlain && (config === null || sameConfig(config, chosen.config)) ? chosen.preset : null;
}

/**
 * Draws the recorded run of a preset until the user has trained one; steps of the live run hide those of the recorded
 * one.
 */
class Player {
  private readonly tapes = new Map<string, Promise<Tape | null>>();
  private preset: string | null = null;
  private tape: Tape | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Presets that the user has trained on this page; their recorded runs are not drawn again. */
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

  /** Draws, changes or removes the recorded run after any event. Never rejects. */
  async judge(): Promise<void> {
    const plain = plainPreset(this.session, this.library);
    // A live run that began without a recorded one continues without it.
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
    if (recorded.getState().run) store.setState(nothing);
    if (preset === null) return;
    const loading = this.tapes.get(preset) ?? tapeOf(this.host, preset);
    this.tapes.set(preset, loading);
    const tape = await loading;
    // Settings or run may have changed meanwhile.
    if (this.preset !== preset || this.step > 0) return;
    this.tape = tape;
    await this.judge();
  }

  /** Whether nothing is loading, so that all charts may move. */
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
    store.setState({
      run: tape.file,
      rows: tape.rows,
      scene: tape.file.scene ?? null,
      shown,
      everywhere: everywhere || this.mayFill(),
    });
    if (shown >= all || this.step > 0) return;
    this.timer = setTimeout(() => {
      // The live run is coming: the recorded one stops where it is.
      if (isAwaited(this.session) || this.step > 0) return;
      store.setState({ shown: Math.min(all, shown + part) });
      this.draw();
    }, PERIOD);
  }
}

/**
 * Draws recorded runs from now on, with reduced motion at once and not step by step. Resolves when the first is drawn
 * or found missing; never rejects.
 */
export async function playRecorded(session: Session, library: Library, host: RecordedHost): Promise<void> {
  const player = new Player(session, library, host);
  const judge = () => void player.judge();
  session.run.subscribe(judge);
  session.settings.subscribe(judge);
  library.subscribe(judge);
  await player.judge();
}
