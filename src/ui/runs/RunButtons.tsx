/** @file The buttons of a run in the list. */
import { ActionIcon } from '@mantine/core';
import { Icon, type IconName } from '../Icon.tsx';
import { text } from '../text.ts';
import type { RunLineProps } from './types.ts';

const words = text.runs.table;

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

export function RunButtons({ run: { id, name, pinned, inHand }, editing, setEditing, ...on }: RunLineProps) {
  const edit = (kind: 'name' | 'fork' | 'files') => () =>
    setEditing(editing?.id === id && editing.kind === kind ? null : { id, kind });
  const isOpen = (kind: 'name' | 'fork' | 'files') => editing?.id === id && editing.kind === kind;
  return (
    <>
      <Action icon="play" label={words.goOn(name)} disabled={inHand} testId="run-go-on" onClick={() => on.onGoOn(id)} />
      <Action icon="fork" label={words.fork(name)} pressed={isOpen('fork')} testId="run-fork" onClick={edit('fork')} />
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
    </>
  );
}
