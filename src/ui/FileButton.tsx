/** @file A button that opens the system's chooser of a file or a folder. */
import { Button, type ButtonProps } from '@mantine/core';
import { useId, useRef } from 'react';

export interface FileButtonProps {
  readonly label: string;
  /** Test id of the file input. */
  readonly testId: string;
  /** File endings that the chooser shows first, as in `.jsonl`; all files where absent. */
  readonly accept?: string;
  readonly disabled?: boolean;
  readonly look?: Pick<ButtonProps, 'size' | 'variant'>;
  /** Whether a folder is chosen; `onFile` then gets all its files. */
  readonly isFolder?: boolean;
  readonly onFile: (file: File, all: readonly File[]) => Promise<void>;
}

export function FileButton({
  label,
  testId,
  accept,
  disabled = false,
  look = { size: 'compact-xs', variant: 'default' },
  isFolder = false,
  onFile,
}: FileButtonProps) {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const take = async (chosen: readonly File[]) => {
    const [file] = chosen;
    if (file) await onFile(file, chosen);
    // Cleared so that choosing the same file again fires `change`.
    if (field.current) field.current.value = '';
  };
  return (
    <>
      <input
        ref={field}
        id={id}
        type="file"
        hidden
        accept={accept}
        {...(isFolder ? { webkitdirectory: '' } : {})}
        data-testid={testId}
        aria-label={label}
        onChange={(event) => void take([...(event.currentTarget.files ?? [])])}
      />
      <Button {...look} disabled={disabled} onClick={() => field.current?.click()}>
        {label}
      </Button>
    </>
  );
}
