/** @file The list of lessons with the reader's progress in each. */
import { Button } from '@mantine/core';
import { viewStart } from '../ViewNav.tsx';
import { lessonWords as words } from './words.ts';
import styles from './Lessons.module.css';

export interface LessonLine {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Steps done; all of them where the lesson is finished. */
  readonly done: number;
  readonly steps: number;
}

export function LessonList({
  lessons,
  kept,
  onOpen,
}: {
  readonly lessons: readonly LessonLine[];
  readonly kept: boolean;
  readonly onOpen: (id: string) => void;
}) {
  return (
    <div className={styles.page} data-testid="lessons">
      <h2 id={viewStart}>{words.title}</h2>
      <p className={styles.soft}>{`${words.about} ${words.minutes}`}</p>
      {!kept && <p role="status">{words.forgotten}</p>}
      <ol className={styles.list}>
        {lessons.map(({ id, title, summary, done, steps }, index) => (
          <li key={id}>
            <h3>{`${index + 1}. ${title}`}</h3>
            <p>{summary}</p>
            <p className={styles.line}>
              <Button
                size="compact-md"
                variant={done === steps ? 'default' : 'filled'}
                aria-label={words.beginLesson(title)}
                data-testid={`open-lesson-${id}`}
                onClick={() => onOpen(id)}
              >
                {done === steps ? words.again : done > 0 ? words.goOn : words.begin}
              </Button>
              <span className={styles.soft}>{words.done(done, steps)}</span>
            </p>
          </li>
        ))}
      </ol>
    </div>
  );
}
