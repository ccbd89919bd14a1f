/** @file The page: everything on one screen where there is room, otherwise the same parts as tabs. */
import { ActionIcon, MantineProvider, useMantineColorScheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Activity, Suspense, useDeferredValue, useEffect, useState } from 'react';
import { createBrowserSandbox } from '../worker/browserSandbox.ts';
import { Hideable, HiddenContext, useHidden } from '../ui/Hideable.tsx';
import { Icon } from '../ui/Icon.tsx';
import { LitContext } from '../ui/Lit.tsx';
import { ModalDialog } from '../ui/ModalDialog.tsx';
import { loadedPart, Part } from '../ui/Part.tsx';
import { partWords } from '../ui/partWords.ts';
import { TabBar } from '../ui/TabBar.tsx';
import { text } from '../ui/text.ts';
import { otherScheme } from './colorScheme.ts';
import { EmbedPage } from './EmbedPage.tsx';
import { listenToKeys } from './keyboard.ts';
import { createPageComparison } from './liveComparison.ts';
import { AskArea } from './panels/AskArea.tsx';
import { ChartsArea } from './panels/ChartsArea.tsx';
import { ComparisonArea } from './panels/ComparisonArea.tsx';
import { FootArea } from './panels/FootArea.tsx';
import { GroupArea } from './panels/GroupArea.tsx';
import { MessagesArea } from './panels/MessagesArea.tsx';
import { RunsStrip, RunsTab } from './panels/RunsArea.tsx';
import { SettingsArea } from './panels/SettingsArea.tsx';
import { RewardsArea } from './panels/RewardsArea.tsx';
import { TransportArea } from './panels/TransportArea.tsx';
import { OpenLesson, useCovered, useOpenLesson, ViewLinks, ViewsArea } from './panels/ViewsArea.tsx';
import { createComposer } from './stores/composerStore.ts';
import type { SettingsState } from './stores/settingsState.ts';
import { layout, litControl } from './stores/viewStore.ts';
import { type AppProps, type PartsProps, useRunTask } from './parts.ts';
import { useStore } from './useSampled.ts';
import styles from './App.module.css';

const configOf = (state: SettingsState) => state.config;
const tabs = ['lesson', 'charts', 'group', 'settings', 'ask', 'runs'] as const;
type Tab = (typeof tabs)[number];
const ShareArea = loadedPart(
  'share',
  async () => (await import('./panels/ShareArea.tsx')).ShareArea,
  (message, { onClose }) => (
    <ModalDialog
      title={text.share.open}
      close={partWords.close}
      testId="share-dialog"
      closeTestId="share-close"
      onClose={onClose}
    >
      {message}
    </ModalDialog>
  ),
);

function SchemeButton() {
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

/** A button and not a link: the hash holds the settings. */
function SkipLink() {
  return (
    <button type="button" className={styles.skip} onClick={() => document.getElementById('charts')?.focus()}>
      {text.skip}
    </button>
  );
}

function PresentButton() {
  const [on, setOn] = useState(false);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-presentation', on);
  }, [on]);
  return (
    <ActionIcon
      variant={on ? 'filled' : 'subtle'}
      color={on ? 'blue' : 'gray'}
      size="lg"
      aria-pressed={on}
      aria-label={text.view.present}
      title={text.view.present}
      data-testid="present"
      onClick={() => setOn(!on)}
    >
      <Icon name="present" />
    </ActionIcon>
  );
}

