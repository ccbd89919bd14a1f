/** @file The dialog that opens a model of the Hugging Face hub by its id, and lists the models that are kept. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ModalDialog } from '../ModalDialog.tsx';
import { modelWords } from './modelWords.ts';
import styles from './Settings.module.css';

const words = modelWords.hub;

export interface ModelDialogProps {
  readonly kept: readonly { readonly id: string; readonly name: string; readonly bytes: number }[];
  readonly unfinished: { readonly id: string; readonly bytes: number } | null;
  readonly reading: { readonly done: number; readonly all: number; readonly rate: number } | null;
  readonly problem: string | null;
  /** Id of the model that the chosen preset is for, if it is not here. */
  readonly wanted: string | null;
  readonly onOpen: (id: string) => Promise<void>;
  readonly onStop: () => void;
  readonly onUse: (id: string) => void;
  readonly onRemove: (id: string) => void;
  readonly onRemoveUnfinished: () => void;
  readonly onClose: () => void;
}

function Coming({ reading, onStop }: Pick<ModelDialogProps, 'reading' | 'onStop'>) {
  if (!reading) return null;
  const { done, all, rate } = reading;
  return (
    <div className={styles.modelLine}>
      <progress value={done} max={Math.max(1, all)} aria-label={words.progress} />
      <span role="status" data-testid="model-progress" data-done={done}>
        {words.coming(done, all, rate)}
      </span>
      <Button size="compact-sm" variant="default" onClick={onStop} data-testid="model-stop">
        {words.stop}
      </Button>
    </div>
  );
}

function Kept({ kept, onUse, onRemove }: Pick<ModelDialogProps, 'kept' | 'onUse' | 'onRemove'>) {
  if (kept.length === 0) return null;
  return (
    <>
      <h3>{words.kept}</h3>
      <ul className={styles.models}>
        {kept.map(({ id, name, bytes }) => (
          <li key={id} className={styles.modelLine} data-testid="kept-model">
            <span translate="no">{name}</span>
            <span>{words.size(bytes)}</span>
            <Button size="compact-sm" variant="default" onClick={() => onUse(id)}>
              {words.use}
            </Button>
            <Button size="compact-sm" variant="default" aria-label={words.removeOf(name)} onClick={() => onRemove(id)}>
              {words.remove}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

export function ModelDialog(props: ModelDialogProps) {
  const { unfinished, reading, problem, wanted, onOpen } = props;
  const [id, setId] = useState(wanted ?? '');
  return (
    <ModalDialog
      title={words.title}
      close={words.close}
      testId="model-dialog"
      closeTestId="model-close"
      onClose={props.onClose}
    >
      <div className={styles.settings}>
        {wanted !== null && (
          <p className={styles.formula} data-testid="model-wanted">
            {words.wanted(wanted)}
          </p>
        )}
        <form
          className={styles.modelForm}
          onSubmit={(event) => {
            event.preventDefault();
            void onOpen(id);
          }}
        >
          <TextInput
            label={words.id}
            placeholder={words.example}
            value={id}
            data-testid="model-id"
            onChange={(event) => setId(event.currentTarget.value)}
          />
          <Button type="submit" disabled={reading !== null || id.trim() === ''} data-testid="model-open">
            {words.download}
          </Button>
        </form>
        <p className={styles.formula} data-testid="model-origin">
          {words.origin}
        </p>
        <Coming reading={reading} onStop={props.onStop} />
        {unfinished && !reading && (
          <div className={styles.modelLine} data-testid="model-unfinished" data-bytes={unfinished.bytes}>
            <span>{words.unfinished(unfinished.id, unfinished.bytes)}</span>
            <Button size="compact-sm" onClick={() => void onOpen(unfinished.id)} data-testid="model-go-on">
              {words.goOn}
            </Button>
            <Button size="compact-sm" variant="default" onClick={props.onRemoveUnfinished}>
              {words.remove}
            </Button>
          </div>
        )}
        {problem !== null && (
          <p className={styles.error} role="alert" data-testid="hub-problem">
            {problem}
          </p>
        )}
        <Kept kept={props.kept} onUse={props.onUse} onRemove={props.onRemove} />
      </div>
    </ModalDialog>
  );
}
