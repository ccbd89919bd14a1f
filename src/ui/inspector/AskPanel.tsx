/** @file One prompt, answered by the base and by the tuned policy side by side. */
import { ActionIcon, Button, InputBase, SegmentedControl } from '@mantine/core';
import { useState, type FormEvent, type KeyboardEvent } from 'react';
import { Icon } from '../Icon.tsx';
import { useLit } from '../Lit.tsx';
import { text } from '../text.ts';
import type { AnswerView } from '../types.ts';
import styles from './Inspector.module.css';

export interface AskResult {
  readonly prompt: string;
  /** Steps that the tuned policy had been trained for when asked. */
  readonly step: number;
  readonly base: readonly AnswerView[];
  readonly tuned: readonly AnswerView[];
}

export interface AskPanelProps {
  readonly prompt: string;
  readonly trueAnswer: string | null;
  /** A prompt of the run's task. */
  readonly example: string;
  /** Sentence on the prompts that the policy can answer. */
  readonly knows: string;
  readonly enabled: boolean;
  readonly busy: boolean;
  readonly error: string | null;
  readonly result: AskResult | null;
  /** The step that the page shows. */
  readonly shown: number;
  readonly onPrompt: (prompt: string) => void;
  readonly onRandom: () => void;
  readonly onAsk: () => void;
}

/** The answers of one policy, with verdicts where the prompt is a problem of the task. */
export function Answers({
  title,
  testId,
  answers,
}: {
  readonly title: string;
  readonly testId: string;
  readonly answers: readonly AnswerView[];
}) {
  const judged = answers.filter((answer) => answer.correct !== undefined);
  const right = judged.filter((answer) => answer.correct).length;
  return (
    <div className={styles.answers} role="group" data-testid={testId} aria-label={title}>
      <h3>
        <span>{title}</span>
        {judged.length > 0 && <small>{text.ask.score(right, judged.length)}</small>}
      </h3>
      <ul>
        {answers.map((answer, index) => (
          <li key={index} data-correct={answer.correct}>
            {answer.correct !== undefined && (
              <span className={styles.verdict} data-correct={answer.correct}>
                <span aria-hidden="true">{answer.correct ? '✓' : '✗'}</span>
                <span
                  className={styles.srOnly}
                >{`${answer.correct ? text.group.correct : text.group.incorrect} `}</span>
              </span>
            )}
            <code translate="no">{answer.text || text.ask.nothing}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** With a longer answer the answers may scroll. */
const LONG = 60;

const adapters = ['both', 'off', 'on'] as const;
type Adapter = (typeof adapters)[number];

/** The answers of both policies, or with the adapter switched off or on; `shown` is the step that the page shows. */
function Result({ result, shown, busy }: Pick<AskPanelProps, 'shown' | 'busy'> & { readonly result: AskResult }) {
  const [adapter, setAdapter] = useState<Adapter>('both');
  const isLong = [...result.base, ...result.tuned].some((answer) => answer.text.length > LONG);
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={text.ask.adapter}
        data-testid="ask-adapter"
        value={adapter}
        data={adapters.map((value) => ({ value, label: text.ask.adapters[value] }))}
        onChange={(chosen) => setAdapter(adapters.find((known) => known === chosen) ?? 'both')}
      />
      {result.step !== shown && !busy && (
        <p className={styles.note} role="status" data-testid="ask-old">
          {text.ask.old(result.step, shown)}
        </p>
      )}
      <div
        className={styles.both}
        data-adapter={adapter}
        data-old={result.step !== shown || undefined}
        role="group"
        aria-label={text.ask.answers}
        tabIndex={isLong ? 0 : undefined}
      >
        {adapter !== 'on' && <Answers title={text.ask.base} testId="answer-base" answers={result.base} />}
        {adapter !== 'off' && (
          <Answers title={text.ask.tuned(result.step)} testId="answer-tuned" answers={result.tuned} />
        )}
      </div>
    </>
  );
}

/** Lines that a prompt takes, up to 6. */
const linesOf = (prompt: string): number =>
  Math.min(
    6,
    prompt.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 32)), 0),
  );

/** Enter asks, and with Shift begins a line. */
function submitOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}

export function AskPanel(props: AskPanelProps) {
  const { prompt, trueAnswer, enabled, busy, error, result } = props;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    props.onAsk();
  };
  return (
    <section
      id="ask"
      tabIndex={-1}
      {...useLit('ask')}
      className={styles.ask}
      aria-label={text.ask.name}
      aria-busy={busy}
    >
      <header className={styles.head}>
        <h2>{text.ask.name}</h2>
        {trueAnswer !== null && (
          <span className={styles.trueAnswer}>
            <span>{`${text.ask.trueAnswer} `}</span>
            <code translate="no">{trueAnswer}</code>
          </span>
        )}
      </header>
      <form className={styles.askForm} onSubmit={onSubmit}>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={text.ask.random}
          title={text.ask.random}
          data-testid="ask-random"
          onClick={props.onRandom}
        >
          <Icon name="dice" />
        </ActionIcon>
        <InputBase
          component="textarea"
          multiline
          rows={linesOf(prompt)}
          className={styles.askInput ?? ''}
          aria-label={text.ask.prompt}
          placeholder={text.ask.placeholder(props.example)}
          value={prompt}
          data-testid="ask-input"
          autoComplete="off"
          spellCheck={false}
          error={error !== null}
          onChange={(event) => props.onPrompt(event.currentTarget.value)}
          // As in a field of one line: typing replaces the prompt that was reached with Tab.
          onFocus={({ currentTarget: field }) => field.select()}
          onKeyDown={submitOnEnter}
        />
        <Button type="submit" variant="default" data-testid="ask-submit" disabled={!enabled || busy}>
          {busy ? text.ask.busy : text.ask.submit}
        </Button>
      </form>
      {error !== null && (
        <p className={styles.askError} role="alert" data-testid="ask-error">
          {`${error} ${props.knows}`}
        </p>
      )}
      {result ? (
        <>
          {result.prompt !== prompt && (
            <p className={styles.answersTo}>
              <span>{`${text.ask.answersTo} `}</span>
              <code translate="no">{result.prompt}</code>
            </p>
          )}
          {result.base.every(({ correct }) => correct === undefined) && (
            <p className={styles.note} data-testid="ask-no-verdict">{`${text.ask.noVerdict} ${props.knows}`}</p>
          )}
          <Result result={result} shown={props.shown} busy={busy} />
        </>
      ) : (
        error === null && <p className={styles.empty}>{`${text.ask.empty} ${props.knows}`}</p>
      )}
    </section>
  );
}
