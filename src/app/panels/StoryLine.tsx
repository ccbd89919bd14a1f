/** @file The line under Train: the page in one sentence until the run has a step, then the time bar. */
import { text } from '../../ui/text.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import type { Viewing } from '../stores/viewing.ts';
import { useStore } from '../useSampled.ts';
import { FirstLesson } from './FirstLesson.tsx';
import { TimeArea } from './TimeArea.tsx';
import { useOpenLesson } from './ViewsArea.tsx';
import styles from '../App.module.css';

const isNewOf = (state: RunState) => state.step === 0;

interface StoryLineProps {
  readonly run: RunStore;
  readonly viewing: Viewing;
  readonly place: PlaceStore;
}

export function StoryLine({ run, viewing, place }: StoryLineProps) {
  const isNew = useStore(run, isNewOf);
  // A lesson has sentences of its own.
  const lesson = useOpenLesson(place);
  if (!isNew || lesson) return <TimeArea run={run} viewing={viewing} />;
  return (
    <section className={styles.story} aria-label={text.introName}>
      <p data-testid="intro">{text.intro}</p>
      <FirstLesson run={run} place={place} />
    </section>
  );
}
