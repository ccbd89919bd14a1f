/** @file One completion of the group: reward, advantage, verdict, method, tokens. */
import { memo } from 'react';
import { formatHundredths, formatNumber, formatSigned } from '../format.ts';
import { text } from '../text.ts';
import type { ClipView, CompletionView } from '../types.ts';
import type { Quantity } from './shade.ts';
import { TokenStrip } from './TokenStrip.tsx';
import styles from './Inspector.module.css';

/** The size of an advantage that fills its bar; standardised advantages rarely exceed it. */
const FULL_ADVANTAGE = 2.5;

/** A bar around 0 and the number. */
export function Advantage({ value }: { readonly value: number }) {
  const half = Math.min(1, Math.abs(value) / FULL_ADVANTAGE) * 50;
  const sign = value > 0 ? 'positive' : value < 0 ? 'negative' : 'zero';
  return (
    <span className={styles.advantage} data-sign={sign} title={text.group.advantage}>
      <span className={styles.advantageBar} aria-hidden="true">
        <i style={{ left: `${value < 0 ? 50 - half : 50}%`, width: `${half}%` }} />
      </span>
      <span className={styles.srOnly}>{`${text.group.advantage} `}</span>
      <b translate="no">{formatSigned(value)}</b>
    </span>
  );
}

export interface CompletionRowProps {
  readonly completion: CompletionView;
  /** Place in the order, from 1. */
  readonly rank: number;
  /** Completions of the group that are equal to this one, itself included. */
  readonly count: number;
  readonly methodLabel: string | null;
  readonly methodColor: string | null;
  readonly quantity: Quantity;
  readonly top: number;
  readonly clip: ClipView | null;
  /** Rewards of all sizes: only one completion has the highest, so the others are not mistakes. */
  readonly isGraded: boolean;
  readonly isRecorded?: boolean;
  /** The opened token of this completion; its numbers are shown below. */
  readonly opened?: number | undefined;
  readonly onInspect: (rank: number, token: number | null) => void;
  readonly onOpen: (rank: number, token: number) => void;
}

export const CompletionRow = memo(function CompletionRow(props: CompletionRowProps) {
  const {
    completion,
    rank,
    count,
    methodLabel,
    methodColor,
    quantity,
    top,
    clip,
    isGraded,
    isRecorded = false,
    opened,
    onInspect,
    onOpen,
  } = props;
  const [right, wrong] = isGraded ? [text.group.best, text.group.notBest] : [text.group.correct, text.group.incorrect];
  const verdict = completion.correct ? right : wrong;
  const terms = Object.entries(completion.terms)
    .map(([id, score]) => `${id} ${formatNumber(score)}`)
    .join(', ');
  return (
    <li
      className={styles.completion}
      data-testid={isRecorded ? 'recorded-completion' : 'completion'}
      data-count={count}
      data-correct={completion.correct}
    >
      <div className={styles.completionHead}>
        <span className={styles.reward} title={terms || undefined}>
          <span className={styles.srOnly}>{`${text.group.reward} `}</span>
          <span translate="no">
            {Number.isNaN(completion.reward) ? text.group.noReward : formatHundredths(completion.reward)}
          </span>
        </span>
        <Advantage value={completion.advantage} />
        <span className={styles.verdict} data-correct={completion.correct}>
          <span aria-hidden="true">{completion.correct ? '✓' : isGraded ? '' : '✗'}</span>
          <span>{` ${verdict}`}</span>
        </span>
        <span className={styles.method}>
          {methodColor && <i style={{ background: methodColor }} aria-hidden="true" />}
          <span>{methodLabel ?? text.group.noMethod}</span>
        </span>
        {!completion.terminated && <span className={styles.cutOff}>{text.group.cutOff}</span>}
        {count > 1 && (
          <b className={styles.count} title={text.group.equal(count)} translate="no">
            {text.group.times(count)}
          </b>
        )}
      </div>
      {completion.penalty !== undefined && (
        <p className={styles.penalty} data-testid="penalty" translate="no">
          {text.group.penalised(completion.reward, completion.penalty)}
        </p>
      )}
      <TokenStrip
        completion={completion}
        quantity={quantity}
        top={top}
        clip={clip}
        opened={opened}
        name={text.group.completionName(rank, count, formatNumber(completion.reward), verdict)}
        onInspect={(token) => onInspect(rank, token)}
        onOpen={(token) => onOpen(rank, token)}
      />
    </li>
  );
});
