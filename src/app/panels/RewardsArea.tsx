/** @file The place of the reward composer over the page; its code is loaded when it is opened. */
import { Suspense } from 'react';
import { ModalDialog } from '../../ui/ModalDialog.tsx';
import { loadedPart } from '../../ui/Part.tsx';
import { text } from '../../ui/text.ts';
import type { ComposerState } from '../stores/composerStore.ts';
import { useStore } from '../useSampled.ts';
import type { RewardsAreaProps } from './RewardsDialog.tsx';

const isOpenOf = (state: ComposerState) => state.isOpen;

const RewardsDialog = loadedPart(
  'rewards',
  async () => (await import('./RewardsDialog.tsx')).RewardsDialog,
  (message, { composer }) => (
    <ModalDialog
      title={text.rewards.title}
      close={text.rewards.close}
      testId="reward-dialog"
      closeTestId="reward-close"
      onClose={composer.close}
    >
      {message}
    </ModalDialog>
  ),
);

export function RewardsArea(props: RewardsAreaProps) {
  return useStore(props.composer, isOpenOf) ? (
    <Suspense>
      <RewardsDialog {...props} />
    </Suspense>
  ) : null;
}
