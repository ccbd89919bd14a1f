/** @file One run in the list: its numbers, and the form that one of its buttons opens. */
import { formatCount, formatNumber, formatShare } from '../format.ts';
import { text } from '../text.ts';
import { RunButtons } from './RunButtons.tsx';
import { ForkForm, NameForm } from './RunForms.tsx';
import type { RunLine, RunLineProps } from './types.ts';
import styles from './Runs.module.css';

const words = text.runs.table;
/** Cells of a line. */
export const COLUMNS = 13;

export const shownShare = (value: number | null): string => (value === null ? text.transport.none : formatShare(value));
export const shownNumber = (value: number | null): string =>
  value === null ? text.transport.none : formatNumber(value);

function Cells({ run }: { readonly run: RunLine }) {
  return (
    <>
      <td className={styles.differs} title={words.differs}>
        {run.origin && <span>{`${run.origin}${run.differs && run.differs.length > 0 ? '; ' : ''}`}</span>}
        <span>
          {run.differs === null
            ? run.origin
              ? ''
              : words.first
            : run.differs.length === 0
              ? run.origin
                ? ''
                : words.nothing
              : run.differs.join('; ')}
        </span>
      </td>
      <td className={styles.fact}>{run.task}</td>
      <td className={styles.fact}>{run.algorithm}</td>
      <td className={styles.fact} data-label={words.seed}>
        {run.seed}
      </td>
      <td className={styles.fact} data-label={words.steps}>
        {formatCount(run.steps)}
      </td>
      <td className={styles.fact} data-label={words.reward}>
        <b>{shownNumber(run.reward)}</b>
      </td>
      <td className={styles.fact} data-label={words.accuracy}>
        <span>{`${shownShare(run.baseAccuracy)} → `}</span>
        <b>{shownShare(run.finalAccuracy)}</b>
      </td>
      <td className={styles.fact} data-label={words.kl}>
        <b>{shownNumber(run.kl)}</b>
      </td>
      <td className={styles.fact}>{run.date}</td>
      <td className={styles.fact}>{run.backend}</td>
    </>
  );
}

export function Line({ run, editing, setEditing, ...on }: RunLineProps) {
  const { id, name, color, inHand, shown } = run;
  const close = () => setEditing(null);
  return (
    <>
      <tr data-testid="run" data-run={id} data-in-hand={inHand} data-steps={run.steps}>
        <td className={styles.tick}>
          <input
            type="checkbox"
            aria-label={words.show(name)}
            checked={shown || inHand}
            disabled={inHand}
            onChange={() => on.onShow(id)}
            data-testid="run-show"
          />
        </td>
        <th scope="row">
          <i className={styles.swatch} style={{ background: color }} aria-hidden="true" />
          <span translate="no" data-testid="run-name">
            {name}
          </span>
          {inHand && <small>{words.inHand}</small>}
        </th>
        <Cells run={run} />
        <td className={styles.actions}>
          <RunButtons run={run} editing={editing} setEditing={setEditing} {...on} />
        </td>
      </tr>
      {editing?.id === id && (
        <tr className={styles.formRow}>
          <td colSpan={COLUMNS}>
            {editing.kind === 'name' && (
              <NameForm name={name} onSave={(next) => on.onRename(id, next)} onClose={close} />
            )}
            {editing.kind === 'fork' && (
              <ForkForm lastStep={run.steps} onFork={(step) => on.onFork(id, step)} onClose={close} />
            )}
            {editing.kind === 'files' && <div>{on.files(id)}</div>}
          </td>
        </tr>
      )}
    </>
  );
}
