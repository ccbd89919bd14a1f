/** @file The question of a lesson's step: prediction, the run that answers, and the verdict by its numbers. */
import { Button } from '@mantine/core';
import { useId, useRef } from 'react';
import type { Elements } from '../elements.ts';
import { useCalled, useOutcomeInSight } from './attention.ts';
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

export interface QuestionActions {
  readonly onPredict: (choice: string) => void;
  readonly onSet: () => void;
  readonly onRun: () => void;
  readonly onGoOn: () => void;
}

function Verdict({ choices, predicted, run, after }: QuestionView) {
  if (run.state !== 'done') return null;
  const { answer, measured } = run;
  const label = (id: string | null) => choices.find((choice) => choice.id === id)?.label ?? '';
  const verdict = answer === null ? 'unclear' : answer === predicted ? 'right' : 'wrong';
  return (
    <div
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
}: Pick<QuestionView, 'run' | 'steps' | 'predicted'> & Pick<QuestionActions, 'onRun' | 'onGoOn'>) {
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

interface QuestionProps extends QuestionActions {
  readonly question: QuestionView;
  /** The decisive drawing, between question and verdict. */
  readonly evidence: Elements;
  /** How often the main button of the page sent the reader here. */
  readonly calls: number;
}

export function Question({ question, evidence, calls, onPredict, onSet, onRun, onGoOn }: QuestionProps) {
  const group = useId();
  const open = question.run.state === 'none';
  const outcome = useOutcomeInSight(question.run.state === 'done');
  const { choices, isCalled } = useCalled(calls, open && question.predicted === null);
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
          <Button
            size="compact-sm"
            variant="default"
            className={styles.set ?? ''}
            data-testid="lesson-set"
            onClick={onSet}
          >
            {words.set(question.set)}
          </Button>
        </p>
      )}
      <fieldset ref={choices} className={styles.question} data-called={isCalled || undefined} disabled={!open}>
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
      <div ref={outcome} className={styles.outcome}>
        {evidence}
        <Verdict {...question} />
      </div>
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
