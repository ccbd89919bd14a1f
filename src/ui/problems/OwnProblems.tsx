/** @file A user's own problems: the file, the facts of its rows, and the checker with its trial. */
import { useEffect, useRef } from 'react';
import { FileButton } from '../FileButton.tsx';
import { CheckerForm } from './CheckerForm.tsx';
import { type CheckerName, problemWords as words } from './words.ts';
import styles from './Problems.module.css';

export interface OwnProblemsProps {
  /** The file of the settings' task; null for a task of the program. */
  readonly file: {
    /** Sentences about its rows, and about the trial of its checker. */
    readonly facts: readonly string[];
    readonly tried: string;
    /** Each row that was tried passed. */
    readonly passed: boolean;
    readonly kept: boolean;
    /** The checker; null for a task file, which names its own. */
    readonly checker: { readonly name: CheckerName; readonly parameter: string } | null;
  } | null;
  /** Rows read so far; null while no file is being read. */
  readonly reading: { readonly rows: number } | null;
  readonly problem: string | null;
  readonly onFile: (file: File) => Promise<void>;
  readonly onChecker: (name: CheckerName, parameter: string) => void;
}

export function OwnProblems({ file, reading, problem, onFile, onChecker }: OwnProblemsProps) {
  const isBusy = reading !== null;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const part = box.current;
    // A file that was dropped elsewhere on the page has its facts or its refusal here.
    return isBusy ? () => part?.scrollIntoView({ block: 'nearest' }) : undefined;
  }, [isBusy]);
  return (
    <div className={styles.box} role="group" aria-label={words.label} data-testid="own-problems" ref={box}>
      <span>{words.label}</span>
      {!file && <p>{words.about}</p>}
      {file?.facts.map((fact) => (
        <p key={fact} data-testid="data-fact">
          {fact}
        </p>
      ))}
      {file?.checker && (
        <CheckerForm
          key={`${file.checker.name}${file.checker.parameter}`}
          checker={file.checker}
          disabled={isBusy}
          onChecker={onChecker}
        />
      )}
      {file && (
        <p className={file.passed ? undefined : styles.note} data-testid="data-tried">
          {file.tried}
        </p>
      )}
      {file && !file.kept && !isBusy && <p className={styles.note}>{words.onlyHere}</p>}
      <p role="status" className={styles.status}>
        {reading ? words.reading(reading.rows) : ''}
      </p>
      {problem !== null && (
        <p className={styles.problem} role="alert" data-testid="data-problem">
          {problem}
        </p>
      )}
      <div className={styles.actions}>
        <FileButton
          label={file ? words.another : words.open}
          testId="data-choose"
          accept={words.accept}
          disabled={isBusy}
          onFile={onFile}
        />
      </div>
    </div>
  );
}
