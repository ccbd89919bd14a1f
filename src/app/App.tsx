/** @file The page in the layout that fits: compact for a frame, tabs on a narrow screen, otherwise all panels at once. */
import { createTheme, MantineProvider, Portal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { createBrowserSandbox } from '../worker/browserSandbox.ts';
import { HiddenContext } from '../ui/Hideable.tsx';
import { LitContext } from '../ui/Lit.tsx';
import { text } from '../ui/text.ts';
import { EmbedPage } from './EmbedPage.tsx';
import { listenToKeys } from './keyboard.ts';
import { createPageComparison } from './liveComparison.ts';
import { NarrowPage } from './NarrowPage.tsx';
import { PresentPage } from './PresentPage.tsx';
import { DropArea } from './panels/DropArea.tsx';
import { RewardsArea } from './panels/RewardsArea.tsx';
import { useCovered } from './panels/ViewsArea.tsx';
import type { AppProps } from './parts.ts';
import { createComposer } from './stores/composerStore.ts';
import { layout, openPart } from './stores/viewStore.ts';
import { useStore } from './useSampled.ts';
import { WidePage } from './WidePage.tsx';

/** Tooltips and menus lie in a region of the page, since screen readers move by regions. */
const theme = createTheme({ components: { Portal: Portal.extend({ defaultProps: { target: '#overlays' } }) } });

export function App(props: AppProps) {
  const { session, tasks } = props;
  const { hidden, embed, present } = useStore(layout);
  const isCovered = useCovered(props.place);
  const { names } = useStore(openPart);
  const [comparison] = useState(() => createPageComparison(props));
  const [composer] = useState(() =>
    createComposer({ settings: session.settings, run: session.run, tasks, sandbox: createBrowserSandbox() }),
  );
  const isNarrow = useMediaQuery('(max-width: 899px)', false, { getInitialValueInEffect: false });
  useEffect(
    () => listenToKeys(document, { toggle: () => void session.toggle(), step: () => void session.step() }),
    [session],
  );
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <HiddenContext value={hidden}>
        <LitContext value={names}>
          {embed ? (
            <EmbedPage {...props} composer={composer} comparison={comparison} />
          ) : isNarrow ? (
            <NarrowPage {...props} composer={composer} comparison={comparison} />
          ) : present !== null && !isCovered ? (
            <PresentPage {...props} composer={composer} comparison={comparison} chart={present} />
          ) : (
            <WidePage {...props} composer={composer} comparison={comparison} />
          )}
        </LitContext>
      </HiddenContext>
      {!embed && <DropArea data={props.data} place={props.place} />}
      <div id="overlays" role="region" aria-label={text.overlays} />
      <RewardsArea composer={composer} settings={session.settings} tasks={tasks} />
    </MantineProvider>
  );
}
