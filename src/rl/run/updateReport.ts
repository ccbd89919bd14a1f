/** @file One update of a step under another algorithm, as data. */
import type { TrainConfig } from '../config/config.ts';
import type { Settings } from '../words/setting.ts';

/** Asks for the next step's update under another algorithm, with the numbers of one of its groups. */
export interface UpdateQuery {
  /** The run's configuration with another algorithm, objective, or settings of these. */
  readonly config: TrainConfig;
  readonly prompt: string;
  /** Token ids of the group's completions, in the order of sampling. */
  readonly completions: readonly (readonly number[])[];
}

/** One completion of the group in the update. */
export interface UpdatedCompletion {
  /** Mean over its tokens; null where the group takes no part in the update. */
  readonly advantage: number | null;
  /** -d loss / d log p of each token, with the weights of the whole batch: above 0 it is reinforced. */
  readonly pushes: readonly number[];
  /** By setting of the loss: the change of each push when that setting is moved by a tenth. */
  readonly moved: Readonly<Record<string, readonly number[]>>;
  /** log p of the whole completion at the run's temperature before and after, nats. */
  readonly before: number;
  readonly after: number;
}

export interface OneUpdate {
  /** Steps trained before the update. */
  readonly step: number;
  readonly completions: readonly UpdatedCompletion[];
  /** KL(after || before), exact over the vocabulary, the mean over the group's tokens, nats. */
  readonly klMoved: number;
  /** Of the first update, before clipping. */
  readonly gradNorm: number;
  /** Settings that the algorithm read. */
  readonly settings: Settings;
  /** The loss also moves the policy in ways that `pushes` leaves out: distributions, entropy, a critic. */
  readonly leavesOut: boolean;
}
