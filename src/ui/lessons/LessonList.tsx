/** @file The list of lessons with the reader's progress in each, and those of files. */
import { Button } from '@mantine/core';
import { FileButton } from '../FileButton.tsx';
import { viewStart } from '../ViewNav.tsx';
import { type PlanLine, TeacherNotes, type NotesView } from './TeacherNotes.tsx';
import { lessonWords as words } from './words.ts';
import styles from './Lessons.module.css';

export interface LessonLine {
  readonly id: string;
  /** Title with its number, where it has one. */
  readonly title: string;
  readonly summary: string;
  /** Steps that were passed. */
  readonly done: number;
  readonly steps: number;
  /** Questions that were passed without an answer. */
  readonly skipped: number;
  /** Whether the end was reached. */
  readonly ended: boolean;
}

interface LessonListProps {
  readonly lessons: readonly LessonLine[];
  /** Lessons of files. */
  readonly own: readonly LessonLine[];
  /** Why the last file was refused. */
  readonly problem: string | null;
  readonly kept: boolean;
  readonly notes: readonly NotesView[];
  readonly plan: readonly PlanLine[];
  readonly onOpen: (id: string) => void;
  readonly onFile: (file: File) => Promise<void>;
  readonly onRemove: (id: string) => void;
}

/** How far a lesson was followed, in words. */
function standOf({ done, steps, skipped, ended }: LessonLine): string {
  if (!ended) return words.done(done, steps);
  return skipped === 0 ? words.finished : words.skipped(skipped);
}

interface LineProps {
  readonly line: LessonLine;
  readonly onOpen: (id: string) => void;
  readonly onRemove?: (id: string) => void;
}

function Line({ line, onOpen, onRemove }: LineProps) {
  const { id, title, summary, done, skipped, ended } = line;
  return (
    <li data-testid={`lesson-line-${id}`}>
      <h3>{title}</h3>
      <p>{summary}</p>
      <p className={styles.line}>
        <Button
          size="compact-md"
          variant={ended && skipped === 0 ? 'default' : 'filled'}
          aria-label={words.beginLesson(title)}
          data-testid={`open-lesson-${id}`}
          onClick={() => onOpen(id)}
        >
          {ended ? words.again : done > 0 ? words.goOn : words.begin}
        </Button>
        <span className={styles.soft}>{standOf(line)}</span>
        {onRemove && (
          <Button size="compact-sm" variant="subtle" aria-label={words.own.remove(title)} onClick={() => onRemove(id)}>
            {words.own.removeShort}
          </Button>
        )}
      </p>
    </li>
  );
}

export function LessonList(props: LessonListProps) {
  const { lessons, own, problem, kept, notes, plan, onOpen, onFile, onRemove } = props;
  return (
    <div className={styles.page} data-testid="lessons">
      <h2 id={viewStart}>{words.title}</h2>
      <p className={styles.soft}>{`${words.about} ${words.minutes}`}</p>
      {!kept && <p role="status">{words.forgotten}</p>}
      <ol className={styles.list}>
        {lessons.map((line) => (
          <Line key={line.id} line={line} onOpen={onOpen} />
        ))}
      </ol>
      <h2>{words.own.title}</h2>
      <p className={styles.soft}>{words.own.about}</p>
      <p>
        <FileButton label={words.own.choose} testId="lesson-file" accept=".json" onFile={onFile} />
      </p>
      {problem !== null && (
        <p role="alert" data-testid="lesson-file-problem">
          {problem}
        </p>
      )}
      {own.length > 0 && (
        <>
          <p className={styles.soft}>{words.own.label}</p>
          <ul className={styles.list}>
            {own.map((line) => (
              <Line key={line.id} line={line} onOpen={onOpen} onRemove={onRemove} />
            ))}
          </ul>
        </>
      )}
      <TeacherNotes notes={notes} plan={plan} />
    </div>
  );
}
