/** @file The buttons at the top of the page: sharing, presentation mode, colour scheme. */
import { ActionIcon, useMantineColorScheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Suspense, useEffect, useRef, useState } from 'react';
import { Icon } from '../ui/Icon.tsx';
import { loadedDialog } from '../ui/loadedDialog.tsx';
import { text } from '../ui/text.ts';
import { otherScheme } from './colorScheme.ts';
import { FIRST_CHART, type Layout } from './layoutLink.ts';
import type { AppProps } from './parts.ts';
import { layout, present } from './stores/viewStore.ts';
import { useStore } from './useSampled.ts';

const ShareArea = loadedDialog(
  'share',
  async () => (await import('./panels/ShareArea.tsx')).ShareArea,
  text.share.open,
);

export function SchemeButton() {
  // Switching transitions off would need a style element, which the content security policy forbids.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const system = useMediaQuery('(prefers-color-scheme: dark)', false, { getInitialValueInEffect: false })
    ? 'dark'
    : 'light';
  const { seen, stored } = otherScheme(colorScheme, system);
  const label = stored === 'auto' ? text.view.followSystem(text.view.scheme[seen]) : text.view.scheme[seen];
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      data-testid="scheme"
      onClick={() => setColorScheme(stored)}
    >
      <Icon name={colorScheme} />
    </ActionIcon>
  );
}

const presentOf = ({ present: chart }: Layout) => chart;

/** The button was pressed; the page that appears then has another one, which takes the focus. */
let isPressed = false;

export function PresentButton() {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isPressed) button.current?.focus();
    isPressed = false;
  }, []);
  const on = useStore(layout, presentOf) !== null;
  const label = on ? text.view.endPresent : text.view.present;
  return (
    <ActionIcon
      variant={on ? 'filled' : 'subtle'}
      color={on ? 'blue' : 'gray'}
      size="lg"
      aria-pressed={on}
      aria-label={label}
      title={label}
      data-testid="present"
      ref={button}
      onClick={() => {
        isPressed = true;
        present(on ? null : FIRST_CHART);
      }}
    >
      <Icon name="present" />
    </ActionIcon>
  );
}

export function ShareButton({ session, tasks }: Pick<AppProps, 'session' | 'tasks'>) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={text.share.open}
        title={text.share.open}
        data-testid="share"
        onClick={() => setOpen(true)}
      >
        <Icon name="share" />
      </ActionIcon>
      {open && (
        <Suspense fallback={null}>
          <ShareArea session={session} tasks={tasks} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
