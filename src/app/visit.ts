/** @file Distinguishes addresses that the page wrote from typed ones, by a number in the history state. */

const visitOf = (state: unknown): number | null =>
  typeof state === 'object' && state !== null && 'visit' in state && typeof state.visit === 'number'
    ? state.visit
    : null;

export interface Visit {
  /** History state of every address that the page writes. */
  state(): { readonly visit: number };
  /** Whether the current address was written by the page since the user last typed one. */
  isSame(): boolean;
  /** Begins a new visit: the current address was typed. */
  begin(): void;
}

export function createVisit({ history }: { readonly history: Pick<History, 'state'> }): Visit {
  let current = visitOf(history.state) ?? 0;
  return {
    state: () => ({ visit: current }),
    isSame: () => visitOf(history.state) === current,
    begin: () => void (current = visitOf(history.state) ?? current + 1),
  };
}
