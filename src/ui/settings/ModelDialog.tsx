/** @file The dialog that opens a model: by its id on the hub, with its forecast, or from the list of those kept. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ModalDialog } from '../ModalDialog.tsx';
import { ModelOffer, type ModelOfferProps } from './ModelOffer.tsx';
import { modelWords } from './modelWords.ts';
import styles from './Settings.module.css';

const words = modelWords.hub;

export interface ModelDialogProps {
  readonly kept: readonly {
    readonly id: string;
    readonly name: string;
    readonly bytes: number;
    /** How it was read, in words. */
    readonly readAs: string;
    /** Id on the hub; null of a model from a folder. */
    readonly hub: string | null;
  }[];
  /** Whether config.json is being read. */
  readonly looking: boolean;
  readonly offer: Omit<ModelOfferProps, 'onLoad' | 'disabled'> | null;
  readonly unfinished: { readonly id: string; readonly bytes: number } | null;
  readonly reading: { readonly done: number; readonly all: number; readonly rate: number } | null;
  readonly problem: string | null;
  /** Looks at a model of the hub; `again` also if it is kept. */
  readonly onOpen: (id: string, again?: boolean) => void;
  readonly onLoad: ModelOfferProps['onLoad'];
  readonly onGoOn: () => void;
  /** Id of the model that the chosen preset is for, if it is not here. */
  readonly wanted: string | null;
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

function Kept({ kept, onUse, onOpen, onRemove }: Pick<ModelDialogProps, 'kept' | 'onUse' | 'onOpen' | 'onRemove'>) {
  if (kept.length === 0) return null;
  return (
    <>
      <h3>{words.kept}</h3>
      <ul className={styles.models}>
        {kept.map(({ id, name, bytes, readAs, hub }) => (
          <li key={id} className={styles.modelLine} data-testid="kept-model">
            <span translate="no">{name}</span>
            <span>{[readAs, words.size(bytes)].filter(Boolean).join(', ')}</span>
            <Button size="compact-sm" variant="default" onClick={() => onUse(id)}>
              {words.use}
            </Button>
            {hub !== null && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={words.againOf(name)}
                onClick={() => onOpen(hub, true)}
              >
                {words.again}
              </Button>
            )}
            <Button size="compact-sm" variant="default" aria-label={words.removeOf(name)} onClick={() => onRemove(id)}>
              {words.remove}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Find({ isBusy, wanted, onOpen }: Pick<ModelDialogProps, 'wanted' | 'onOpen'> & { readonly isBusy: boolean }) {
  const [id, setId] = useState(wanted ?? '');
  return (
    <>
      {wanted !== null && (
        <p className={styles.formula} data-testid="model-wanted">
          {words.wanted(wanted)}
        </p>
      )}
      <form
        className={styles.modelForm}
        onSubmit={(event) => {
          event.preventDefault();
          onOpen(id);
        }}
      >
        <TextInput
          label={words.id}
          placeholder={words.example}
          value={id}
          data-testid="model-id"
          onChange={(event) => setId(event.currentTarget.value)}
        />
        <Button type="submit" disabled={isBusy || id.trim() === ''} data-testid="model-open">
          {words.find}
        </Button>
      </form>
      <p className={styles.formula} data-testid="model-origin">
        {words.origin}
      </p>
    </>
  );
}

export function ModelDialog(props: ModelDialogProps) {
  const { unfinished, reading, looking, offer, problem, wanted, onOpen } = props;
  const isBusy = reading !== null || looking;
  return (
    <ModalDialog
      title={words.title}
      close={words.close}
      testId="model-dialog"
      closeTestId="model-close"
      onClose={props.onClose}
    >
      <div className={styles.settings}>
        {offer?.isRemote !== false && <Find isBusy={isBusy} wanted={wanted} onOpen={onOpen} />}
        <p role="status">{looking ? modelWords.looking : ''}</p>
        {offer && <ModelOffer key={offer.name} {...offer} disabled={isBusy} onLoad={props.onLoad} />}
        <Coming reading={reading} onStop={props.onStop} />
        {unfinished && !reading && (
          <div className={styles.modelLine} data-testid="model-unfinished" data-bytes={unfinished.bytes}>
            <span>{words.unfinished(unfinished.id, unfinished.bytes)}</span>
            <Button size="compact-sm" onClick={props.onGoOn} data-testid="model-go-on">
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
        <Kept kept={props.kept} onUse={props.onUse} onOpen={onOpen} onRemove={props.onRemove} />
      </div>
    </ModalDialog>
  );
}
