/** @file The data of the bench; the trainer's updates fit it without conversion. */
import type { LossTextProps } from '../settings/LossText.tsx';

/** One update of a group under an algorithm; completions in the order of sampling. */
export interface UpdateView {
  readonly completions: readonly {
    /** Null where the group takes no part. */
    readonly advantage: number | null;
    /** -d loss / d log p of each token. */
    readonly pushes: readonly number[];
    /** By setting of the loss: the change of each push when that setting is moved by a tenth. */
    readonly moved: Readonly<Record<string, readonly number[]>>;
    /** log p of the whole completion before and after, nats. */
    readonly before: number;
    readonly after: number;
  }[];
  /** KL(after || before), the mean over the group's tokens, nats. */
  readonly klMoved: number;
  readonly gradNorm: number;
  readonly leavesOut: boolean;
}

/** The part of a column that a symbol changes as a whole. */
export type LitPart = 'advantage' | 'after';

export interface BenchColumnView {
  readonly id: number;
  /** Id in the list of choices. */
  readonly choice: string;
  readonly title: string;
  readonly loss: LossTextProps;
  /** Numbers of the algorithm beside its loss, and the learning rate. */
  readonly settings: readonly { readonly id: string; readonly label: string; readonly value: number }[];
  /** By symbol or setting; the others of the loss light tokens. */
  readonly parts: Readonly<Record<string, LitPart>>;
  readonly hasAdvantages: boolean;
  readonly update: UpdateView | null;
  /** Why there is no update. */
  readonly problem: string | null;
}

/** The symbol that is pointed at. */
export interface Lit {
  readonly column: number;
  readonly symbol: string;
}

/** Changes of a push below it are rounding. */
const ROUNDING = 1e-7;

/** Whether moving the setting changes the push. */
export const isMoved = (change: number): boolean => Math.abs(change) > ROUNDING;

/** Tokens of the group whose push a setting changes, and all; null for a symbol that is no setting of the loss. */
export function reachOf(
  { completions }: UpdateView,
  symbol: string,
): { readonly moved: number; readonly of: number } | null {
  const changes = completions.map(({ moved }) => (Object.hasOwn(moved, symbol) ? moved[symbol] : undefined));
  if (changes.some((one) => one === undefined)) return null;
  const all = changes.flatMap((one) => one ?? []);
  return { moved: all.filter(isMoved).length, of: all.length };
}

/** The largest push on a token of the group. */
export const topPush = ({ completions }: UpdateView): number =>
  Math.max(0, ...completions.flatMap(({ pushes }) => pushes.map(Math.abs)));
