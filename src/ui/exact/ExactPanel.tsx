/** @file Base, policy and exact optimum over the likeliest outcomes, with the policy's progress. */
import { memo, useId } from 'react';
import { formatNumber, formatShare } from '../format.ts';
import { text } from '../text.ts';
import styles from './ExactPanel.module.css';

/** Probabilities of one outcome, or of several summed. */
export interface MassesView {
  readonly reference: number;
  readonly policy: number;
  readonly optimum: number;
}

export interface OutcomeView extends MassesView {
  readonly completion: string;
  readonly reward: number;
}

/** The drawn part of the trainer's exact read-out. */
export interface ExactView {
  readonly beta: number;
  readonly objective: number;
  readonly optimalObjective: number;
  readonly gapClosed: number;
  readonly totalVariation: number;
  readonly refTotalVariation: number;
  readonly entropy: number;
  readonly outcomes: number;
  readonly top: readonly OutcomeView[];
  readonly others: MassesView;
  readonly malformed: MassesView;
}

const kinds = ['reference', 'policy', 'optimum'] as const;

const masses = (of: MassesView): string =>
  kinds.map((kind) => `${text.exact[kind]} ${formatShare(of[kind])}`).join(', ');

/** One outcome: three bars, with their numbers in its name. */
function Outcome({ outcome, top }: { readonly outcome: OutcomeView; readonly top: number }) {
  const description = `${outcome.completion}: ${text.exact.reward} ${formatNumber(outcome.reward)}; ${masses(outcome)}`;
  return (
    <li title={description} data-completion={outcome.completion}>
      <span className={styles.bars} role="img" aria-label={description}>
        {kinds.map((kind) => (
          <i key={kind} data-kind={kind} style={{ height: `${(100 * outcome[kind]) / top}%` }} />
        ))}
      </span>
      <code translate="no" aria-hidden="true">
        {outcome.completion}
      </code>
    </li>
  );
}

function Figure({ label, value, hint }: { readonly label: string; readonly value: string; readonly hint: string }) {
  return (
    <div title={hint}>
      <dt>{label}</dt>
      <dd translate="no">{value}</dd>
    </div>
  );
}

function Figures({ exact }: { readonly exact: ExactView }) {
  const words = text.exact;
  return (
    <dl className={styles.figures}>
      <Figure
        label="J"
        value={`${exact.objective.toFixed(3)} ${words.of} ${exact.optimalObjective.toFixed(3)}`}
        hint={words.objectiveHint(exact.beta)}
      />
      <Figure label={words.gap} value={formatShare(exact.gapClosed)} hint={words.gapHint} />
      <Figure
        label={words.distance}
        value={`${exact.totalVariation.toFixed(3)} (${words.reference} ${exact.refTotalVariation.toFixed(3)})`}
        hint={words.distanceHint}
      />
      <Figure label={words.entropy} value={`${exact.entropy.toFixed(2)} ${text.nats}`} hint={words.entropyHint} />
    </dl>
  );
}

function Drawing({ exact }: { readonly exact: ExactView }) {
  const top = Math.max(...exact.top.flatMap((outcome) => kinds.map((kind) => outcome[kind])));
  return (
    <>
      <Figures exact={exact} />
      <ol className={styles.outcomes} aria-label={text.exact.listName(exact.top.length, exact.outcomes)}>
        {exact.top.map((outcome) => (
          <Outcome key={outcome.completion} outcome={outcome} top={top} />
        ))}
      </ol>
      <p className={styles.note}>
        {text.exact.rest(exact.outcomes - exact.top.length, masses(exact.others), masses(exact.malformed))}
      </p>
    </>
  );
}

interface ExactPanelProps {
  readonly exact: ExactView | null;
  /** Test id. */
  readonly id?: string;
}

export const ExactPanel = memo(function ExactPanel({ exact, id = 'exact' }: ExactPanelProps) {
  const heading = useId();
  return (
    <section
      className={styles.panel}
      data-testid={id}
      data-gap={exact?.gapClosed}
      data-distance={exact?.totalVariation}
      aria-labelledby={heading}
    >
      <header className={styles.head}>
        <h2 id={heading} title={text.exact.summary}>
          {text.exact.name}
        </h2>
        <span className={styles.legend}>
          {kinds.map((kind) => (
            <span key={kind}>
              <i data-kind={kind} aria-hidden="true" />
              <span>{text.exact[kind]}</span>
            </span>
          ))}
        </span>
      </header>
      {exact ? <Drawing exact={exact} /> : <p className={styles.empty}>{text.exact.summary}</p>}
    </section>
  );
});
