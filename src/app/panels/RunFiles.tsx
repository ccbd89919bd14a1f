/** @file The files that a run can be saved as, and the one that comes back; what makes them is loaded when asked for. */
import { Button } from '@mantine/core';
import { useId, useRef, useState } from 'react';
import type { Task } from '../../tasks/task.ts';
import { text } from '../../ui/text.ts';
import type { FileKind } from '../files/save.ts';
import type { Library } from '../stores/library.ts';
import type { Session } from '../stores/session.ts';
import styles from '../../ui/runs/Runs.module.css';

const words = text.runs.files;
const kinds: readonly FileKind[] = ['csv', 'jsonl', 'adapter', 'train', 'run'];

export interface RunFilesProps {
  readonly session: Session;
  readonly library: Library;
  readonly tasks: readonly Task[];
  readonly id: string;
}

export function RunFiles({ session, library, tasks, id }: RunFilesProps) {
  const [error, setError] = useState<string | null>(null);
  const save = async (kind: FileKind) => {
    setError(null);
    try {
      await (await import('../files/save.ts')).saveRun(kind, session, library, tasks, id);
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    }
  };
  return (
    <div className={styles.form}>
      {kinds.map((kind) => (
        <Button key={kind} size="compact-xs" variant="default" data-testid={`save-${kind}`} onClick={() => void save(kind)}>{words[kind]}</Button>
      ))}
      {error !== null && <span className={styles.refusal} role="alert">{error}</span>}
    </div>
  );
}

/** A button that opens the system's file chooser. */
export function OpenRunFile({ library }: { readonly library: Library }) {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const open = async (file: File | undefined) => {
    if (!file) return;
    try {
      await (await import('../files/save.ts')).openRunFile(library, file);
    } catch (cause) {
      library.setState({ problem: words.refused(file.name, cause instanceof Error ? cause.message : String(cause)) });
    } finally {
      // The same file can be chosen again.
      if (field.current) field.current.value = '';
    }
  };
  return (
    <>
      <input ref={field} id={id} type="file" hidden data-testid="run-file" aria-label={text.runs.table.openFile} onChange={(event) => void open(event.currentTarget.files?.[0])} />
      <Button size="compact-xs" variant="default" onClick={() => field.current?.click()}>{text.runs.table.openFile}</Button>
    </>
  );
}
