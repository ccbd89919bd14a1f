/** @file The interface of the page's worker: a trainer, and the page's address. */
import type { Trainer } from '../rl/run/trainer.ts';

export interface TrainerHost extends Trainer {
  /** Sets the page's address; policies are beside it. Call it before `open`. */
  settle(place: { readonly baseUrl: string }): Promise<void>;
  /** Reloads, past every cache, the files that this worker has loaded. */
  renew(): Promise<void>;
}
