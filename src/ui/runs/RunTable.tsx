/** @file The list of kept runs: differences, progress, and actions. */
import { ActionIcon } from '@mantine/core';
import { useState } from 'react';
import type { Elements } from '../elements.ts';
import { formatCount, formatShare } from '../format.ts';
import { Icon, type IconName } from '../Icon.tsx';
import { text } from '../text.ts';
import { ForkForm, NameForm } from './RunForms.tsx';
import styles from './Runs.module.css';

export interface RunLine {
  readonly id: string;
  readonly name: string;
  /** A CSS colour. */
  readonly color: string;
  readonly pinned: boolean;
  readonly inHand: boolean;
  readonly shown: boolean;
  /** Sentences such as `Learning rate 0.001 → 0.002`; null for the first run. */
  readonly differs: readonly string[] | null;
  readonly origin: string | null;
  readonly baseAccuracy: number | null;
  readonly finalAccuracy: number | null;
  readonly steps: number;
  /** Date in the reader's locale. */
  readonly date: string;
  readonly backend: string;
}

export interface RunTableProps {
  readonly runs: readonly RunLine[];
  readonly onShow: (id: string) => void;
  readonly onPin: (id: string, pinned: boolean) => void;
  /** Returns why the name was refused, or null. */
  readonly onRename: (id: string, name: string) => string | null;
  readonly onGoOn: (id: string) => void;
  readonly onFork: (id: string, step: number) => void;
  readonly onRemove: (id: string) => void;
  /** Links to the files that a run can be saved as. */
  readonly files: (id: string) => Elements;
}

const words = text.runs.table;
type Editing = { readonly id: string; readonly kind: 'name' | 'fork' | 'files' } | null;

function Action({
  icon,
  label,
  pressed,
  disabled,
  testId,
  onClick,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly testId: string;
  readonly onClick: () => void;
}) {
  return (
    <ActionIcon
      variant={pressed ? 'light' : 'subtle'}
      color="gray"
      size="sm"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled ?? false}
      data-testid={testId}
      onClick={onClick}
    >
      <Icon name={icon} />
    </ActionIcon>
  );
}

const accuracy = (value: number | null) => (value === null ? text.transport.none : formatShare(value));

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
      <td className={styles.fact} data-label={words.accuracy}>
        <span>{`${accuracy(run.baseAccuracy)} → `}</span>
        <b>{accuracy(run.finalAccuracy)}</b>
      </td>
      <td className={styles.fact} data-label={words.steps}>
        {formatCount(run.steps)}
      </td>
      <td className={styles.fact}>{run.date}</td>
      <td className={styles.fact}>{run.backend}</td>
    </>
  );
}

function Line({
  run,
  editing,
  setEditing,
  ...on
}: Omit<RunTableProps, 'runs'> & {
  readonly run: RunLine;
  readonly editing: Editing;
  readonly setEditing: (editing: Editing) => void;
}) {
  const { id, name, color, pinned, inHand, shown } = run;
  const edit = (kind: 'name' | 'fork' | 'files') => () =>
    setEditing(editing?.id === id && editing.kind === kind ? null : { id, kind });
  const isOpen = (kind: 'name' | 'fork' | 'files') => editing?.id === id && editing.kind === kind;
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
          <Action
            icon="play"
            label={words.goOn(name)}
            disabled={inHand}
            testId="run-go-on"
            onClick={() => on.onGoOn(id)}
          />
          <Action
            icon="fork"
            label={words.fork(name)}
            pressed={isOpen('fork')}
            testId="run-fork"
            onClick={edit('fork')}
          />
          <Action
            icon="save"
            label={words.files(name)}
            pressed={isOpen('files')}
            testId="run-files"
            onClick={edit('files')}
          />
          <Action
            icon="pencil"
            label={words.rename(name)}
            pressed={isOpen('name')}
            testId="run-rename"
            onClick={edit('name')}
          />
          <Action
            icon="pin"
            label={words.pin(name, pinned)}
            pressed={pinned}
            testId="run-pin"
            onClick={() => on.onPin(id, !pinned)}
          />
          <Action
            icon="bin"
            label={words.remove(name)}
            disabled={inHand}
            testId="run-remove"
            onClick={() => on.onRemove(id)}
          />
        </td>
      </tr>
      {editing?.id === id && (
        <tr className={styles.formRow}>
          <td colSpan={8}>
            {editing.kind === 'name' && (
              <NameForm name={name} onSave={(next) => on.onRename(id, next)} onClose={close} />
            )}
            {editing.kind === 'fork' && (
              <ForkForm lastStep={run.steps} onFork={(step) => on.onFork(id, step)} onClose={close} />
            )}
            {editing.kind === 'files' && on.files(id)}
          </td>
        </tr>
      )}
    </>
  );
}

export function RunTable({ runs, ...on }: RunTableProps) {
  const [editing, setEditing] = useState<Editing>(null);
  if (runs.length === 0) return <p className={styles.empty}>{words.empty}</p>;
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={text.runs.name}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className={styles.hidden}>{words.show('')}</span>
            </th>
            {[words.name, words.differs, words.accuracy, words.steps, words.date, words.backend, words.actions].map(
              (title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Line key={run.id} run={run} editing={editing} setEditing={setEditing} {...on} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
