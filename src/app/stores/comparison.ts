/**
 * @file A comparison in this page: arms × seeds trained one run after the other, or single arms of a stored result by a
 * click each.
 */
import type { StoredArm, StoredResult } from '../../lessons/storedResult.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import { beginningAt } from './beginning.ts';
import { KeptComparisons } from './comparisonKept.ts';
import {
  type Cell,
  missingOf,
  ownRows,
  type Plan,
  type PlannedRun,
  runOf,
  withArm,
  withRun,
} from './comparisonPlan.ts';
import { isUsable, wantedOf } from './comparisonRevival.ts';
import { plannedArm, storedPlan } from './comparisonStored.ts';
import { type Comparison, type ComparisonParts, noComparison, type Stop } from './comparisonState.ts';
import { sameConfig } from './configChanges.ts';
import { startGuided, type Wanted } from './guidedRuns.ts';
import { measuredSlowness } from './liveMinute.ts';
import { RunLooks } from './runLooks.ts';
import type { RunState } from './runState.ts';
import type { Begin, Beginning } from './runReturn.ts';

export { noComparison, type Comparison, type ComparisonState } from './comparisonState.ts';

class LiveComparison extends KeptComparisons implements Comparison {
  /** The comparison itself is opening one of its runs; changes of settings and run are then ignored. */
  private moving = false;
  private readonly looks: RunLooks;
  /** The beginning that was brought last. */
  private beginning: Beginning | null = null;

  constructor(parts: ComparisonParts) {
    super(parts);
    const { session, library } = parts;
    session.run.subscribe((state) => this.followRun(state));
    session.settings.subscribe(({ config }, before) => {
      if (config !== before.config) this.followSettings(config);
    });
    this.looks = new RunLooks(library);
  }

  run(result: StoredResult, stored: StoredArm): void {
    const { plan, single, phase } = this.getState();
    const arm = plannedArm(result, stored);
    if (plan && !single && phase !== 'offered' && missingOf(plan).length > 0) {
      // An unfinished comparison stays; this run is drawn beside it.
      startGuided(this.parts, { words: new URLSearchParams(arm.words), name: arm.title });
      return this.parts.place.go({ view: 'playground' });
    }
    const isMore = plan !== null && single && plan.experiment === result.experiment;
    if (isMore) this.addCurrentRows();
    const before = isMore ? plan : storedPlan(result, { arms: [arm.id], seeds: 1, steps: null });
    const { rows } = isMore ? this.getState() : noComparison;
    this.put({ ...noComparison, result, plan: withArm(before, arm), single: true, rows });
    this.begin({ arm: arm.id, seed: before.seeds[0] ?? 0 }, true);
  }

  start(plan: Plan): void {
    const [cell] = missingOf({ ...plan, runs: [] });
    if (!cell) return;
    this.put({ ...noComparison, plan: { ...plan, runs: [] } });
    this.begin(cell, true);
  }

  async goOn(): Promise<void> {
    const { phase, reviving } = this.getState();
    if (reviving || phase === 'going' || phase === 'offered' || (phase === 'kept' && !(await this.revive()))) return;
    const { plan } = this.getState();
    const missing = plan ? missingOf(plan) : [];
    const { key } = this.parts.session.run.getState();
    const begun = plan && missing.map((cell) => runOf(plan, cell)).find((run) => run?.id === key);
    if (begun && this.resume(begun)) return;
    if (missing[0]) this.begin(missing[0], phase === 'kept');
    else this.put({ phase: 'done', stop: null });
  }

  slowness(result: StoredResult): number | null {
    const { run, settings } = this.parts.session;
    return measuredSlowness(result, { preset: settings.getState().preset, rows: run.getState().rows });
  }

  next(): StoredArm | null {
    const { result, current, single } = this.getState();
    const index = single ? (result?.arms.findIndex(({ arm }) => arm === current?.arm) ?? -1) : -1;
    return index < 0 ? null : (result?.arms[index + 1] ?? null);
  }

  /** The settings of a cell of the plan. */
  private wantedOf(cell: Cell): Wanted | null {
    const { plan } = this.getState();
    return plan && wantedOf(plan, cell, this.parts.tasks);
  }

