/** @file What the page's worker offers: a trainer, and a word about the page beforehand. */
import type { Trainer } from '../rl/run/trainer.ts';

export interface TrainerHost extends Trainer {
  /** The page's own address; policies lie beside it. To be called before `open`. */
  settle(place: { readonly baseUrl: string }): Promise<void>;
  /** Reloads, past every cache, the files that this worker has loaded. */
  renew(): Promise<void>;
}
