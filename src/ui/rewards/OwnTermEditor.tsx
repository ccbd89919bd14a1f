/** @file The editor of a custom reward term: name, code, reward on failure, and a trial before use. */
import { Button } from '@mantine/core';
import { useId } from 'react';
import { CodeEditor } from '../editor/CodeEditor.tsx';
import type { EditorProblem } from '../editor/problem.ts';
import { formatNumber } from '../format.ts';
import { text } from '../text.ts';
import styles from './Rewards.module.css';
import type { DraftView, TrialView } from './types.ts';

export interface OwnTermEditorProps {
  readonly draft: DraftView;
  readonly onChange: (change: Partial<Pick<DraftView, 'id' | 'code' | 'onFailure'>>) => void;
  readonly onTry: () => void;
  readonly onUse: () => void;
  readonly onCancel: () => void;
}

const javascript = async () => (await import('@codemirror/lang-javascript')).javascript();

function Trial({ trial }: { readonly trial: TrialView }) {
  return (
    <div className={styles.trial} data-testid="trial">
      <p>{trial.step === null ? text.rewards.triedOnSamples : text.rewards.triedOnStep(trial.step)}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.rewards.columns.completion}</th>
            <th scope="col">{text.rewards.columns.verdict}</th>
            <th scope="col">{text.rewards.columns.score}</th>
          </tr>
        </thead>
        <tbody>
          {trial.rows.map(({ prompt, completion, correct, reward, failure }, row) => (
            <tr key={row} data-testid="trial-row">
              <td>
                <code translate="no">
                  <span className={styles.prompt}>{prompt}</span>
                  {completion}
                </code>
              </td>
              <td>{correct ? text.group.correct : text.group.incorrect}</td>
              <td className={reward === null ? styles.failure : styles.score}>
                {reward === null ? failure : formatNumber(reward)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A failure as an editor problem; it marks the whole line where the column is not known. */
function problemsOf({ problem, code }: DraftView): readonly EditorProblem[] {
  if (!problem || problem.line === null) return [];
  const { line, column, message } = problem;
  return [
    {
      line,
      column: column ?? 1,
      length: column === null ? (code.split('\n')[line - 1]?.length ?? 0) : 1,
      message,
      hint: '',
    },
  ];
}

export function OwnTermEditor({ draft, onChange, onTry, onUse, onCancel }: OwnTermEditorProps) {
  const id = useId();
  return (
    <section className={styles.own} aria-label={text.rewards.ownName} data-testid="own-term">
      <div className={styles.fields}>
        <label htmlFor={`${id}-name`}>{text.rewards.name}</label>
        <input
          id={`${id}-name`}
          className={styles.name}
          value={draft.id}
          autoComplete="off"
          spellCheck={false}
          data-testid="own-name"
          onChange={(event) => onChange({ id: event.currentTarget.value })}
        />
        <label htmlFor={`${id}-failure`}>{text.rewards.onFailure}</label>
        <select
          id={`${id}-failure`}
          value={draft.onFailure}
          data-testid="own-failure"
          onChange={(event) => onChange({ onFailure: event.currentTarget.value === 'exclude' ? 'exclude' : 'stop' })}
        >
          <option value="stop">{text.rewards.failures.stop}</option>
          <option value="exclude">{text.rewards.failures.exclude}</option>
        </select>
      </div>
      {draft.fromLink && <p className={styles.caution}>{text.rewards.cameByLink}</p>}
      <CodeEditor
        label={text.rewards.code}
        value={draft.code}
        problems={problemsOf(draft)}
        testId="own-code"
        language={javascript}
        onChange={(code) => onChange({ code })}
      />
      {draft.problem?.line === null && (
        <p className={styles.failure} role="alert" data-testid="own-problem">
          {draft.problem.message}
        </p>
      )}
      <p className={styles.about}>{text.rewards.rules}</p>
      <div className={styles.buttons}>
        <Button size="compact-sm" variant="default" loading={draft.busy} onClick={onTry} data-testid="own-try">
          {text.rewards.tryIt}
        </Button>
        <Button size="compact-sm" disabled={draft.busy || draft.refusal !== null} onClick={onUse} data-testid="own-use">
          {text.rewards.use}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onCancel} data-testid="own-cancel">
          {draft.fromLink ? text.rewards.leaveOut : text.rewards.cancel}
        </Button>
        {draft.refusal !== null && (
          <span className={styles.about} role="status" data-testid="own-refusal">
            {draft.refusal}
          </span>
        )}
      </div>
      {draft.trial && <Trial trial={draft.trial} />}
    </section>
  );
}
