/** @file One run in the list: its numbers, its actions, and the form that one of them opens. */
import { ActionIcon } from '@mantine/core';
import type { Elements } from '../elements.ts';
import { formatCount, formatNumber, formatShare } from '../format.ts';
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
  /** The last reward, and the exact KL to the base in nats a token; null where they were not measured. */
  readonly reward: number | null;
  readonly kl: number | null;
  /** Titles. */
  readonly task: string;
  readonly algorithm: string;
  readonly seed: number;
  readonly steps: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Name of its group; null in a list without groups. */
  readonly group: string | null;
  /** Date in the reader's locale. */
  readonly date: string;
  readonly backend: string;
}

export interface RunActions {
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
/** Cells of a line. */
export const COLUMNS = 13;
export type Editing = { readonly id: string; readonly kind: 'name' | 'fork' | 'files' } | null;

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

export function Line({
  run,
  editing,
  setEditing,
  ...on
}: RunActions & {
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
          <td colSpan={COLUMNS}>
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
