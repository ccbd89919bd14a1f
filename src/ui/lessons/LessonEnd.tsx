/** @file The end of a lesson: its questions with the reader's numbers, the conclusions, and the lesson to open next. */
import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { LessonHead } from './LessonPanel.tsx';
import { lessonWords as words } from './words.ts';
import styles from './Lessons.module.css';

export interface FoundView {
  readonly id: string;
  readonly title: string;
  /** Null for a question that was skipped. */
  readonly answer: { readonly verdict: 'right' | 'wrong' | 'unclear'; readonly measured: string } | null;
}

export interface LessonEndProps {
  readonly name: string;
  readonly origin: string | null;
  readonly found: readonly FoundView[];
  readonly learnt: readonly string[];
  /** Title of the lesson to open next; null for the atlas. */
  readonly next: string | null;
  readonly onNext: () => void;
  /** Opens the step of a question. */
  readonly onOpen: (id: string) => void;
  readonly onAgain: () => void;
  readonly onLeave: () => void;
}

function Found({ id, title, answer, onOpen }: FoundView & Pick<LessonEndProps, 'onOpen'>) {
  if (answer)
    return (
      <li data-verdict={answer.verdict} data-testid={`found-${id}`}>
        <b>{`${title} (${words.end.verdicts[answer.verdict]}).`}</b>
        <span>{` ${answer.measured}`}</span>
      </li>
    );
  return (
    <li data-verdict="skipped" data-testid={`found-${id}`}>
      <span>{`${words.end.open(title)} `}</span>
      <Button size="compact-xs" variant="default" onClick={() => onOpen(id)}>
        {words.end.answer}
      </Button>
    </li>
  );
}

export function LessonEnd(props: LessonEndProps) {
  const { name, origin, found, learnt, next, onNext, onOpen, onAgain, onLeave } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const skipped = found.filter(({ answer }) => answer === null).length;
  return (
    <section className={styles.lesson} data-testid="lesson-end" data-skipped={skipped} aria-label={name}>
      <LessonHead
        name={name}
        where={skipped === 0 ? words.finished : words.skipped(skipped)}
        origin={origin}
        onLeave={onLeave}
      />
      <div className={styles.body}>
        <h3 ref={heading} tabIndex={-1}>
          {skipped === 0 ? words.end.finished : words.end.skipped}
        </h3>
        <ul className={styles.found}>
          {found.map((one) => (
            <Found key={one.id} {...one} onOpen={onOpen} />
          ))}
        </ul>
        <h3>{words.end.learnt}</h3>
        <ul className={styles.found} data-testid="learnt">
          {learnt.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </div>
      <footer className={styles.foot}>
        <Button size="compact-sm" variant="default" data-testid="lesson-again" onClick={onAgain}>
          {words.end.again}
        </Button>
        <Button size="compact-sm" data-testid="lesson-open-next" onClick={onNext}>
          {`${words.end.next}: ${next ?? words.end.atlas}`}
        </Button>
      </footer>
    </section>
  );
}
