/** @file The reward composer over the page: the table of terms, and below it the term being written. */
import { Button } from '@mantine/core';
import { ModalDialog } from '../ModalDialog.tsx';
import { text } from '../text.ts';
import { rewardWords } from './words.ts';
import { OwnTermEditor, type OwnTermEditorProps } from './OwnTermEditor.tsx';
import styles from './Rewards.module.css';
import { TermTable, type TermTableProps } from './TermTable.tsx';
import type { DraftView, ExampleView } from './types.ts';

export interface RewardDialogProps extends TermTableProps, Omit<OwnTermEditorProps, 'draft'> {
  readonly draft: DraftView | null;
  readonly examples: readonly ExampleView[];
  /** Why the last change was refused. */
  readonly refused: string | null;
  /** Starts a new term from an example, or empty for null. */
  readonly onStart: (example: string | null) => void;
  readonly onClose: () => void;
}

function Starts({ examples, onStart }: Pick<RewardDialogProps, 'examples' | 'onStart'>) {
  return (
    <section className={styles.starts} aria-label={text.rewards.addName}>
      <h3>{text.rewards.addName}</h3>
      <ul>
        {examples.map(({ id, title, summary }) => (
          <li key={id}>
            <Button size="compact-sm" variant="default" onClick={() => onStart(id)} data-testid={`start-${id}`}>
              {title}
            </Button>
            <span>{summary}</span>
          </li>
        ))}
        <li>
          <Button size="compact-sm" variant="default" onClick={() => onStart(null)} data-testid="start-empty">
            {rewardWords.empty}
          </Button>
          <span>{rewardWords.emptySummary}</span>
        </li>
      </ul>
    </section>
  );
}

export function RewardDialog({
  draft,
  examples,
  refused,
  onStart,
  onClose,
  onChange,
  onTry,
  onUse,
  onCancel,
  ...table
}: RewardDialogProps) {
  return (
    <ModalDialog
      wide
      title={text.rewards.title}
      close={text.rewards.close}
      testId="rewards"
      closeTestId="rewards-close"
      className={styles.dialog}
      onClose={onClose}
    >
      <p className={styles.about}>{text.rewards.about}</p>
      <TermTable {...table} />
      {refused !== null && (
        <p className={styles.failure} role="alert" data-testid="rewards-refused">
          {refused}
        </p>
      )}
      {draft ? (
        <OwnTermEditor draft={draft} onChange={onChange} onTry={onTry} onUse={onUse} onCancel={onCancel} />
      ) : (
        <Starts examples={examples} onStart={onStart} />
      )}
    </ModalDialog>
  );
}
