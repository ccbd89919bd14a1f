/** @file The page on a narrow screen: one panel at a time, chosen by tabs. */
import { Activity, useState } from 'react';
import { Hideable, useHidden } from '../ui/Hideable.tsx';
import { Part } from '../ui/Part.tsx';
import { TabBar } from '../ui/TabBar.tsx';
import { text } from '../ui/text.ts';
import { AskArea } from './panels/AskArea.tsx';
import { ComparisonArea } from './panels/ComparisonArea.tsx';
import { FirstLesson } from './panels/FirstLesson.tsx';
import { FootArea } from './panels/FootArea.tsx';
import { GroupArea } from './panels/GroupArea.tsx';
import { PageMessages } from './PageMessages.tsx';
import { MiddleArea } from './panels/MiddleArea.tsx';
import { RunsTab } from './panels/RunsArea.tsx';
import { SettingsArea } from './panels/SettingsArea.tsx';
import { TimeArea } from './panels/TimeArea.tsx';
import { TransportArea } from './panels/TransportArea.tsx';
import { OpenLesson, useCovered, useOpenLesson, ViewLinks, ViewsArea } from './panels/ViewsArea.tsx';
import type { RunState } from './stores/runStore.ts';
import { askedOf, debriefAsked, lessonCalls } from './stores/viewStore.ts';
import type { SettingsState } from './stores/settingsState.ts';
import { type PartsProps, useRunTask } from './parts.ts';
import { SchemeButton, ShareButton } from './TopButtons.tsx';
import { useStore } from './useSampled.ts';
import styles from './App.module.css';

const configOf = (state: SettingsState) => state.config;
const isNewOf = (state: RunState) => state.step === 0;
const tabs = ['lesson', 'charts', 'group', 'settings', 'ask', 'runs'] as const;
type Tab = (typeof tabs)[number];

/** Calls `open` during rendering when `value` differs from the rendering before. */
function useChange<T>(value: T, first: T, open: () => void): void {
  const [seen, setSeen] = useState(first);
  if (seen === value) return;
  setSeen(value);
  open();
}

/** The chosen tab; a part that is opened or asked for from elsewhere comes to the front. */
function useTab(lesson: string | null): readonly [Tab, (tab: Tab) => void] {
  const [chosen, setTab] = useState<Tab>('charts');
  useChange(lesson, null, () => lesson && setTab('lesson'));
  const { count } = useStore(lessonCalls);
  useChange(count, count, () => setTab('lesson'));
  // The debrief is on the tab of the charts.
  const asked = useStore(debriefAsked, askedOf);
  useChange(asked, asked, () => setTab('charts'));
  return [chosen, setTab];
}

export function NarrowPage(props: PartsProps) {
  const { session, library, tasks, composer, comparison, place, viewing } = props;
  const task = useRunTask(props);
  const config = useStore(session.settings, configOf);
  const hidden = useHidden();
  const covered = useCovered(place);
  const lesson = useOpenLesson(place);
  const isNew = useStore(session.run, isNewOf);
  const shown = tabs.filter((name) => !hidden.has(name) && (name !== 'lesson' || lesson));
  const [chosen, setTab] = useTab(lesson);
  const tab = shown.includes(chosen) ? chosen : 'charts';
  return (
    <div className={styles.narrow}>
      <header>
        <div className={styles.top}>
          <h1 className={styles.brand}>{text.product}</h1>
          <ViewLinks place={place} />
          <span className={styles.view}>
            <ShareButton session={session} tasks={tasks} />
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
            <PageMessages {...props} />
            <Part part="comparison">
              <ComparisonArea run={session.run} comparison={comparison} place={place} tasks={tasks} />
            </Part>
            <div hidden={tab !== 'lesson'}>
              <OpenLesson place={place} parts={props} />
            </div>
            {tab === 'charts' && (
              <>
                {isNew && (
                  <p className={styles.intro} data-testid="intro">
                    {text.intro}
                  </p>
                )}
                <FirstLesson run={session.run} place={place} />
                <MiddleArea {...props} />
              </>
            )}
            {tab === 'group' && (
              <Part part="group">
                <GroupArea
                  run={session.run}
                  viewing={viewing}
                  task={task}
                  library={library}
                  settings={session.settings}
                  comparison={comparison}
                />
              </Part>
            )}
            {tab === 'settings' && (
              <Part part="settings">
                <SettingsArea {...props} onCompose={composer.open} />
              </Part>
            )}
            {tab === 'runs' && (
              <Part part="runs">
                <RunsTab session={session} library={library} comparison={comparison} tasks={tasks} />
              </Part>
            )}
            <Hideable name="ask">
              <div hidden={tab !== 'ask'}>
                <Part part="ask">
                  <AskArea run={session.run} viewing={viewing} tasks={tasks} settings={config} />
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
          {!isNew && <TimeArea run={session.run} viewing={viewing} />}
          <TransportArea session={session} library={library} />
        </Part>
      </div>
    </div>
  );
}
