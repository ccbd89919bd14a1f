/** @file Saving a run as a file and opening a run file; the code for it is loaded on demand. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Task } from '../../tasks/task.ts';
import { FileButton } from '../../ui/FileButton.tsx';
import { loadCode } from '../../ui/load.ts';
import { rolloutWords } from '../../ui/rollouts/words.ts';
import { text } from '../../ui/text.ts';
import type { FileKind } from '../files/save.ts';
import type { Library } from '../stores/library.ts';
import type { Session } from '../stores/session.ts';
import styles from '../../ui/runs/Runs.module.css';

const words = text.runs.files;
const kinds: readonly FileKind[] = ['csv', 'jsonl', 'adapter', 'base', 'merged', 'train', 'verl', 'run', 'rollouts'];

const importSave = () => loadCode('files', () => import('../files/save.ts'));

export interface RunFilesProps {
  readonly session: Session;
  readonly library: Library;
  readonly tasks: readonly Task[];
  readonly id: string;
}

export function RunFiles({ session, library, tasks, id }: RunFilesProps) {
  const [said, setSaid] = useState<{ readonly sentence: string | null; readonly refused: boolean }>({
    sentence: null,
    refused: false,
  });
  const save = async (kind: FileKind) => {
    setSaid({ sentence: null, refused: false });
    try {
      setSaid({ sentence: await (await importSave()).saveRun(kind, session, library, tasks, id), refused: false });
    } catch (cause) {
      setSaid({ sentence: cause instanceof Error ? cause.message : String(cause), refused: true });
    }
  };
  return (
    <div className={styles.form}>
      {kinds.map((kind) => (
        <Button
          key={kind}
          size="compact-xs"
          variant="default"
          data-testid={`save-${kind}`}
          onClick={() => void save(kind)}
        >
          {kind === 'rollouts' ? rolloutWords.save : words[kind]}
        </Button>
      ))}
      <span
        className={said.refused ? styles.refusal : undefined}
        role={said.refused ? 'alert' : 'status'}
        data-testid="save-said"
      >
        {said.sentence}
      </span>
    </div>
  );
}

/** Adds a run from a file to the list. */
export function OpenRunFile({ library }: { readonly library: Library }) {
  const open = async (file: File) => {
    try {
      await (await importSave()).openRunFile(library, file);
    } catch (cause) {
      library.report(words.refused(file.name, cause instanceof Error ? cause.message : String(cause)));
    }
  };
  return <FileButton label={text.runs.table.openFile} testId="run-file" onFile={open} />;
}
