/** @file Which number shades a token, how strongly, and in which colour. */
import type { CompletionView } from '../types.ts';

export const quantities = ['logProb', 'entropy', 'kl'] as const;
export type Quantity = (typeof quantities)[number];

/** The same colours as in the charts. */
export const quantityColor: Record<Quantity, string> = {
  logProb: 'var(--log-prob)',
  entropy: 'var(--entropy)',
  kl: 'var(--kl)',
};

/** Magnitude (nats, at least 0) that shades each token: how surprising, how undecided, how far from the base. */
export function magnitudes(completion: CompletionView, quantity: Quantity): readonly number[] {
  if (quantity === 'logProb') return completion.logProbs.map((logProb) => Math.max(0, -logProb));
  return quantity === 'entropy' ? completion.entropy : completion.kl;
}

/** Top of the scale for a group: its largest magnitude, but never so small that rounding would look like a finding. */
export function scaleTop(completions: readonly CompletionView[], quantity: Quantity): number {
  let top = quantity === 'kl' ? 0.2 : 1;
  for (const completion of completions) {
    for (const magnitude of magnitudes(completion, quantity)) top = Math.max(top, magnitude);
  }
  return top;
}

/** A CSS background: the colour mixed in by at most half, so that the text on it keeps its contrast. */
export function shade(magnitude: number, top: number, color: string): string {
  const share = Math.round(Math.min(1, Math.max(0, magnitude / top)) * 50);
  return `color-mix(in srgb, ${color} ${share}%, transparent)`;
}

/** A token as it can be seen: spaces and line ends get a mark. */
export function visibleToken(token: string): string {
  return token.replaceAll(' ', '\u2423').replaceAll('\n', '\u23ce');
}

/** Best first; among equals the order in which they were sampled. */
export function byReward(completions: readonly CompletionView[]): readonly CompletionView[] {
  return completions.toSorted((a, b) => b.reward - a.reward || b.advantage - a.advantage);
}
