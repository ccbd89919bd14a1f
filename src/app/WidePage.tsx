/** @file The page on a wide screen: every panel at once. */
import { Activity, useDeferredValue } from 'react';
import { Hideable, useHidden } from '../ui/Hideable.tsx';
import { Part } from '../ui/Part.tsx';
import { text } from '../ui/text.ts';
import { AskArea } from './panels/AskArea.tsx';
import { ComparisonArea } from './panels/ComparisonArea.tsx';
import { FootArea } from './panels/FootArea.tsx';
import { GroupArea } from './panels/GroupArea.tsx';
import { PageMessages } from './PageMessages.tsx';
import { MiddleArea } from './panels/MiddleArea.tsx';
import { RunsStrip } from './panels/RunsArea.tsx';
import { SettingsArea } from './panels/SettingsArea.tsx';
import { StoryLine } from './panels/StoryLine.tsx';
import { TransportArea } from './panels/TransportArea.tsx';
import { OpenLesson, useCovered, useOpenLesson, ViewLinks, ViewsArea } from './panels/ViewsArea.tsx';
import type { SettingsState } from './stores/settingsState.ts';
import { type PartsProps, useRunTask } from './parts.ts';
import { PresentButton, SchemeButton, ShareButton } from './TopButtons.tsx';
import { useStore } from './useSampled.ts';
import styles from './App.module.css';

const configOf = (state: SettingsState) => state.config;

const panels = ['charts', 'group', 'ask', 'settings', 'runs'] as const;

/** Buttons and not links: the hash holds the settings. */
function SkipLinks({ hidden }: { readonly hidden: ReadonlySet<string> }) {
  return (
    <nav className={styles.skips} aria-label={text.skips.name}>
      {panels
        .filter((panel) => !hidden.has(panel))
        .map((panel) => (
          <button
            key={panel}
            type="button"
            className={styles.skip}
            onClick={() => document.getElementById(panel)?.focus()}
          >
            {text.skips[panel]}
          </button>
        ))}
    </nav>
  );
}

export function WidePage(props: PartsProps) {
  const { session, library, tasks, composer, comparison, place, viewing } = props;
  const task = useRunTask(props);
  const config = useStore(session.settings, configOf);
  const hidden = useHidden();
  const covered = useCovered(place);
  const lesson = useOpenLesson(place);
  // The settings are the slowest part and are read last, so they render after the rest.
  const isSettable = useDeferredValue(true, false);
  return (
    <div className={styles.wide} data-lesson={lesson !== null || undefined}>
      {!covered && <SkipLinks hidden={hidden} />}
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
          <ShareButton session={session} tasks={tasks} />
          <PresentButton />
          <SchemeButton />
        </span>
        <Part part="transport">
          <StoryLine run={session.run} viewing={viewing} place={place} comparison={comparison} />
        </Part>
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
          <aside id="settings" className={styles.settings} aria-label={text.settings.name} tabIndex={-1}>
            {isSettable && (
              <Part part="settings">
                <SettingsArea {...props} onCompose={composer.open} />
              </Part>
            )}
          </aside>
        </Hideable>
        <main className={styles.middle}>
          <PageMessages {...props} />
          <Part part="comparison">
            <ComparisonArea run={session.run} comparison={comparison} place={place} tasks={tasks} />
          </Part>
          <MiddleArea {...props} />
          <Hideable name="runs">
            <Part part="runs">
              <RunsStrip session={session} library={library} comparison={comparison} tasks={tasks} />
            </Part>
          </Hideable>
        </main>
        {!(hidden.has('group') && hidden.has('ask')) && (
          <aside className={styles.inspector} aria-label={text.inspector}>
            <Hideable name="group">
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
            </Hideable>
            <Hideable name="ask">
              <Part part="ask">
                <AskArea run={session.run} viewing={viewing} tasks={tasks} settings={config} />
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
