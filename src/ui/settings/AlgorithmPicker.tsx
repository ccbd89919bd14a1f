/** @file The algorithm: a list by kinds, and the sentence, formula and paper of the chosen one. */
import { text } from '../text.ts';
import type { Choice } from '../types.ts';
import { useRemembered } from './Fields.tsx';
import { LossText, type LossTextProps } from './LossText.tsx';
import { Picker } from './Picker.tsx';
import styles from './Settings.module.css';

export interface AlgorithmPickerProps {
  readonly choices: readonly Choice[];
  readonly algorithm: { readonly id: string; readonly citation: string };
  readonly loss: LossTextProps;
  /** The loss is the visitor's own, which is not folded away. */
  readonly isOwn: boolean;
  readonly waiting: boolean;
  readonly onPick: (id: string) => void;
}

export function AlgorithmPicker({ choices, algorithm, loss, isOwn, waiting, onPick }: AlgorithmPickerProps) {
  const { id, citation } = algorithm;
  const [open, setOpen] = useRemembered('formula');
  return (
    <>
      <div className={styles.bare}>
        <Picker
          label={text.settings.algorithm}
          testId="algorithm"
          choices={choices}
          value={id}
          waiting={waiting}
          onPick={onPick}
        />
      </div>
      <details
        className={styles.subfold}
        data-testid="fold-formula"
        open={open || isOwn}
        onToggle={({ currentTarget }) => !isOwn && setOpen(currentTarget.open)}
      >
        <summary>{text.settings.formulaFold}</summary>
        <LossText {...loss} />
        <p className={styles.paper}>
          <span>{`${text.settings.paper} `}</span>
          <a href={`https://arxiv.org/abs/${citation}`} target="_blank" rel="noreferrer" data-testid="algorithm-paper">
            {text.settings.paperId(citation)}
          </a>
        </p>
      </details>
    </>
  );
}
