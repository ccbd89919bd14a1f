/** @file The arms of a stored result that are being run again in this page, one after the other. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { armWords, type StoredArm, type StoredResult } from '../../lessons/storedResult.ts';
import type { Task } from '../../tasks/task.ts';
import { startGuided } from './guidedRuns.ts';
import type { Library } from './library.ts';
import type { PlaceStore } from './placeStore.ts';
import type { Session } from './session.ts';

export interface ComparisonState {
  readonly result: StoredResult | null;
  /** The arm in hand. */
  readonly arm: StoredArm | null;
  /** Ids of the runs by arm. */
  readonly runs: Readonly<Record<string, string>>;
}

export interface Comparison extends StoreApi<ComparisonState> {
  /** Trains an arm in the playground, with the arms that were trained before drawn beside it. */
  run(result: StoredResult, arm: StoredArm): void;
  /** The arm after the one in hand, or null. */
  next(): StoredArm | null;
  end(): void;
}

interface Parts {
  readonly session: Session;
  readonly library: Library;
  readonly place: PlaceStore;
  readonly tasks: readonly Task[];
}

const none: ComparisonState = { result: null, arm: null, runs: {} };

export function createComparison(parts: Parts): Comparison {
  const store = createStore<ComparisonState>(() => none);
  return {
    ...store,
    run(result, arm) {
      const before = store.getState();
      const runs = before.result?.experiment === result.experiment ? before.runs : {};
      const { [arm.arm]: _again, ...others } = runs;
      const key = startGuided(parts, { words: armWords(result, arm), name: arm.title, beside: Object.values(others) });
      store.setState({ result, arm, runs: { ...others, [arm.arm]: key } });
      parts.place.go({ view: 'playground' });
    },
    next() {
      const { result, arm } = store.getState();
      const index = result?.arms.findIndex((other) => other.arm === arm?.arm) ?? -1;
      return index < 0 ? null : (result?.arms[index + 1] ?? null);
    },
    end: () => store.setState(none),
  };
}
