/** @file A lesson beside the playground: prose, the question, the run that answers, and whether the prediction was right. */
import { ActionIcon, Button } from '@mantine/core';
import { useId } from 'react';
import { lessonWords as words } from './words.ts';
import styles from './Lessons.module.css';

export interface OptionView {
  readonly id: string;
  readonly label: string;
}

/** How the run of a step stands. */
export type RunView =
  | { readonly state: 'none' }
  /** It is kept, and another run is in hand. */
  | { readonly state: 'kept'; readonly step: number }
  | { readonly state: 'loading' }
  | { readonly state: 'training' | 'waiting' | 'measuring'; readonly step: number }
  /** It no longer is what the step asks for. */
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
  readonly heading: string;
  readonly prose: readonly string[];
  /** Something on the page is ringed. */
  readonly lit: boolean;
  readonly question: QuestionView | null;
  readonly onPredict: (choice: string) => void;
  readonly onSet: () => void;
  readonly onRun: () => void;
  readonly onGoOn: () => void;
  readonly onMove: (by: 1 | -1) => void;
  readonly onLeave: () => void;
}

function Verdict({ choices, predicted, run, after }: QuestionView) {
  if (run.state !== 'done') return null;
  const { answer, measured } = run;
  const label = (id: string | null) => choices.find((choice) => choice.id === id)?.label ?? '';
  const verdict = answer === null ? 'unclear' : answer === predicted ? 'right' : 'wrong';
  return (
    <div className={styles.verdict} data-testid="verdict" data-verdict={verdict} data-answer={answer ?? ''} role="status">
      <p><b>{words[verdict]}</b> {verdict === 'wrong' && words.happened(label(answer))}</p>
      <p data-testid="measured">{words.measured} {measured}</p>
      <p>{after}</p>
    </div>
  );
}

function RunLine({ run, steps, predicted, onRun, onGoOn }: Pick<QuestionView, 'run' | 'steps' | 'predicted'> & Pick<LessonPanelProps, 'onRun' | 'onGoOn'>) {
  const again = <Button size="compact-sm" variant="default" data-testid="run-again" onClick={onRun}>{words.runAgain}</Button>;
  switch (run.state) {
    case 'none':
      return (
        <p className={styles.line}>
          <Button size="compact-md" data-testid="lesson-run" disabled={predicted === null} onClick={onRun}>{words.run}</Button>
          {predicted === null && <span className={styles.soft}>{words.predictFirst}</span>}
        </p>
      );
    case 'kept':
      return <p className={styles.line}>{words.goOnRun(run.step, steps)} <Button size="compact-sm" data-testid="lesson-go-on" onClick={onGoOn}>{words.goOnRunButton}</Button> {again}</p>;
    case 'loading':
      return <p role="status">{words.loading}</p>;
    case 'training':
      return <p role="status">{words.training(run.step, steps)}</p>;
    case 'waiting':
      return <p role="status">{words.waiting(run.step, steps)}</p>;
    case 'measuring':
      return <p role="status">{words.measuring}</p>;
    case 'changed':
      return <p className={styles.line} role="status">{words.changed} {again}</p>;
    case 'done':
      return <p className={styles.line}>{again}</p>;
  }
}

function Question(props: { readonly question: QuestionView } & Pick<LessonPanelProps, 'onPredict' | 'onSet' | 'onRun' | 'onGoOn'>) {
  const { question, onPredict, onSet, onRun, onGoOn } = props;
  const group = useId();
  const open = question.run.state === 'none';
  return (
    <>
      {open && <p><Button size="compact-sm" variant="default" data-testid="lesson-set" onClick={onSet}>{words.set(question.set)}</Button></p>}
      <fieldset className={styles.question} disabled={!open}>
        <legend>{question.question}</legend>
        {question.choices.map(({ id, label }) => (
          <label key={id}>
            <input type="radio" name={group} value={id} data-testid={`choice-${id}`} checked={question.predicted === id} onChange={() => onPredict(id)} />
            {label}
          </label>
        ))}
      </fieldset>
      <Verdict {...question} />
      <RunLine run={question.run} steps={question.steps} predicted={question.predicted} onRun={onRun} onGoOn={onGoOn} />
    </>
  );
}

export function LessonPanel(props: LessonPanelProps) {
  const { number, title, index, count, heading, prose, lit, question, onMove, onLeave } = props;
  const open = question !== null && question.run.state !== 'done';
  return (
    <section className={styles.lesson} data-testid="lesson" data-step={index} aria-label={words.name(number, title)}>
      <header className={styles.head}>
        <h2>{words.name(number, title)}</h2>
        <span className={styles.soft}>{words.step(index + 1, count)}</span>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={words.leave} title={words.leave} data-testid="lesson-leave" onClick={onLeave}>✕</ActionIcon>
      </header>
      <div className={styles.body}>
        <h3>{heading}</h3>
        {prose.map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
        {lit && <p className={styles.soft}>{words.lit}</p>}
        {question && <Question {...props} question={question} />}
      </div>
      <footer className={styles.foot}>
        <Button size="compact-sm" variant="default" disabled={index === 0} data-testid="lesson-back" onClick={() => onMove(-1)}>{words.back}</Button>
        <Button size="compact-sm" variant={open ? 'default' : 'filled'} data-testid="lesson-next" onClick={() => onMove(1)}>
          {index === count - 1 ? words.finish : open ? words.skip : words.next}
        </Button>
      </footer>
    </section>
  );
}
