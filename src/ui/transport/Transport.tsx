/** @file The transport: the main button, step and reset, and the run's state in numbers. */
import { Button, Tooltip } from '@mantine/core';
import { formatCount } from '../format.ts';
import { Icon } from '../Icon.tsx';
import { text } from '../text.ts';
import type { RunStatus } from '../types.ts';
import { TimeBar, type StepTime } from './TimeBar.tsx';
import { type MainAction, mainWords, targetWords, type TargetView } from './words.ts';
import styles from './Transport.module.css';

export interface TransportProps {
  readonly status: RunStatus;
  readonly step: number;
  readonly totalSteps: number;
  /** Train was pressed while loading. */
  readonly armed: boolean;
  /** The action of the main button in an open lesson; null where it trains. */
  readonly main?: MainAction | null;
  /** Steps that Train adds to a finished run. */
  readonly moreSteps: number;
  readonly tokensPerSecond: number | null;
  readonly time: StepTime | null;
  readonly seed: number;
  /** Null until reached. */
  readonly target?: TargetView | null;
  /** Sentence for screen readers; a new one is read aloud. */
  readonly spoken?: string;
  /** The sentence for a paused run of which not every step is kept; null where every step is. */
  readonly unkept?: string | null;
  /** Shows the changes of the paused run; null where it shows already, or has too few steps. */
  readonly onDebrief?: (() => void) | null;
  readonly onTrain: () => void;
  readonly onPause: () => void;
  readonly onStep: () => void;
  readonly onReset: () => void;
}

function mainLabel({ status, armed, moreSteps, step, totalSteps, main = null }: TransportProps): string {
  if (main) return mainWords[main].label;
  if (status === 'pausing') return text.transport.pausing;
  if (status === 'loading' && armed) return text.transport.armed;
  return isOver({ status, step, totalSteps }) ? text.transport.trainMore(moreSteps) : text.transport.train;
}

const isOver = ({ status, step, totalSteps }: Pick<TransportProps, 'status' | 'step' | 'totalSteps'>): boolean =>
  status === 'finished' && step >= totalSteps;

function MainButton(props: TransportProps) {
  const { status, main = null } = props;
  if (status === 'running') {
    return (
      <Button
        className={styles.main ?? ''}
        variant="default"
        data-testid="pause"
        onClick={props.onPause}
        leftSection={<Icon name="pause" />}
      >
        {text.transport.pause}
      </Button>
    );
  }
  return (
    <Button
      className={styles.main ?? ''}
      data-testid="train"
      disabled={status === 'pausing' || (!main && (status === 'failed' || status === 'empty'))}
      onClick={props.onTrain}
      leftSection={<Icon name={main === 'next' ? 'next' : 'play'} />}
      {...(status === 'loading' && !main ? { 'aria-pressed': props.armed } : {})}
    >
      <span className={main || isOver(props) ? styles.more : undefined}>{mainLabel(props)}</span>
    </Button>
  );
}

function Buttons(props: TransportProps) {
  const still =
    props.status === 'ready' ||
    props.status === 'paused' ||
    (props.status === 'finished' && props.step < props.totalSteps);
  const resettable = still || props.status === 'finished' || props.status === 'running' || props.status === 'failed';
  return (
    <div className={styles.buttons}>
      <Tooltip
        label={props.main && props.status !== 'running' ? mainWords[props.main].hint : text.transport.trainHint}
        openDelay={600}
      >
        <span className={styles.mainWrap}>
          <MainButton {...props} />
        </span>
      </Tooltip>
      <Tooltip label={text.transport.stepHint} openDelay={600}>
        <Button
          variant="default"
          data-testid="step"
          disabled={!still}
          onClick={props.onStep}
          leftSection={<Icon name="step" />}
        >
          <span className={styles.buttonLabel}>{text.transport.step}</span>
        </Button>
      </Tooltip>
      <Tooltip label={text.transport.resetHint} openDelay={600}>
        <Button
          variant="default"
          data-testid="reset"
          disabled={!resettable}
          onClick={props.onReset}
          leftSection={<Icon name="reset" />}
        >
          <span className={styles.buttonLabel}>{text.transport.reset}</span>
        </Button>
      </Tooltip>
    </div>
  );
}

/** The line under the bar: while running the remaining time and how soon the task was learnt, at rest a hint. */
function lineOf({ status, step, totalSteps, time, target = null }: TransportProps, hint: string): string {
  // The last step is done before the run says that it is finished.
  const left =
    status === 'running' && time && step < totalSteps
      ? text.transport.timeLeft((totalSteps - step) * time.total)
      : null;
  return left === null ? hint : target ? targetWords.left(left, target) : left;
}

function Progress(props: TransportProps) {
  const { status, step, totalSteps, unkept = null, target = null, onDebrief = null } = props;
  const hint = status === 'paused' && unkept !== null ? unkept : text.statusHint[status];
  return (
    <div className={styles.progress}>
      <div className={styles.timeHead}>
        <span className={styles.status} data-status={status} data-testid="status" role="status" title={hint}>
          {text.status[status]}
        </span>
        <span
          className={styles.number}
          translate="no"
          data-testid="step-count"
          data-step={step}
          data-total={totalSteps}
        >
          {text.transport.stepCount(step, totalSteps)}
        </span>
      </div>
      <progress value={step} max={Math.max(1, totalSteps)} aria-label={text.transport.stepCount(step, totalSteps)} />
      {status === 'paused' && unkept === null && onDebrief ? (
        <button type="button" className={styles.soFar} data-testid="debrief-open" onClick={onDebrief}>
          {text.transport.soFar}
        </button>
      ) : (
        <span
          className={styles.label}
          data-testid="status-hint"
          {...(target ? { title: targetWords.whole(target) } : {})}
        >
          {lineOf(props, hint)}
        </span>
      )}
    </div>
  );
}

export function Transport(props: TransportProps) {
  const { tokensPerSecond } = props;
  return (
    <section
      className={styles.transport}
      data-testid="transport"
      data-measured={props.time !== null || undefined}
      aria-label={text.transport.name}
    >
      <Buttons {...props} />
      <span className={styles.spoken} role="status" data-testid="spoken">
        {props.spoken ?? ''}
      </span>
      <Progress {...props} />
      <div
        className={styles.figure}
        role="group"
        aria-label={text.transport.tokensPerSecond}
        title={text.transport.tokensHint}
      >
        <span className={styles.big} translate="no" data-testid="tokens-per-second">
          {tokensPerSecond === null ? text.transport.none : formatCount(tokensPerSecond)}
        </span>
        <span className={styles.label}>{text.transport.tokensPerSecond}</span>
      </div>
      <TimeBar time={props.time} />
      <div className={styles.figure} data-figure="seed">
        <span className={styles.big} translate="no">
          {props.seed}
        </span>
        <span className={styles.label}>{text.transport.seed}</span>
      </div>
    </section>
  );
}
