/** @file Rules with their outcome, by base if there are several; nothing for no rules. */
import type { CheckView } from './types.ts';
import { atlasWords as words } from './words.ts';
import styles from './Atlas.module.css';

export function Rules({ title, checks }: { readonly title: string; readonly checks: readonly CheckView[] }) {
  if (checks.length === 0) return null;
  return (
    <section aria-label={title}>
      <h4>{title}</h4>
      <ul className={styles.rules}>
        {checks.map(({ rule, of, holds, bases = {} }) => {
          const each = Object.entries(bases).map(
            ([base, held]) => `${words.base(base)} ${held ? words.holds : words.fails}`,
          );
          return (
            <li key={rule} data-holds={holds} data-of={of}>
              <span aria-hidden="true">{holds ? '✓' : '✗'}</span>
              <span>{` ${rule}: `}</span>
              <b>{holds ? words.holds : words.fails}</b>
              {of === 'ours' && <small>{` (${words.ours})`}</small>}
              {each.length > 0 && <small>{` (${each.join(', ')})`}</small>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
