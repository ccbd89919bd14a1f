/** @file The exact numbers of the current token; its space is kept when no token is current, so that nothing jumps. */
import { formatNumber } from '../format.ts';
import { text } from '../text.ts';
import type { ClipView, CompletionView } from '../types.ts';
import { colorOf, scales, type Quantity } from './shade.ts';
import { lookIn } from './tokenLook.ts';
import { TokenText } from './TokenText.tsx';
import styles from './Inspector.module.css';

interface TokenReadoutProps {
  readonly completion: CompletionView | null;
  readonly token: number | null;
  /** The quantity that shades the tokens; added to the line where the line lacks it. */
  readonly quantity: Quantity;
  readonly clip: ClipView | null;
}

const alwaysShown: readonly Quantity[] = ['logProb', 'entropy', 'kl'];

export function TokenReadout({ completion, token, quantity, clip }: TokenReadoutProps) {
  const logProb = token === null ? undefined : completion?.logProbs[token];
  if (!completion || token === null || logProb === undefined) {
    return (
      <p className={styles.readout} data-testid="token-readout">
        {text.group.tokenHelp}
      </p>
    );
  }
  const value = scales[quantity].values(completion, clip)[token] ?? 0;
  const numbers: readonly (readonly [string, number | undefined, string])[] = [
    [text.group.readout.logProb, logProb, 'var(--ink)'],
    [text.ask.base.toLowerCase(), completion.refLogProbs[token], 'var(--ink-soft)'],
    [text.group.readout.entropy, completion.entropy[token], 'var(--entropy)'],
    [text.group.readout.kl, completion.kl[token], 'var(--kl)'],
  ];
  return (
    <p className={styles.readout} data-testid="token-readout" aria-live="polite">
      <TokenText look={lookIn(completion, token)} />
      <span>{` ${text.group.token(token + 1, completion.tokens.length)}, ${text.group.inNats}`}</span>
      <span className={styles.readoutNumbers} translate="no">
        {numbers.map(
          ([label, value, color]) =>
            value !== undefined && (
              <span key={label} style={{ color }}>
                <span>{`${label} `}</span>
                <b>{formatNumber(value)}</b>
              </span>
            ),
        )}
        {!alwaysShown.includes(quantity) && (
          <span style={{ color: colorOf(quantity, value) }}>
            <span>{`${text.group.quantities[quantity].toLowerCase()} `}</span>
            <b>{scales[quantity].say(value)}</b>
          </span>
        )}
      </span>
    </p>
  );
}
