/** @file The quantity that shades a token: its strength, its colour, and its words. */
import { formatNumber, formatSigned } from '../format.ts';
import { text } from '../text.ts';
import type { ClipView, CompletionView } from '../types.ts';

export const quantities = ['logProb', 'entropy', 'kl', 'advantage', 'ratio', 'clip', 'push'] as const;
export type Quantity = (typeof quantities)[number];

interface Scale {
  /** Colours for the two signs of a signed quantity. */
  readonly colors: readonly [below: string, above: string];
  /** Smallest top of the scale, so that rounding errors are not shaded. */
  readonly floor: number;
  /** Per token: a magnitude (at least 0) or a signed number. */
  readonly values: (completion: CompletionView, clip: ClipView | null) => readonly number[];
  /** The number in words. */
  readonly say: (value: number) => string;
}

const one = (color: string): Scale['colors'] => [color, color];
/** Diverging: suppressed or below, reinforced or above. */
const sides: Scale['colors'] = ['var(--negative)', 'var(--positive)'];
const inNats = (value: number): string => `${formatNumber(value)} ${text.nats}`;

/** log(pi / pi_old) of each token before the step's first update, nats. */
const logRatios = ({ policyLogProbs, logProbs }: CompletionView): readonly number[] =>
  policyLogProbs.map((logProb, t) => logProb - (logProbs[t] ?? logProb));

/** The side of the clip range on which each token's gradient is cut: -1 below, 1 above, 0 where it is not cut. */
export function clippedSides(completion: CompletionView, clip: ClipView | null): readonly number[] {
  if (!clip) return completion.tokens.map(() => 0);
  const logs = logRatios(completion);
  const mean = logs.reduce((sum, log) => sum + log, 0) / Math.max(1, logs.length);
  return logs.map((log, t) => {
    const ratio = Math.exp(clip.of === 'tokens' ? log : mean);
    const advantage = completion.tokenAdvantages[t] ?? 0;
    if (advantage > 0) return ratio > clip.high ? 1 : 0;
    return advantage < 0 && ratio < clip.low ? -1 : advantage < 0 && ratio > clip.cap ? 1 : 0;
  });
}

/** The push on each token by the step's first update: its advantage, or 0 where the clip cuts its gradient. */
function pushes(completion: CompletionView, clip: ClipView | null): readonly number[] {
  const cut = clippedSides(completion, clip);
  return completion.tokenAdvantages.map((advantage, t) => (cut[t] === 0 ? advantage : 0));
}

/** The same colours as in the charts. */
export const scales: Readonly<Record<Quantity, Scale>> = {
  logProb: {
    colors: one('var(--log-prob)'),
    floor: 1,
    values: ({ logProbs }) => logProbs.map((logProb) => Math.max(0, -logProb)),
    say: inNats,
  },
  entropy: { colors: one('var(--entropy)'), floor: 1, values: ({ entropy }) => entropy, say: inNats },
  kl: { colors: one('var(--kl)'), floor: 0.2, values: ({ kl }) => kl, say: inNats },
  advantage: { colors: sides, floor: 1, values: ({ tokenAdvantages }) => tokenAdvantages, say: formatSigned },
  ratio: { colors: sides, floor: 0.2, values: logRatios, say: (log) => formatNumber(Math.exp(log)) },
  clip: {
    colors: sides,
    floor: 1,
    values: clippedSides,
    say: (side) => (side === 0 ? text.group.notClipped : side > 0 ? text.group.clippedAbove : text.group.clippedBelow),
  },
  push: {
    colors: sides,
    floor: 1,
    values: pushes,
    say: (push) =>
      `${push > 0 ? text.group.reinforced : push < 0 ? text.group.suppressed : text.group.untouched} ${formatSigned(push)}`,
  },
};

/**
 * The quantities to choose from: no clip where the ratios of tokens or completions are not clipped; no advantage where
 * pairs are compared.
 */
export function quantitiesOf(clip: ClipView | null, hasAdvantages: boolean): readonly Quantity[] {
  return quantities.filter((quantity) =>
    quantity === 'clip' ? clip !== null : hasAdvantages || (quantity !== 'advantage' && quantity !== 'push'),
  );
}

/** Top of the scale for a group: its largest magnitude, but at least the scale's floor. */
export function scaleTop(completions: readonly CompletionView[], quantity: Quantity, clip: ClipView | null): number {
  const { floor, values } = scales[quantity];
  return completions.reduce(
    (top, completion) => values(completion, clip).reduce((most, value) => Math.max(most, Math.abs(value)), top),
    floor,
  );
}

export const colorOf = (quantity: Quantity, value: number): string => scales[quantity].colors[value < 0 ? 0 : 1];

/** A CSS background: at most half of the colour, so that the text keeps its contrast. */
export function shade(value: number, top: number, color: string): string {
  const share = Math.round(Math.min(1, Math.abs(value) / top) * 50);
  return `color-mix(in srgb, ${color} ${share}%, transparent)`;
}
