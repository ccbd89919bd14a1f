/** @file The line under Train: the page in one sentence until the run has a step, then the time bar. */
import { text } from '../../ui/text.ts';
import type { ComparisonState } from '../stores/comparisonState.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import type { Viewing } from '../stores/viewing.ts';
import { useStore } from '../useSampled.ts';
import type { Compared } from './ChartsArea.tsx';
import { FirstLesson } from './FirstLesson.tsx';
import { TimeArea } from './TimeArea.tsx';
import { useOpenLesson } from './ViewsArea.tsx';
import styles from '../App.module.css';

const isNewOf = (state: RunState) => state.step === 0;
const isComparingOf = ({ plan }: ComparisonState) => plan !== null;

interface StoryLineProps {
  readonly run: RunStore;
  readonly viewing: Viewing;
  readonly place: PlaceStore;
  readonly comparison: Compared;
}

export function StoryLine({ run, viewing, place, comparison }: StoryLineProps) {
  const isNew = useStore(run, isNewOf);
  // Every run of a comparison begins at step 0.
  const isComparing = useStore(comparison, isComparingOf);
  // A lesson has sentences of its own.
  const lesson = useOpenLesson(place);
  if (!isNew || isComparing || lesson) return <TimeArea run={run} viewing={viewing} />;
  return (
    <section className={styles.story} aria-label={text.introName}>
      <p data-testid="intro">{text.intro}</p>
      <FirstLesson run={run} place={place} />
    </section>
  );
}
