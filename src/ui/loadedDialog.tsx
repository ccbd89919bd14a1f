/** @file A dialog whose code is loaded when it is first opened. */
import type { ComponentType } from 'react';
import { ModalDialog } from './ModalDialog.tsx';
import { loadedPart } from './Part.tsx';
import { type PartId, partWords } from './partWords.ts';

/** As `loadedPart`; code that does not load is reported in a dialog of this title. `name` begins its test ids. */
export const loadedDialog = <Props extends { readonly onClose: () => void }>(
  part: PartId,
  load: () => Promise<ComponentType<Props>>,
  title: string,
  name: string = part,
): ComponentType<Props> =>
  loadedPart(part, load, (message, { onClose }) => (
    <ModalDialog
      title={title}
      close={partWords.close}
      testId={`${name}-dialog`}
      closeTestId={`${name}-close`}
      onClose={onClose}
    >
      {message}
    </ModalDialog>
  ));
