/** @file The comparisons in the browser’s storage: the open one of this tab, and the kept ones. */
import { checkPlan, isSamePlan, type Plan, readPlan } from './comparisonPlan.ts';

const OPEN = 'rollout.comparison';
const KEPT = 'rollout.comparisons';
/** The oldest kept comparison is forgotten beyond this number; its runs stay in the list of runs. */
export const MOST_KEPT = 20;

export interface PlanShelf {
  /** The comparison that was open. */
  read(): Plan | null;
  /** Keeps the open comparison; null closes it, and it stays among the kept ones. */
  write(plan: Plan | null): void;
  /** Newest first. */
  kept(): readonly Plan[];
  remove(plan: Plan): void;
}

/** Runs the work; null where the browser refuses. A comparison then lasts as long as the page. */
function ifAllowed<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** The plan, or null where the text is none. */
function planIn(text: string | null): Plan | null {
  const plan = text === null ? null : readPlan(text);
  return typeof plan === 'string' ? null : plan;
}

/** `own` lasts as long as the tab, so that tabs do not overwrite each other’s comparison; `shared` outlasts it. */
export function planShelf(own: () => Storage, shared: () => Storage): PlanShelf {
  const at = (storage: () => Storage) => ifAllowed(() => storage().getItem(OPEN));
  const kept = (): readonly Plan[] => {
    const list: unknown = ifAllowed(() => JSON.parse(shared().getItem(KEPT) ?? '[]'));
    return (Array.isArray(list) ? list : []).map(checkPlan).filter((plan) => typeof plan !== 'string');
  };
  const keep = (plans: readonly Plan[]) =>
    ifAllowed(() => shared().setItem(KEPT, JSON.stringify(plans.slice(0, MOST_KEPT))));
  const others = (plan: Plan) => kept().filter((other) => !isSamePlan(other, plan));
  return {
    read: () => planIn(at(own)) ?? planIn(at(shared)),
    write(plan) {
      const before = at(own);
      if (plan) {
        for (const storage of [own, shared]) ifAllowed(() => storage().setItem(OPEN, JSON.stringify(plan)));
        keep([plan, ...others(plan)]);
      } else {
        // A plan that another tab wrote since stays.
        if (before === null || at(shared) === before) ifAllowed(() => shared().removeItem(OPEN));
        ifAllowed(() => own().removeItem(OPEN));
      }
    },
    kept,
    remove: (plan) => void keep(others(plan)),
  };
}
