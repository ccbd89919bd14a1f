/** @file The dialog in which a page is shared. */
import { ModalDialog } from '../ModalDialog.tsx';
import { text } from '../text.ts';
import { ShareForm, type ShareFormProps } from './ShareForm.tsx';

const words = text.share;

export function ShareDialog({ onClose, ...form }: ShareFormProps & { readonly onClose: () => void }) {
  return (
    <ModalDialog
      title={words.title}
      close={words.close}
      testId="share-dialog"
      closeTestId="share-close"
      onClose={onClose}
    >
      <ShareForm {...form} />
    </ModalDialog>
  );
}