  /** Brings the beginning of the plan's runs, once for all of them; undefined for step 0. */
  private beginOf({ from }: Plan): Begin | undefined {
    const { session, library } = this.parts;
    return (
      from &&
      (async () => {
        const { parent } = this.beginning ?? {};
        if (parent?.id !== from.run || parent.step !== from.step)
          this.beginning = await beginningAt(from, session.run, library);
        return this.beginning as Beginning;
      })
    );
  }

  /** Trains a cell from the beginning of the plan. */
  private begin(cell: Cell, isFirst: boolean): void {
    const { plan } = this.getState();
    const wanted = this.wantedOf(cell);
    if (!plan || !wanted) return;
    if (!isUsable(plan, cell, this.parts.tasks)) return this.stop('unknown');
    this.moving = true;
    const id = startGuided(this.parts, {
      words: wanted,
      ...(isFirst ? { beside: [] } : {}),
      begin: this.beginOf(plan),
    });
    this.moving = false;
    const run = { ...cell, id, done: false };
    this.looks.want(run, plan);
    this.put({ plan: withRun(plan, run), current: run, phase: 'going', stop: null });
    if (isFirst) this.parts.place.go({ view: 'playground' });
  }

  /** Continues the current run if it has the settings of the plan; answers whether it does. */
  private resume(run: PlannedRun): boolean {
    const { session, place } = this.parts;
    const state = session.run.getState();
    const wanted = this.wantedOf(run);
    if (!wanted || state.status === 'failed' || !isAsWanted(state, wanted.config)) return false;
    this.moving = true;
    session.settings.adopt(wanted);
    this.put({ current: run, phase: 'going', stop: null });
    if (state.status === 'loading') session.run.arm(true);
    else if (state.status === 'paused' || state.status === 'ready') void session.toggle();
    this.moving = false;
    place.go({ view: 'playground' });
    this.followRun(session.run.getState());
    return true;
  }

  private stop(stop: Stop): void {
    this.put({ phase: 'waiting', stop });
  }

  private followRun(state: RunState): void {
    const { current, phase, stop } = this.getState();
    if (!current || this.moving) return;
    if (state.key !== current.id) {
      // Opening another run changes the settings first, so `changed` becomes `left`.
      if (phase === 'going' || stop === 'changed') this.stop('left');
    } else if (state.status === 'failed') {
      if (phase === 'going') this.stop('failed');
    } else if (state.status === 'finished' && !current.done && !state.replaying) this.count(current, state);
  }

  private followSettings(config: TrainConfig): void {
    const { current, phase } = this.getState();
    if (phase !== 'going' || !current || current.done || this.moving) return;
    const wanted = this.wantedOf(current);
    if (wanted && !sameConfig(config, wanted.config)) this.stop('changed');
  }

  /** Counts a finished run and continues with the next. */
  private count(current: PlannedRun, state: RunState): void {
    const { plan, phase, rows, single } = this.getState();
    const wanted = this.wantedOf(current);
    if (!plan || !wanted) return;
    if (!isAsWanted(state, wanted.config)) {
      if (phase === 'going') this.stop('changed');
      return;
    }
    const run = { ...current, done: true };
    const next = withRun(plan, run);
    const [cell] = missingOf(next);
    const isDone = single || !cell;
    this.put({
      plan: next,
      current: run,
      rows: { ...rows, [run.id]: ownRows(plan, state.rows) },
      ...(isDone ? { phase: 'done', stop: null } : {}),
    });
    // Later, because other listeners have not received the end of this run yet.
    if (!isDone) setTimeout(() => this.advance(run.id));
  }

  /** Begins the next run unless the plan or the run changed meanwhile. */
  private advance(after: string): void {
    const { plan, phase, current } = this.getState();
    const [cell] = plan ? missingOf(plan) : [];
    if (cell && phase === 'going' && current?.id === after) this.begin(cell, false);
  }

  /** Adds the rows of an unfinished current run, so that single arms are drawn as far as they came. */
  private addCurrentRows(): void {
    const { current, rows } = this.getState();
    const { key, rows: own } = this.parts.session.run.getState();
    if (current?.id === key && own.length > 0) this.setState({ rows: { ...rows, [key]: own } });
  }
}

/** Whether a run began with these settings and still has them. */
const isAsWanted = ({ initial, config, adjusted }: RunState, wanted: TrainConfig): boolean =>
  !adjusted && [initial, config].every((own) => own !== null && sameConfig(own, wanted));

export const createComparison = (parts: ComparisonParts): Comparison => new LiveComparison(parts);
