/** @file The text of one token, with words for screen readers where its look has none. */
import type { TokenLook } from './tokenLook.ts';
import styles from './Inspector.module.css';

/** Longer tokens may be cut off. */
const LONG = 12;

export function TokenText({ look: { shown, said, kind } }: { readonly look: TokenLook }) {
  const hasWords = said !== shown;
  return (
    <>
      <code
        className={styles.token}
        translate="no"
        data-kind={kind}
        title={hasWords || shown.length > LONG ? said : undefined}
        aria-hidden={hasWords || undefined}
      >
        {shown}
      </code>
      {hasWords && <span className={styles.srOnly}>{said}</span>}
    </>
  );
}
