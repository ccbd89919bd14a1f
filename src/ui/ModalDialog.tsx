/**
 * @file A dialog over the page: title, close button and content. Escape closes it, and keys pressed in it do nothing on
 * the page.
 */
import { Button } from '@mantine/core';
import { useEffect, useId, useRef } from 'react';
import type { Elements } from './elements.ts';
import styles from './ModalDialog.module.css';

export interface ModalDialogProps {
  readonly title: string;
  readonly close: string;
  readonly testId: string;
  readonly closeTestId: string;
  readonly wide?: boolean;
  /** Added to the dialog's default class. */
  readonly className?: string | undefined;
  readonly onClose: () => void;
  readonly children: Elements;
}

/** Open while mounted. */
export function ModalDialog({
  title,
  close,
  testId,
  closeTestId,
  wide = false,
  className = '',
  onClose,
  children,
}: ModalDialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={`${styles.dialog} ${className}`}
      data-wide={wide || undefined}
      aria-labelledby={id}
      data-testid={testId}
      onClose={onClose}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {/* No header element: in a dialog that would be a banner inside a banner. */}
      <div className={styles.head}>
        <h2 id={id}>{title}</h2>
        <Button size="compact-sm" variant="default" onClick={() => ref.current?.close()} data-testid={closeTestId}>
          {close}
        </Button>
      </div>
      {children}
    </dialog>
  );
}
