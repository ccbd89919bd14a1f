/**
 * @file An editor for a short text: a plain text area until CodeMirror has loaded; problems are underlined and listed
 * below.
 */
import type { EditorProblem } from './problem.ts';
import type { Extension } from '@codemirror/state';
import { useEffect, useId, useRef, useState } from 'react';
import { loadCode } from '../load.ts';
import { partWords } from '../partWords.ts';
import { text } from '../text.ts';
import type { EditorHandle } from './codeMirror.ts';
import styles from './Editor.module.css';

export interface CodeEditorProps {
  readonly label: string;
  readonly value: string;
  readonly problems: readonly EditorProblem[];
  readonly readOnly?: boolean;
  readonly testId?: string;
  /** Loads the syntax highlighting; must be the same function in every render. */
  readonly language: () => Promise<Extension>;
  readonly onChange: (value: string) => void;
}

/** A ref to the newest callbacks, so that the editor is not reopened when they change. */
function useLatest<T>(value: T): { readonly current: T } {
  const ref = useRef(value);
  useEffect(() => {
    ref.current = value;
  });
  return ref;
}

/**
 * The editor inside `host` once its code has loaded; null before. After a failed load `retry` loads again; otherwise it
 * is null.
 */
function useEditor({ label, language, ...props }: CodeEditorProps, describedBy: string) {
  const host = useRef<HTMLDivElement>(null);
  const plain = useRef<HTMLTextAreaElement>(null);
  const [editor, setEditor] = useState<EditorHandle | null>(null);
  const [tries, setTries] = useState(0);
  const [hasFailed, setFailed] = useState(false);
  const latest = useLatest(props);
  useEffect(() => {
    let opened: EditorHandle | null = null;
    let isGone = false;
    const open = async () => {
      const [{ openEditor }, extension] = await loadCode('editor', () =>
        Promise.all([import('./codeMirror.ts'), language()]),
      );
      if (isGone || !host.current) return;
      const hadFocus = document.activeElement === plain.current;
      const attributes = { 'aria-label': label, 'aria-describedby': describedBy };
      opened = openEditor({
        parent: host.current,
        value: latest.current.value,
        language: extension,
        attributes,
        onChange: (value) => latest.current.onChange(value),
      });
      if (hadFocus) opened.goTo(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      setEditor(opened);
    };
    // The text area still works without it.
    void open().catch(() => !isGone && setFailed(true));
    return () => {
      isGone = true;
      opened?.destroy();
      setEditor(null);
    };
  }, [label, language, describedBy, latest, tries]);
  const retry = () => {
    setFailed(false);
    setTries(tries + 1);
  };
  return { host, plain, editor, retry: hasFailed ? retry : null };
}

/** The problems in words; each is a link to its place. */
function Problems({
  id,
  problems,
  onGo,
}: {
  readonly id: string;
  readonly problems: readonly EditorProblem[];
  readonly onGo: (problem: EditorProblem) => void;
}) {
  return (
    <ul id={id} className={styles.problems} aria-live="polite" data-testid="editor-problems">
      {problems.map((problem, index) => (
        <li key={index}>
          <button type="button" onClick={() => onGo(problem)}>
            {text.editor.place(problem.line, problem.column)}
          </button>
          <span>{` ${problem.message}${problem.hint && ` ${problem.hint}`}`}</span>
        </li>
      ))}
    </ul>
  );
}

/** Offset of a place in a plain text. */
const offsetOf = (value: string, { line, column }: EditorProblem): number =>
  value
    .split('\n')
    .slice(0, line - 1)
    .reduce((sum, before) => sum + before.length + 1, 0) +
  column -
  1;

export function CodeEditor(props: CodeEditorProps) {
  const { label, value, problems, readOnly = false, testId, onChange } = props;
  const id = useId();
  const { host, plain, editor, retry } = useEditor(props, `${id}-leave ${id}-problems`);
  useEffect(() => editor?.setValue(value), [editor, value]);
  useEffect(() => editor?.setReadOnly(readOnly), [editor, readOnly]);
  useEffect(() => editor?.setProblems(problems), [editor, problems]);
  const go = (problem: EditorProblem) => {
    const at = offsetOf(value, problem);
    editor?.goTo(problem.line, problem.column);
    plain.current?.focus();
    plain.current?.setSelectionRange(at, at + problem.length);
  };
  return (
    <div className={styles.editor} data-testid={testId} data-invalid={problems.length > 0 || undefined}>
      <div ref={host} className={styles.host} hidden={editor === null} />
      {editor === null && (
        <textarea
          ref={plain}
          className={styles.plain}
          aria-label={label}
          aria-invalid={problems.length > 0}
          aria-describedby={`${id}-leave ${id}-problems`}
          value={value}
          readOnly={readOnly}
          rows={Math.max(4, value.split('\n').length)}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
      {retry && (
        <p className={styles.missing} role="alert" data-testid="editor-missing">
          <span>{`${partWords.notLoaded('editor')}. ${partWords.plainEditor} `}</span>
          <button type="button" data-testid="retry-editor" onClick={retry}>
            {partWords.retry}
          </button>
        </p>
      )}
      <span id={`${id}-leave`} className={styles.leave}>
        {text.editor.leave}
      </span>
      <Problems id={`${id}-problems`} problems={problems} onGo={go} />
    </div>
  );
}
