/** @file CodeMirror set up for short texts; loaded only when an editor is shown. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, diagnosticCount, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Extension, type Text } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { EditorProblem } from './problem.ts';

/** Every colour is a CSS variable of the page, so one theme serves light and dark. */
const theme = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--panel)', fontSize: 'inherit' },
  // The frame around the editor shows the focus.
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '0.375rem 0' },
  '.cm-content ::selection, .cm-line::selection': { backgroundColor: 'var(--accent-tint)' },
  '.cm-gutters': { color: 'var(--ink-soft)', backgroundColor: 'var(--sunken)', borderRight: '1px solid var(--line)' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '1.5rem', padding: '0 0.375rem 0 0.25rem' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-tint)' },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--danger-tint)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--danger) 1px',
    textUnderlineOffset: '0.25em',
    backgroundColor: 'var(--danger-tint)',
  },
  '.cm-lintPoint-error:after': { borderBottomColor: 'var(--danger)' },
  '.cm-tooltip': {
    color: 'var(--ink)',
    backgroundColor: 'var(--panel)',
    border: '1px solid var(--line-strong)',
    fontSize: 'var(--small)',
    maxWidth: '20rem',
  },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--danger)' },
  '.cm-panels': { color: 'var(--ink)', backgroundColor: 'var(--sunken)' },
});

/** Avoids the colours that stand for reward, KL or entropy. */
const highlighting = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--ink-soft)', fontStyle: 'italic' },
  { tag: [tags.number, tags.string, tags.bool, tags.null], color: 'var(--syntax-value)' },
  { tag: tags.keyword, fontWeight: '600' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: 'var(--syntax-call)' },
  { tag: tags.standard(tags.variableName), color: 'var(--syntax-name)' },
  { tag: tags.definition(tags.variableName), fontWeight: '600' },
]);

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly value: string;
  readonly language: Extension;
  readonly attributes: Readonly<Record<string, string>>;
  readonly onChange: (value: string) => void;
}

export interface EditorHandle {
  setValue(value: string): void;
  setProblems(problems: readonly EditorProblem[]): void;
  setReadOnly(on: boolean): void;
  /** Moves cursor and focus to a line and column. */
  goTo(line: number, column: number): void;
  destroy(): void;
}

/** Offset of a line and column, clamped to the text. */
function offsetOf(doc: Text, line: number, column: number): number {
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(from + Math.max(column - 1, 0), to);
}

function diagnosticOf(doc: Text, { line, column, length, message, hint }: EditorProblem): Diagnostic {
  const from = offsetOf(doc, line, column);
  return {
    from,
    to: Math.min(from + length, doc.length),
    severity: 'error',
    message: hint === '' ? message : `${message} ${hint}`,
  };
}

/** Tab is not bound, so it moves the focus as everywhere on the page. */
export function openEditor({ parent, value, language, attributes, onChange }: EditorOptions): EditorHandle {
  const readOnly = new Compartment();
  // True while the page itself sets the value, which is not an edit.
  let isSetting = false;
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: value,
      extensions: [
        lineNumbers(),
        history(),
        bracketMatching(),
        EditorView.lineWrapping,
        keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        language,
        syntaxHighlighting(highlighting),
        theme,
        readOnly.of([]),
        EditorView.contentAttributes.of((shown) => ({
          ...attributes,
          'aria-invalid': String(diagnosticCount(shown.state) > 0),
        })),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isSetting) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setValue(next) {
      if (next === view.state.doc.toString()) return;
      isSetting = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      isSetting = false;
    },
    setProblems: (problems) =>
      view.dispatch(
        setDiagnostics(
          view.state,
          problems.map((problem) => diagnosticOf(view.state.doc, problem)),
        ),
      ),
    setReadOnly: (on) => view.dispatch({ effects: readOnly.reconfigure(EditorState.readOnly.of(on)) }),
    goTo(line, column) {
      view.dispatch({ selection: { anchor: offsetOf(view.state.doc, line, column) }, scrollIntoView: true });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}
