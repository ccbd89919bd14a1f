/**
 * @file A line of the atlas: number, title, badge, claim, missing parts; the stored result, or the plan of a
 * comparison, opens below it.
 */
import type { Elements } from '../elements.ts';
import { Icon } from '../Icon.tsx';
import type { EntryView, StatusView } from './types.ts';
import { atlasWords as words } from './words.ts';
import styles from './Atlas.module.css';

const signs: Readonly<Record<StatusView, string>> = {
  shown: '✓',
  'not reproduced': '✗',
  'precondition not met': '–',
  'partial: shown': '◐',
  'partial: not reproduced': '◐',
  'partial: precondition not met': '◐',
  open: '○',
};

/** The hint also names a finding, so that no status hides another winner. */
function Badge({ status, finding }: Pick<EntryView, 'status' | 'finding'>) {
  return (
    <span
      className={styles.badge}
      data-testid="badge"
      data-status={status}
      title={[words.statusHint[status], finding ?? ''].join(' ').trim()}
    >
      <span aria-hidden="true">{signs[status]}</span>
      <span>{` ${words.status[status]}`}</span>
    </span>
  );
}

function Missing({ status, missing }: Pick<EntryView, 'status' | 'missing'>) {
  if (missing.length > 0) return <p className={styles.soft}>{`${words.missing} ${missing.join(', ')}.`}</p>;
  return status === 'open' ? <p className={styles.soft}>{words.noneMissing}</p> : null;
}

/** A paper without a stored result: the comparison that it waits for, and the parts that run today. */
function Plan({ planned, built }: Pick<EntryView, 'planned' | 'built'>) {
  return (
    <dl className={styles.plan} data-testid="plan">
      {planned && (
        <>
          <dt>{words.planned}</dt>
          <dd>{`${planned.arms}.`}</dd>
          <dt>{words.plannedRule}</dt>
          <dd>{`${planned.rule}.`}</dd>
        </>
      )}
      {built.length > 0 && (
        <>
          <dt>{words.built}</dt>
          <dd>{`${built.join(', ')}.`}</dd>
        </>
      )}
    </dl>
  );
}

/** The paper’s own algorithm: its mechanism, its formula, and the way to run it. */
const Mechanism = ({ algorithm }: Pick<EntryView, 'algorithm'>) =>
  algorithm && (
    <p data-testid="mechanism">
      <span>{`${algorithm.summary} `}</span>
      <code translate="no">{algorithm.formula}</code>
      <span> </span>
      <a href={`#algorithm=${algorithm.id}`} data-testid="open-algorithm">
        {words.runAlgorithm(algorithm.title)}
      </a>
    </p>
  );

const Disagreeing = ({ disagreeing }: Pick<EntryView, 'disagreeing'>) =>
  disagreeing.length > 0 && (
    <p className={styles.soft} data-testid="disagreeing">
      {`${words.disagrees} ${disagreeing.map(({ says, papers }) => words.held(says, papers)).join('; ')}.`}
    </p>
  );

function Toggle({ open, stored, title, onOpen }: ToggleProps) {
  const say = stored ? (open ? words.close : words.open) : open ? words.closePlan : words.openPlan;
  return (
    <button
      type="button"
      className={styles.open}
      aria-expanded={open}
      aria-label={`${say}: ${title}`}
      data-testid="open-entry"
      onClick={() => onOpen(!open)}
    >
      <Icon name={open ? 'up' : 'down'} />
      <span>{say}</span>
    </button>
  );
}

interface ToggleProps {
  readonly open: boolean;
  readonly stored: boolean;
  readonly title: string;
  readonly onOpen: (open: boolean) => void;
}

export interface AtlasEntryProps {
  readonly entry: EntryView;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  /** The stored result, for an entry that has one. */
  readonly children: Elements;
}

export function AtlasEntry({ entry, open, onOpen, children }: AtlasEntryProps) {
  const { id, paper, title, claim, source, arxiv, status, missing, finding, date, seeds } = entry;
  return (
    <li className={styles.entry} id={`entry-${id}`} data-testid="entry" data-entry={id} data-status={status}>
      <div className={styles.entryHead}>
        {paper !== null && <span className={styles.number}>{paper}</span>}
        <h3>{title}</h3>
        <Badge status={status} finding={finding} />
      </div>
      <div className={styles.entryBody}>
        <p>
          <span>{`${claim} `}</span>
          {source !== null && <small data-testid="entry-source">{`${source} `}</small>}
          {arxiv !== null && (
            <a href={`https://arxiv.org/abs/${arxiv}`} target="_blank" rel="noreferrer" data-testid="entry-paper">
              {words.paper(arxiv)}
            </a>
          )}
        </p>
        {finding !== null && !open && <p data-testid="finding">{finding}</p>}
        <Missing status={status} missing={missing} />
        <Disagreeing disagreeing={entry.disagreeing} />
        <p className={styles.soft}>
          {date !== null && <span>{`${words.measured(date, seeds)} `}</span>}
          <Toggle open={open} stored={date !== null} title={title} onOpen={onOpen} />
        </p>
        {open && <Mechanism algorithm={entry.algorithm} />}
        {open && (date === null ? <Plan {...entry} /> : children)}
      </div>
    </li>
  );
}