function ShareButton({ session }: Pick<AppProps, 'session'>) {
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
          <ShareArea session={session} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function Wide(props: PartsProps) {
  const { session, library, files, tasks, composer, comparison, place } = props;
  const task = useRunTask(props);
  const config = useStore(session.settings, configOf);
  const hidden = useHidden();
  const covered = useCovered(place);
  const lesson = useOpenLesson(place);
  // The settings are the slowest part and are read last, so they render after the rest.
  const isSettable = useDeferredValue(true, false);
  return (
    <div className={styles.wide} data-lesson={lesson ?? undefined}>
      {!covered && <SkipLink />}
      <header className={styles.top}>
        <div className={styles.brandBlock}>
          <h1 className={styles.brand} title={text.tagline}>
            {text.product}
          </h1>
          <ViewLinks place={place} />
        </div>
        <Part part="transport">
          <TransportArea session={session} library={library} />
        </Part>
        <span className={styles.view}>
          <ShareButton session={session} />
          <PresentButton />
          <SchemeButton />
        </span>
      </header>
      {covered && (
        <main className={styles.covering}>
          <ViewsArea place={place} comparison={comparison} />
        </main>
      )}
      <Activity mode={covered ? 'hidden' : 'visible'}>
        {lesson && (
          <aside className={styles.lesson}>
            <OpenLesson place={place} parts={props} />
          </aside>
        )}
        <Hideable name="settings">
          <aside className={styles.settings} aria-label={text.settings.name}>
            {isSettable && (
              <Part part="settings">
                <SettingsArea session={session} files={files} tasks={tasks} onCompose={composer.open} />
              </Part>
            )}
          </aside>
        </Hideable>
        <main className={styles.middle}>
          <Part part="messages">
            <MessagesArea
              session={session}
              library={library}
              files={files}
              comparison={comparison}
              onShowTerm={composer.show}
            />
          </Part>
          <Part part="comparison">
            <ComparisonArea run={session.run} comparison={comparison} place={place} />
          </Part>
          <Part part="charts">
            <ChartsArea run={session.run} library={library} comparison={comparison} task={task} />
          </Part>
          <Hideable name="runs">
            <Part part="runs">
              <RunsStrip session={session} library={library} tasks={tasks} />
            </Part>
          </Hideable>
        </main>
        {!(hidden.has('group') && hidden.has('ask')) && (
          <aside className={styles.inspector} aria-label={text.inspector}>
            <Hideable name="group">
              <Part part="group">
                <GroupArea run={session.run} task={task} library={library} />
              </Part>
            </Hideable>
            <Hideable name="ask">
              <Part part="ask">
                <AskArea run={session.run} tasks={tasks} settings={config} />
              </Part>
            </Hideable>
          </aside>
        )}
        <div className={styles.bottom}>
          <Part part="foot">
            <FootArea run={session.run} task={task} />
          </Part>
        </div>
      </Activity>
    </div>
  );
}

function Narrow(props: PartsProps) {
  const { session, library, files, tasks, composer, comparison, place } = props;
  const task = useRunTask(props);
  const config = useStore(session.settings, configOf);
  const hidden = useHidden();
  const covered = useCovered(place);
  const lesson = useOpenLesson(place);
  const shown = tabs.filter((name) => !hidden.has(name) && (name !== 'lesson' || lesson));
  const [chosen, setTab] = useState<Tab>('charts');
  const [opened, setOpened] = useState<string | null>(null);
  if (opened !== lesson) {
    setOpened(lesson);
    if (lesson) setTab('lesson');
  }
  const tab = shown.includes(chosen) ? chosen : 'charts';
  return (
    <div className={styles.narrow}>
      <header>
        <div className={styles.top}>
          <h1 className={styles.brand}>{text.product}</h1>
          <ViewLinks place={place} />
          <span className={styles.view}>
            <ShareButton session={session} />
            <SchemeButton />
          </span>
        </div>
        {!covered && (
          <TabBar
            tabs={shown}
            chosen={tab}
            labels={text.view.tabs}
            name={text.view.tabsName}
            panelId="panel"
            onChoose={setTab}
          />
        )}
      </header>
      {covered && (
        <main className={styles.tabMain}>
          <div className={styles.panel}>
            <ViewsArea place={place} comparison={comparison} />
          </div>
        </main>
      )}
      <Activity mode={covered ? 'hidden' : 'visible'}>
        <main className={styles.tabMain}>
          <div className={styles.panel} id="panel" role="tabpanel" aria-label={text.view.tabs[tab]} tabIndex={-1}>
            <Part part="messages">
              <MessagesArea
                session={session}
                library={library}
                files={files}
                comparison={comparison}
                onShowTerm={composer.show}
              />
            </Part>
            <Part part="comparison">
              <ComparisonArea run={session.run} comparison={comparison} place={place} />
            </Part>
            <div hidden={tab !== 'lesson'}>
              <OpenLesson place={place} parts={props} />
            </div>
            {tab === 'charts' && (
              <Part part="charts">
                <ChartsArea run={session.run} library={library} comparison={comparison} task={task} />
              </Part>
            )}
            {tab === 'group' && (
              <Part part="group">
                <GroupArea run={session.run} task={task} library={library} />
              </Part>
            )}
            {tab === 'settings' && (
              <Part part="settings">
                <SettingsArea session={session} files={files} tasks={tasks} onCompose={composer.open} />
              </Part>
            )}
            {tab === 'runs' && (
              <Part part="runs">
                <RunsTab session={session} library={library} tasks={tasks} />
              </Part>
            )}
            <Hideable name="ask">
              <div hidden={tab !== 'ask'}>
                <Part part="ask">
                  <AskArea run={session.run} tasks={tasks} settings={config} />
                </Part>
              </div>
            </Hideable>
            {(tab === 'settings' || tab === 'charts') && (
              <Part part="foot">
                <FootArea run={session.run} task={task} />
              </Part>
            )}
          </div>
        </main>
      </Activity>
      <div className={styles.dock}>
        <Part part="transport">
          <TransportArea session={session} library={library} />
        </Part>
      </div>
    </div>
  );
}

export function App(props: AppProps) {
  const { session, tasks } = props;
  const { hidden, embed } = useStore(layout);
  const { control } = useStore(litControl);
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
    <MantineProvider defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <HiddenContext value={hidden}>
        <LitContext value={control}>
          {embed ? (
            <EmbedPage {...props} composer={composer} comparison={comparison} />
          ) : isNarrow ? (
            <Narrow {...props} composer={composer} comparison={comparison} />
          ) : (
            <Wide {...props} composer={composer} comparison={comparison} />
          )}
        </LitContext>
      </HiddenContext>
      <RewardsArea composer={composer} settings={session.settings} tasks={tasks} />
    </MantineProvider>
  );
}
