/**
 * @file A formula stored as plain text, set as mathematics: variables slanted, words upright, text after _ lowered.
 */
import { Fragment, type ReactNode } from 'react';
import styles from './Settings.module.css';

/** A variable or word with an optional index, or the text between two of them. */
const pieces = /([\p{L}][\p{L}\d′]*)(?:_([\p{L}\d]+))?|[^\p{L}]+/gu;

/** One letter, optionally with digits, is a variable; more letters are a word. */
const isVariable = (name: string): boolean => name !== 'Σ' && /^\p{L}[\d′]*$/u.test(name);

function setPiece([whole, name, index]: RegExpMatchArray): ReactNode {
  if (name === undefined) return whole;
  return [isVariable(name) ? <i key="name">{name}</i> : name, index !== undefined && <sub key="index">{index}</sub>];
}

/** Equations side by side in the text get a line each. */
export function MathText({ formula, label }: { readonly formula: string; readonly label: string }) {
  return (
    <span className={styles.math} translate="no" role="math" aria-label={label}>
      {formula.split(/,\s{2,}/).map((line, at) => (
        <span key={at}>
          {[...line.matchAll(pieces)].map((match, i) => (
            <Fragment key={i}>{setPiece(match)}</Fragment>
          ))}
        </span>
      ))}
    </span>
  );
}
