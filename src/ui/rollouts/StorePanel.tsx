/**
 * @file Source of the rollouts of an offline run: the base or a file; shows a file's contents and why a file was
 * refused.
 */
import { Button } from '@mantine/core';
import { FileButton } from '../FileButton.tsx';
import { rolloutWords as words } from './words.ts';
import styles from './Rollouts.module.css';

/** The facts of a file, in words. */
export interface StoreFileView {
  readonly sha256: string;
  readonly bytes: number;
  readonly policy: string;
  readonly temperature: number;
  /** Title of its task, and the task's name for its difficulty. */
  readonly task: string;
  readonly difficultyLabel: string;
  readonly difficulty: number;
  readonly groupSize: number;
  readonly rollouts: number;
  readonly prompts: number;
  readonly right: number;
}

export interface StorePanelProps {
  readonly file: StoreFileView | null;
  /** Further notes. */
  readonly notes: readonly string[];
  readonly reading: boolean;
  readonly problem: string | null;
  /** Applies the settings that the refused file needs; absent where no settings would make it fit. */
  readonly offer: { readonly label: string; readonly onTake: () => void } | null;
  /** The settings name a file, whether it is in the browser or not. */
  readonly named: boolean;
  readonly onFile: (file: File) => Promise<void>;
  readonly onBase: () => void;
}

function Facts({ file }: { readonly file: StoreFileView }) {
  const { facts } = words;
  const groups = file.rollouts / file.groupSize;
  const lines: readonly (readonly [keyof typeof facts, string])[] = [
    ['holds', words.counts(file.rollouts, groups, file.groupSize, file.prompts)],
    ['right', words.right(file.right)],
    ['rewards', words.rewards],
    ['writer', words.writer(file.policy, file.temperature)],
    ['problems', words.problems(file.task, file.difficultyLabel, file.difficulty)],
    ['file', words.file(file.bytes, file.sha256)],
  ];
  return (
    <dl className={styles.facts} data-testid="store-file" data-sha256={file.sha256}>
      {lines.map(([name, value]) => (
        <div key={name}>
          <dt>{facts[name]}</dt>
          <dd data-fact={name}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function StoreProblem({ problem, offer }: Pick<StorePanelProps, 'problem' | 'offer'>) {
  if (problem === null) return null;
  return (
    <div className={styles.problem} role="alert" data-testid="store-problem">
      <p>{problem}</p>
      {offer && (
        <Button
          size="compact-xs"
          variant="default"
          data-testid="store-fit"
          classNames={{ root: styles.offer ?? '', label: styles.offerLabel ?? '' }}
          onClick={offer.onTake}
        >
          {offer.label}
        </Button>
      )}
    </div>
  );
}

export function StorePanel({ file, notes, reading, problem, offer, named, onFile, onBase }: StorePanelProps) {
  return (
    <div className={styles.store} role="group" aria-label={words.label} data-testid="store">
      <span className={styles.label}>{words.label}</span>
      {!named && <p>{words.ofBase}</p>}
      {file && <Facts file={file} />}
      {notes.map((note) => (
        <p key={note} className={styles.note} data-testid="store-note">
          {note}
        </p>
      ))}
      <p role="status" className={styles.status}>
        {reading ? words.reading : ''}
      </p>
      <StoreProblem problem={problem} offer={offer} />
      <div className={styles.actions}>
        <FileButton
          label={named ? words.otherFile : words.fromFile}
          testId="store-choose"
          accept=".jsonl"
          disabled={reading}
          onFile={onFile}
        />
        {named && (
          <Button size="compact-xs" variant="default" data-testid="store-base" onClick={onBase}>
            {words.fromBase}
          </Button>
        )}
      </div>
    </div>
  );
}
