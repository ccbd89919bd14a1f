/**
 * @file A lesson beside the playground: prose, question, the run that answers it, and whether the prediction was right.
 */
import { ActionIcon, Button } from '@mantine/core';
import { useEffect, useRef, type RefObject } from 'react';
import { text } from '../text.ts';
import { Question, type QuestionActions, type QuestionView } from './LessonQuestion.tsx';
import type { Elements } from '../elements.ts';
import { lessonWords as words } from './words.ts';
import styles from './Lessons.module.css';

export interface LessonPanelProps extends QuestionActions {
  /** Title with its number, where it has one. */
  readonly name: string;
  /** A sentence on the origin of a lesson that is not of this page; null for the others. */
  readonly origin: string | null;
  readonly index: number;
  readonly count: number;
  /** True where the reader navigated to this step within the page; false after a page load. */
  readonly opened: boolean;
  readonly heading: string;
  readonly prose: readonly string[];
  /** The tab that holds the ringed control, on a page with tabs; null without a ring. */
  readonly lit: 'settings' | 'ask' | null;
  readonly question: QuestionView | null;
  /** The decisive drawing; null for a step without one. */
  readonly evidence: Elements;
  /** How often the main button of the page sent the reader here. */
  readonly calls?: number;
  readonly onMove: (by: 1 | -1) => void;
  readonly onLeave: () => void;
}

/**
 * Moves focus to the heading of a newly opened step, so that Tab and screen readers continue from there. After a page
 * load focus is left to the browser.
 */
function useHeadingFocus(index: number, opened: boolean): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const seen = useRef(opened ? null : index);
  useEffect(() => {
    if (seen.current !== index) heading.current?.focus();
    seen.current = index;
  }, [index]);
  return heading;
}

interface LessonHeadProps {
  readonly name: string;
  readonly where: string;
  readonly origin: string | null;
  readonly onLeave: () => void;
}

export function LessonHead({ name, where, origin, onLeave }: LessonHeadProps) {
  return (
    <>
      <header className={styles.head}>
        <h2>{name}</h2>
        <span className={styles.soft}>{where}</span>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={words.leave}
          title={words.leave}
          data-testid="lesson-leave"
          onClick={onLeave}
        >
          ✕
        </ActionIcon>
      </header>
      {origin !== null && (
        <p className={styles.origin} data-testid="lesson-origin">
          {origin}
        </p>
      )}
    </>
  );
}

export function LessonPanel(props: LessonPanelProps) {
  const { name, origin, index, count, opened, heading, prose, lit, question, evidence, onMove, onLeave } = props;
  const headingRef = useHeadingFocus(index, opened);
  const open = question !== null && question.run.state !== 'done';
  return (
    <section className={styles.lesson} data-testid="lesson" data-step={index} aria-label={name}>
      <LessonHead name={name} where={words.step(index + 1, count)} origin={origin} onLeave={onLeave} />
      <div className={styles.body}>
        <h3 ref={headingRef} tabIndex={-1}>
          {heading}
        </h3>
        {prose.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        {lit && (
          <p className={styles.soft} data-testid="lit">
            <span>{words.lit[lit]}</span>
            <span className={styles.inTab}>{words.inTab(text.view.tabs[lit])}</span>
            <span>.</span>
          </p>
        )}
        {question ? <Question key={index} {...props} calls={props.calls ?? 0} question={question} /> : evidence}
      </div>
      <footer className={styles.foot}>
        <Button
          size="compact-sm"
          variant="default"
          disabled={index === 0}
          data-testid="lesson-back"
          onClick={() => onMove(-1)}
        >
          {words.back}
        </Button>
        <Button
          size="compact-sm"
          variant={open ? 'default' : 'filled'}
          data-testid="lesson-next"
          onClick={() => onMove(1)}
        >
          {open ? words.skip : index === count - 1 ? words.finish : words.next}
        </Button>
      </footer>
    </section>
  );
}
