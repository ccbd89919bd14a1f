/** @file The page for a projector: the transport, the river and one chart, in type that the last row can read. */
import { useEffect } from 'react';
import { Part } from '../ui/Part.tsx';
import { text } from '../ui/text.ts';
import { PageMessages } from './PageMessages.tsx';
import { MiddleArea } from './panels/MiddleArea.tsx';
import { StoryLine } from './panels/StoryLine.tsx';
import { TransportArea } from './panels/TransportArea.tsx';
import { OpenLesson, useOpenLesson } from './panels/ViewsArea.tsx';
import type { PartsProps } from './parts.ts';
import { present } from './stores/viewStore.ts';
import { PresentButton, SchemeButton, ShareButton } from './TopButtons.tsx';
import styles from './App.module.css';

/** Larger type while mounted; Escape ends the presentation unless it closes a menu first. */
function usePresentation(): void {
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('[role="menu"]')) present(null);
    };
    document.documentElement.toggleAttribute('data-presentation', true);
    document.addEventListener('keydown', leave);
    return () => {
      document.documentElement.toggleAttribute('data-presentation', false);
      document.removeEventListener('keydown', leave);
    };
  }, []);
}

export function PresentPage({ chart, ...props }: PartsProps & { readonly chart: string }) {
  const { session, library, place, viewing } = props;
  const lesson = useOpenLesson(place);
  usePresentation();
  return (
    <div className={styles.present} data-testid="presentation" data-lesson={lesson ?? undefined}>
      <header className={styles.top}>
        <h1 className={styles.brand}>{text.product}</h1>
        <Part part="transport">
          <TransportArea session={session} library={library} />
        </Part>
        <span className={styles.view}>
          <ShareButton session={session} tasks={props.tasks} />
          <PresentButton />
          <SchemeButton />
        </span>
        <Part part="transport">
          <StoryLine run={session.run} viewing={viewing} place={place} comparison={props.comparison} />
        </Part>
      </header>
      {lesson && (
        <aside className={styles.lesson}>
          <OpenLesson place={place} parts={props} />
        </aside>
      )}
      <main className={styles.middle}>
        <PageMessages {...props} />
        <MiddleArea {...props} single={{ id: chart, onChoose: present }} />
      </main>
    </div>
  );
}
