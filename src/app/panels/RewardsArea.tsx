/** @file The place of the reward composer over the page; its code is loaded when it is opened. */
import { Suspense } from 'react';
import { loadedDialog } from '../../ui/loadedDialog.tsx';
import { text } from '../../ui/text.ts';
import type { ComposerState } from '../stores/composerStore.ts';
import { useStore } from '../useSampled.ts';
import type { RewardsAreaProps } from './RewardsDialog.tsx';

const isOpenOf = (state: ComposerState) => state.isOpen;

const RewardsDialog = loadedDialog(
  'rewards',
  async () => (await import('./RewardsDialog.tsx')).RewardsDialog,
  text.rewards.title,
  'reward',
);

export function RewardsArea(props: Omit<RewardsAreaProps, 'onClose'>) {
  return useStore(props.composer, isOpenOf) ? (
    <Suspense>
      <RewardsDialog {...props} onClose={props.composer.close} />
    </Suspense>
  ) : null;
}
