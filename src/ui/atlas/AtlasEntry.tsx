/**
 * @file A line of the atlas: number, title, badge, claim, missing parts, stored result; the result opens below it.
 */
import type { Elements } from '../elements.ts';
import { Icon } from '../Icon.tsx';
import type { EntryView, StatusView } from './types.ts';
import { atlasWords as words } from './words.ts';
import styles from './Atlas.module.css';

const signs: Readonly<Record<StatusView, string>> = {
  shown: '✓',
  'not reproduced': '✗',
  'partial: shown': '◐',
  'partial: not reproduced': '◐',
  open: '○',
};

function Badge({ status }: { readonly status: StatusView }) {
  return (
    <span className={styles.badge} data-testid="badge" data-status={status} title={words.statusHint[status]}>
      <span aria-hidden="true">{signs[status]}</span>
      <span>{` ${words.status[status]}`}</span>
    </span>
  );
}

function Missing({ status, missing }: Pick<EntryView, 'status' | 'missing'>) {
  if (missing.length > 0) return <p className={styles.soft}>{`${words.missing} ${missing.join(', ')}.`}</p>;
  return status === 'open' ? <p className={styles.soft}>{words.noneMissing}</p> : null;
}

export interface AtlasEntryProps {
  readonly entry: EntryView;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  /** The result, or a sentence about its absence. */
  readonly children: Elements;
}

export function AtlasEntry({ entry, open, onOpen, children }: AtlasEntryProps) {
  const { id, paper, title, claim, arxiv, status, missing, date, seeds } = entry;
  return (
    <li className={styles.entry} id={`entry-${id}`} data-testid="entry" data-entry={id} data-status={status}>
      <div className={styles.entryHead}>
        {paper !== null && <span className={styles.number}>{paper}</span>}
        <h3>{title}</h3>
        <Badge status={status} />
      </div>
      <div className={styles.entryBody}>
        <p>
          <span>{`${claim} `}</span>
          {arxiv !== null && (
            <a href={`https://arxiv.org/abs/${arxiv}`} target="_blank" rel="noreferrer" data-testid="entry-paper">
              {words.paper(arxiv)}
            </a>
          )}
        </p>
        <Missing status={status} missing={missing} />
        {date !== null && (
          <p className={styles.soft}>
            <span>{`${words.measured(date, seeds)} `}</span>
            <button
              type="button"
              className={styles.open}
              aria-expanded={open}
              aria-label={`${open ? words.close : words.open}: ${title}`}
              data-testid="open-entry"
              onClick={() => onOpen(!open)}
            >
              <Icon name={open ? 'up' : 'down'} />
              <span>{open ? words.close : words.open}</span>
            </button>
          </p>
        )}
        {open && children}
      </div>
    </li>
  );
}
