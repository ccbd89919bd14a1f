/** @file Tells addresses that the page wrote from those that a person typed, by a number in the browser's history. */

const visitOf = (state: unknown): number | null =>
  typeof state === 'object' && state !== null && 'visit' in state && typeof state.visit === 'number'
    ? state.visit
    : null;

export interface Visit {
  /** Goes into the history with every address that the page writes. */
  state(): { readonly visit: number };
  /** Whether the address that was come to is one of those that the page wrote since a person last typed one. */
  isSame(): boolean;
  /** The address in force was typed, or is from before that. */
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
