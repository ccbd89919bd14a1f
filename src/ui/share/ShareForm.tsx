/** @file The level of a link with its preview, tick boxes of single parts, and the link or the frame to copy. */
import { Button } from '@mantine/core';
import { useId, useRef, useState } from 'react';
import { within } from '../../lib/within.ts';
import { text } from '../text.ts';
import { LevelChoice, type LevelChoiceProps } from './LevelChoice.tsx';
import styles from './Share.module.css';

export interface HideableView {
  readonly title: string;
  readonly parts: readonly { readonly id: string; readonly label: string }[];
}

export interface ShareFormProps extends LevelChoiceProps {
  readonly hideable: readonly HideableView[];
  readonly hidden: ReadonlySet<string>;
  readonly wasm: boolean;
  /** The settings differ from those the run began with. */
  readonly changed: boolean;
  /** Parts of the page that the link does not hold, in words. */
  readonly missing: string | null;
  readonly link: string;
  /** HTML of a frame. */
  readonly frame: string;
  readonly onHide: (id: string, hide: boolean) => void;
  readonly onWasm: (on: boolean) => void;
}

const words = text.share;

/** A text to copy; where the page may not write to the clipboard, as on plain http, the text is selected instead. */
export function Copied({
  label,
  value,
  rows,
  testId,
}: {
  readonly label: string;
  readonly value: string;
  readonly rows: number;
  readonly testId: string;
}) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState('');
  const id = useId();
  const copy = async () => {
    field.current?.select();
    try {
      // The permission prompt may never be answered.
      await within(3_000, 'no answer', navigator.clipboard.writeText(value));
      setSaid(words.copied);
    } catch {
      setSaid(words.copyByHand);
    }
  };
  return (
    <div className={styles.copied}>
      <label htmlFor={id}>{label}</label>
      <textarea
        ref={field}
        id={id}
        readOnly
        rows={rows}
        spellCheck={false}
        value={value}
        data-testid={testId}
        onFocus={(event) => event.currentTarget.select()}
      />
      <p>
        <Button size="compact-sm" data-testid={`copy-${testId}`} onClick={() => void copy()}>
          {words.copy}
        </Button>
        <span role="status">{said}</span>
      </p>
    </div>
  );
}

function Hidden({ hideable, hidden, onHide }: Pick<ShareFormProps, 'hideable' | 'hidden' | 'onHide'>) {
  return hideable.map(({ title, parts }) => (
    <fieldset key={title} className={styles.parts}>
      <legend>{`${words.hide}: ${title}`}</legend>
      {parts.map(({ id, label }) => (
        <label key={id}>
          <input
            type="checkbox"
            data-testid={`hide-${id}`}
            checked={hidden.has(id)}
            onChange={(event) => onHide(id, event.currentTarget.checked)}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  ));
}

export function ShareForm({
  link,
  frame,
  wasm,
  changed,
  missing,
  hideable,
  hidden,
  onHide,
  onWasm,
  ...level
}: ShareFormProps) {
  return (
    <div className={styles.form}>
      <p>{words.about}</p>
      {changed && (
        <p className={styles.caution} data-testid="share-changed">
          {words.changed}
        </p>
      )}
      {missing !== null && (
        <p className={styles.caution} data-testid="share-missing">
          {missing}
        </p>
      )}
      <LevelChoice {...level} />
      <Copied label={words.link} value={link} rows={2} testId="share-link" />
      <label className={styles.wasm}>
        <input
          type="checkbox"
          checked={wasm}
          data-testid="share-wasm"
          onChange={(event) => onWasm(event.currentTarget.checked)}
        />
        <span>
          <span>{`${words.wasm} `}</span>
          <small>{words.wasmAbout}</small>
        </span>
      </label>
      <details data-testid="share-single">
        <summary>{words.choose}</summary>
        <Hidden hideable={hideable} hidden={hidden} onHide={onHide} />
      </details>
      <Copied label={words.frame} value={frame} rows={3} testId="share-frame" />
      <p>{words.frameAbout}</p>
    </div>
  );
}
