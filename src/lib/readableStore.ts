/** @file A zustand store without `setState`: only the module that made the store can change its state. */
import type { StoreApi } from 'zustand/vanilla';

export type ReadableStore<State> = Pick<StoreApi<State>, 'getState' | 'getInitialState' | 'subscribe'>;
