/** @file Lets a test set a state that is hard to reach otherwise. */
import type { StoreApi } from 'zustand/vanilla';
import type { ReadableStore } from '../../src/lib/readableStore.ts';

/** The store with its `setState`, which its public type lacks. */
export const writable = <State>(store: ReadableStore<State>) => store as StoreApi<State>;
