/** @file The exact numbers of the token in hand; its place is kept when there is none, so that nothing jumps. */
import { formatNumber } from '../format.ts';
import { text } from '../text.ts';
import type { CompletionView } from '../types.ts';
import { visibleToken } from './shade.ts';
import styles from './Inspector.module.css';

export function TokenReadout({ completion, token }: { readonly completion: CompletionView | null; readonly token: number | null }) {
  const logProb = token === null ? undefined : completion?.logProbs[token];
  if (!completion || token === null || logProb === undefined) {
    return <p className={styles.readout} data-testid="token-readout">{text.group.tokenHelp}</p>;
  }
  const numbers: readonly (readonly [string, number | undefined, string])[] = [
    ['log p', logProb, 'var(--ink)'],
    [text.ask.base.toLowerCase(), completion.refLogProbs[token], 'var(--ink-soft)'],
    ['entropy', completion.entropy[token], 'var(--entropy)'],
    ['KL', completion.kl[token], 'var(--kl)'],
  ];
  return (
    <p className={styles.readout} data-testid="token-readout" aria-live="polite">
      <code>{visibleToken(completion.tokens[token] ?? '')}</code> {text.group.token(token + 1, completion.tokens.length)}, {text.group.inNats}
      <span className={styles.readoutNumbers}>
        {numbers.map(([label, value, color]) => value !== undefined && (
          <span key={label} style={{ color }}>{label} <b>{formatNumber(value)}</b></span>
        ))}
      </span>
    </p>
  );
}
