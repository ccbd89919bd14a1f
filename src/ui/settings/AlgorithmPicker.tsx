/** @file The algorithm: a list by kinds, and the sentence, formula and paper of the chosen one. */
import { text } from '../text.ts';
import type { Choice } from '../types.ts';
import { MathText } from './MathText.tsx';
import { Picker } from './Picker.tsx';
import styles from './Settings.module.css';

export interface AlgorithmPickerProps {
  readonly choices: readonly Choice[];
  readonly algorithm: {
    readonly id: string;
    readonly title: string;
    readonly formula: string;
    readonly citation: string;
  };
  readonly waiting: boolean;
  readonly onPick: (id: string) => void;
}

export function AlgorithmPicker({
  choices,
  algorithm: { id, title, formula, citation },
  waiting,
  onPick,
}: AlgorithmPickerProps) {
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
      <p className={styles.formula} data-testid="algorithm-formula">
        <MathText formula={formula} label={text.settings.formulaOf(title, formula)} />
      </p>
      <p className={styles.paper}>
        <span>{`${text.settings.paper} `}</span>
        <a
          href={`https://arxiv.org/abs/${citation}`}
          target="_blank"
          rel="noreferrer"
          data-testid="algorithm-paper"
        >{`arXiv:${citation}`}</a>
      </p>
    </>
  );
}
