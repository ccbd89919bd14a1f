/** @file The comparison that is open and those that are kept: read, written, opened, closed, forgotten. */
import { createStore } from 'zustand/vanilla';
import { armRunsOf } from './armResults.ts';
import { isSamePlan, missingOf, type Plan } from './comparisonPlan.ts';
import { readRuns } from './comparisonRevival.ts';
import { type ComparisonParts, type ComparisonState, noComparison } from './comparisonState.ts';
import { completedPlan } from './comparisonStored.ts';
import { recordedArm } from './liveMinute.ts';

export class KeptComparisons {
  private readonly store = createStore<ComparisonState>(() => noComparison);
  readonly getState = this.store.getState;
  readonly setState = this.store.setState;
  readonly subscribe = this.store.subscribe;
  readonly getInitialState = this.store.getInitialState;

  constructor(protected readonly parts: ComparisonParts) {
    const plan = parts.shelf.read();
    this.setState({ kept: parts.shelf.kept(), ...(plan ? { plan, phase: 'kept' } : {}) });
  }

  offer(plan: Plan): void {
    const { plan: open, single } = this.getState();
    if (open && !single && isSamePlan(open, plan)) return;
    const kept = this.parts.shelf.kept();
    const own = kept.find((other) => isSamePlan(other, plan));
    this.setState({ ...noComparison, kept, plan: own ?? plan, phase: own ? 'kept' : 'offered' });
  }

  async open(plan: Plan): Promise<void> {
    this.put({ ...noComparison, plan, phase: 'kept' });
    this.parts.place.go({ view: 'playground' });
    if ((await this.revive()) && missingOf(this.getState().plan ?? plan).length === 0) this.put({ phase: 'done' });
  }

  readonly end = (): void => {
    // An offered plan was not written, so the comparison that was open before is not closed with it.
    const { shelf } = this.parts;
    const before = this.getState().phase === 'offered' ? shelf.read() : null;
    if (!before) shelf.write(null);
    this.setState({ ...noComparison, kept: shelf.kept(), ...(before ? { plan: before, phase: 'kept' } : {}) });
  };

  forget(plan: Plan): void {
    const { plan: open } = this.getState();
    const { shelf } = this.parts;
    if (open && isSamePlan(open, plan)) this.end();
    shelf.remove(plan);
    this.setState({ kept: shelf.kept() });
  }

  /** Changes the state, computes the drawn arms from it and stores the plan. */
  protected put(changes: Partial<ComparisonState>): void {
    const state = { ...this.getState(), ...changes };
    const { plan, single, rows } = state;
    const before = this.getState().drawn;
    const drawn = plan ? [...armRunsOf(plan, rows, before), ...recordedArm(plan, before)] : [];
    // A single arm needs no stored plan: after a reload the list offers its run again.
    this.parts.shelf.write(single ? null : plan);
    this.setState({ ...state, drawn, kept: this.parts.shelf.kept() });
  }

  /**
   * Reads the kept runs of a stored plan; missing runs, and runs with other settings, are trained again. Answers
   * whether the comparison can continue.
   */
  protected async revive(): Promise<boolean> {
    const { plan } = this.getState();
    if (!plan) return false;
    this.setState({ reviving: true, problem: null });
    try {
      const whole = await completedPlan(plan, this.parts.load);
      const rows = whole ? await readRuns(this.parts.library, this.parts.tasks, whole) : {};
      // The comparison ended or was replaced meanwhile.
      if (this.getState().plan !== plan) return false;
      if (!whole) this.forget(plan);
      else
        this.put({
          rows,
          reviving: false,
          phase: 'waiting',
          plan: { ...whole, runs: whole.runs.map((run) => ({ ...run, done: run.id in rows })) },
        });
      return whole !== null;
    } catch (cause) {
      if (this.getState().plan === plan)
        this.setState({ reviving: false, problem: cause instanceof Error ? cause.message : String(cause) });
      return false;
    }
  }
}
