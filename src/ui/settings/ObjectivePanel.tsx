/**
 * @file The objective of a run: the algorithm's own, or a custom text that the user puts into effect.
 */
import { Button } from '@mantine/core';
import type { EditorProblem } from '../editor/problem.ts';
import { FormulaEditor, type FormulaWord } from '../editor/FormulaEditor.tsx';
import { text } from '../text.ts';
import styles from './Settings.module.css';

export interface ObjectivePanelProps {
  readonly algorithm: string;
  /** The text in the settings; empty for the algorithm's own objective. */
  readonly used: string;
  /** The run has steps with another objective than `used`. */
  readonly waiting: boolean;
  /** The text in the editor; null while it is closed. */
  readonly draft: string | null;
  /** The draft came with a link and was not accepted yet. */
  readonly fromLink: boolean;
  readonly problems: readonly EditorProblem[];
  readonly words: readonly FormulaWord[];
  readonly onOpen: () => void;
  readonly onEdit: (draft: string) => void;
  readonly onUse: () => void;
  /** Closes the editor and returns to the algorithm's own objective. */
  readonly onDrop: () => void;
}

function Editor({
  algorithm,
  used,
  waiting,
  draft,
  fromLink,
  problems,
  words,
  onEdit,
  onUse,
  onDrop,
}: ObjectivePanelProps & { readonly draft: string }) {
  const isUsed = draft === used;
  const state =
    problems.length > 0
      ? text.objective.refused
      : !isUsed
        ? text.objective.unused
        : waiting
          ? text.objective.waiting
          : text.objective.used;
  return (
    <>
      {fromLink && (
        <p className={styles.foreign} data-testid="objective-foreign">
          {text.objective.foreign(algorithm)}
        </p>
      )}
      <FormulaEditor testId="objective-editor" value={draft} problems={problems} words={words} onChange={onEdit} />
      <div className={styles.actions}>
        <Button size="compact-sm" disabled={isUsed || problems.length > 0} data-testid="objective-use" onClick={onUse}>
          {text.objective.use}
        </Button>
        <Button size="compact-sm" variant="default" data-testid="objective-drop" onClick={onDrop}>
          {text.objective.drop(algorithm)}
        </Button>
      </div>
      <p role="status" data-testid="objective-state" data-used={isUsed && problems.length === 0}>
        {state}
      </p>
    </>
  );
}

export function ObjectivePanel(props: ObjectivePanelProps) {
  const { algorithm, draft, onOpen } = props;
  return (
    <section className={styles.section} aria-label={text.objective.name} data-testid="objective">
      <h2>
        <span>{text.objective.name}</span>
        <small>{text.settings.restartMark}</small>
      </h2>
      {draft === null ? (
        <div className={styles.actions}>
          <span>{text.objective.own(algorithm)}</span>
          <Button size="compact-sm" variant="default" data-testid="objective-open" onClick={onOpen}>
            {text.objective.open}
          </Button>
        </div>
      ) : (
        <Editor {...props} draft={draft} />
      )}
    </section>
  );
}
