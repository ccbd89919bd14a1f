/** @file The button that opens a model's folder, with its progress and refusal. */
import { FileButton } from '../FileButton.tsx';
import { modelWords as words } from './modelWords.ts';
import styles from './Settings.module.css';

export interface OwnModelProps {
  readonly reading: { readonly done: number; readonly all: number } | null;
  readonly problem: string | null;
  readonly onFolder: (files: readonly File[]) => Promise<void>;
}

export function OwnModel({ reading, problem, onFolder }: OwnModelProps) {
  return (
    <div title={words.about}>
      <FileButton
        label={words.open}
        testId="model-folder"
        isFolder
        disabled={reading !== null}
        onFile={(_, all) => onFolder(all)}
      />
      <p role="status">{reading ? words.reading(reading.done, reading.all) : ''}</p>
      {problem !== null && (
        <p className={styles.error} role="alert" data-testid="model-problem">
          {problem}
        </p>
      )}
    </div>
  );
}
