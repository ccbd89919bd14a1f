/** @file The editor for a custom objective, with the list of names and functions it may use. */
import { useCallback, useMemo } from 'react';
import { text } from '../text.ts';
import { CodeEditor, type CodeEditorProps } from './CodeEditor.tsx';
import styles from './Editor.module.css';

/** A name or function with a meaning in a formula. */
export interface FormulaWord {
  readonly kind: 'name' | 'function' | 'setting';
  readonly name: string;
  /** Its notation, for example `clip(x, low, high)`. */
  readonly usage: string;
  readonly summary: string;
}

export interface FormulaEditorProps extends Omit<CodeEditorProps, 'language' | 'label'> {
  /** Must be the same list in every render. */
  readonly words: readonly FormulaWord[];
}

const kinds = ['name', 'function', 'setting'] as const;

function Words({ words }: { readonly words: readonly FormulaWord[] }) {
  return (
    <details className={styles.words} data-testid="formula-words">
      <summary>{text.editor.words}</summary>
      <p>{text.editor.grammar}</p>
      {kinds.map((kind) => (
        <dl key={kind} aria-label={text.editor.kinds[kind]}>
          {words
            .filter((word) => word.kind === kind)
            .map(({ name, usage, summary }) => (
              <div key={name}>
                <dt>
                  <code translate="no">{usage}</code>
                </dt>
                <dd>{summary}</dd>
              </div>
            ))}
        </dl>
      ))}
    </details>
  );
}

export function FormulaEditor({ words, ...props }: FormulaEditorProps) {
  const [names, functions] = useMemo(() => {
    const of = (isFunction: boolean) =>
      new Set(words.filter(({ kind }) => (kind === 'function') === isFunction).map(({ name }) => name));
    return [of(false), of(true)];
  }, [words]);
  const language = useCallback(
    async () => (await import('./formulaLanguage.ts')).formulaLanguage(names, functions),
    [names, functions],
  );
  return (
    <div className={styles.formula}>
      <CodeEditor {...props} label={text.editor.formula} language={language} />
      <Words words={words} />
    </div>
  );
}
