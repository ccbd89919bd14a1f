/** @file The way to the first lesson, for those who have trained nothing yet. */
import { lessonList } from '../../lessons/list.ts';
import { text } from '../../ui/text.ts';
import { type Place, playground, withPlace } from '../place.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { useStore } from '../useSampled.ts';
import styles from '../App.module.css';

const [first] = lessonList;
const isNewOf = (state: RunState) => state.step === 0;
const isPlayground = ({ view }: Place) => view === 'playground';

export function FirstLesson({ run, place }: { readonly run: RunStore; readonly place: PlaceStore }) {
  const isNew = useStore(run, isNewOf);
  const isShown = useStore(place, isPlayground);
  if (!isNew || !isShown) return null;
  const to = { ...playground, view: 'lessons', lesson: first.id } as const;
  return (
    <p className={styles.firstLesson}>
      <a
        href={withPlace('', to)}
        title={first.title}
        data-testid="first-lesson"
        onClick={(event) => {
          event.preventDefault();
          place.go(to);
        }}
      >
        {text.firstLesson}
      </a>
    </p>
  );
}
