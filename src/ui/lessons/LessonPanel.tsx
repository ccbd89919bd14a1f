/**
 * @file A lesson beside the playground: prose, question, the run that answers it, and whether the prediction was right.
 */
import { ActionIcon, Button } from '@mantine/core';
import { useEffect, useId, useRef, type RefObject } from 'react';
import { text } from '../text.ts';
import { lessonWords as words } from './words.ts';
import styles from './Lessons.module.css';

export interface OptionView {
  readonly id: string;
  readonly label: string;
}

/** State of a step's run. */
export type RunView =
  /** `uncounted`: the current run has the settings, but did not start from a prediction. */
  | { readonly state: 'none'; readonly uncounted: boolean }
  /** The step's run is kept, but another run is current. */
  | { readonly state: 'kept'; readonly step: number }
  | { readonly state: 'loading' }
  | { readonly state: 'training' | 'waiting' | 'measuring'; readonly step: number }
  /** The run's settings no longer match the step. */
  | { readonly state: 'changed' }
  | { readonly state: 'done'; readonly answer: string | null; readonly measured: string };

export interface QuestionView {
  readonly set: string;
  readonly question: string;
  readonly choices: readonly OptionView[];
  readonly predicted: string | null;
  readonly steps: number;
  readonly run: RunView;
  readonly after: string;
}

export interface LessonPanelProps {
  readonly number: number;
  readonly title: string;
  readonly index: number;
  readonly count: number;
  /** True where the reader navigated to this step within the page; false after a page load. */
  readonly opened: boolean;
  readonly heading: string;
  readonly prose: readonly string[];
  /** The tab that holds the ringed control, on a page with tabs; null without a ring. */
  readonly lit: 'settings' | 'ask' | null;
  readonly question: QuestionView | null;
  readonly onPredict: (choice: string) => void;
  readonly onSet: () => void;
  readonly onRun: () => void;
  readonly onGoOn: () => void;
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

/**
 * The verdict appears by itself, below the visible part of the lesson: it scrolls into view at once, and focus stays
 * where it is.
 */
function useVerdictInSight(isDone: boolean): RefObject<HTMLDivElement | null> {
  const verdict = useRef<HTMLDivElement>(null);
  const was = useRef(isDone);
  useEffect(() => {
    if (isDone && !was.current) verdict.current?.scrollIntoView({ block: 'nearest', behavior: 'instant' });
    was.current = isDone;
  }, [isDone]);
  return verdict;
}

function Verdict({
  choices,
  predicted,
  run,
  after,
  ref,
}: QuestionView & { readonly ref: RefObject<HTMLDivElement | null> }) {
  if (run.state !== 'done') return null;
  const { answer, measured } = run;
  const label = (id: string | null) => choices.find((choice) => choice.id === id)?.label ?? '';
  const verdict = answer === null ? 'unclear' : answer === predicted ? 'right' : 'wrong';
  return (
    <div
      ref={ref}
      className={styles.verdict}
      data-testid="verdict"
      data-verdict={verdict}
      data-answer={answer ?? ''}
      role="status"
    >
      <p>
        <b>{words[verdict]}</b>
        {verdict === 'wrong' && <span>{` ${words.happened(label(answer))}`}</span>}
      </p>
      <p data-testid="measured">{`${words.measured} ${measured}`}</p>
      <p>{after}</p>
    </div>
  );
}

function RunLine({
  run,
  steps,
  predicted,
  onRun,
  onGoOn,
}: Pick<QuestionView, 'run' | 'steps' | 'predicted'> & Pick<LessonPanelProps, 'onRun' | 'onGoOn'>) {
  const again = (
    <Button size="compact-sm" variant="default" data-testid="run-again" onClick={onRun}>
      {words.runAgain}
    </Button>
  );
  switch (run.state) {
    case 'none':
      return (
        <>
          <p className={styles.line}>
            <Button size="compact-md" data-testid="lesson-run" disabled={predicted === null} onClick={onRun}>
              {words.run}
            </Button>
            {predicted === null && <span className={styles.soft}>{words.predictFirst}</span>}
          </p>
          {run.uncounted && (
            <p className={styles.soft} role="status" data-testid="uncounted">
              {words.uncounted}
            </p>
          )}
        </>
      );
    case 'kept':
      return (
        <p className={styles.line}>
          <span>{words.goOnRun(run.step, steps)}</span>
          <Button size="compact-sm" data-testid="lesson-go-on" onClick={onGoOn}>
            {words.goOnRunButton}
          </Button>
          {again}
        </p>
      );
    case 'loading':
      return <p role="status">{words.loading}</p>;
    case 'training':
      return <p role="status">{words.training(run.step, steps)}</p>;
    case 'waiting':
      return <p role="status">{words.waiting(run.step, steps)}</p>;
    case 'measuring':
      return <p role="status">{words.measuring}</p>;
    case 'changed':
      return (
        <p className={styles.line} role="status">
          <span>{words.changed}</span>
          {again}
        </p>
      );
    case 'done':
      return <p className={styles.line}>{again}</p>;
  }
}

function Question(
  props: { readonly question: QuestionView } & Pick<LessonPanelProps, 'onPredict' | 'onSet' | 'onRun' | 'onGoOn'>,
) {
  const { question, onPredict, onSet, onRun, onGoOn } = props;
  const group = useId();
  const open = question.run.state === 'none';
  const verdict = useVerdictInSight(question.run.state === 'done');
  const answering = useRef<HTMLDivElement>(null);
  // The pressed button disappears, so focus moves to the status that replaces it.
  const focused = (act: () => void) => () => {
    act();
    answering.current?.focus();
  };
  return (
    <>
      {open && (
        <p>
          <Button size="compact-sm" variant="default" data-testid="lesson-set" onClick={onSet}>
            {words.set(question.set)}
          </Button>
        </p>
      )}
      <fieldset className={styles.question} disabled={!open}>
        <legend>{question.question}</legend>
        {question.choices.map(({ id, label }) => (
          <label key={id}>
            <input
              type="radio"
              name={group}
              value={id}
              data-testid={`choice-${id}`}
              checked={question.predicted === id}
              onChange={() => onPredict(id)}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <Verdict {...question} ref={verdict} />
      <div ref={answering} tabIndex={-1} role="group" aria-label={words.answering} data-testid="answering">
        <RunLine
          run={question.run}
          steps={question.steps}
          predicted={question.predicted}
          onRun={focused(onRun)}
          onGoOn={focused(onGoOn)}
        />
      </div>
    </>
  );
}

export function LessonPanel(props: LessonPanelProps) {
  const { number, title, index, count, opened, heading, prose, lit, question, onMove, onLeave } = props;
  const headingRef = useHeadingFocus(index, opened);
  const open = question !== null && question.run.state !== 'done';
  return (
    <section className={styles.lesson} data-testid="lesson" data-step={index} aria-label={words.name(number, title)}>
      <header className={styles.head}>
        <h2>{words.name(number, title)}</h2>
        <span className={styles.soft}>{words.step(index + 1, count)}</span>
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
        {question && <Question key={index} {...props} question={question} />}
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
          {index === count - 1 ? words.finish : open ? words.skip : words.next}
        </Button>
      </footer>
    </section>
  );
}
