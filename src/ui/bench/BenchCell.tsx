/** @file One completion under one algorithm: advantage, tokens shaded by their push, probability before and after. */
import { useMemo } from 'react';
import { Advantage } from '../inspector/CompletionRow.tsx';
import { shade } from '../inspector/shade.ts';
import { lookIn } from '../inspector/tokenLook.ts';
import type { CompletionView } from '../types.ts';
import { type BenchColumnView, isMoved, type UpdateView } from './view.ts';
import { benchWords as words } from './words.ts';
import styles from './Bench.module.css';

interface CellProps {
  readonly completion: CompletionView;
  readonly column: BenchColumnView;
  readonly numbers: UpdateView['completions'][number];
  /** The push that is shaded most. */
  readonly top: number;
  /** The symbol pointed at in this column; null for none. */
  readonly lit: string | null;
}

/** A push of rounding shows no colour. */
const colorOf = (push: number): string => (push < 0 ? 'var(--negative)' : 'var(--positive)');

function Tokens({ completion, numbers: { pushes, moved }, top, lit }: Omit<CellProps, 'column'>) {
  const looks = useMemo(() => completion.tokens.map((_, place) => lookIn(completion, place)), [completion]);
  const changes = lit !== null && Object.hasOwn(moved, lit) ? moved[lit] : undefined;
  return (
    <p className={styles.tokens} translate="no">
      {looks.map((look, place) => {
        const push = pushes[place] ?? 0;
        return (
          <span
            key={place}
            data-kind={look.kind}
            data-push={push}
            data-lit={isMoved(changes?.[place] ?? 0) || undefined}
            title={`${look.said}: ${words.push(push)}`}
            style={{
              background: shade(push, top, colorOf(push)),
              // The mark hangs from the top below 0, so that the sign does not depend on colour alone.
              boxShadow: `inset 0 ${(push < 0 ? 1 : -1) * Math.round(Math.min(1, Math.abs(push) / top) * 3)}px ${colorOf(push)}`,
            }}
          >
            {look.shown}
          </span>
        );
      })}
      <span className={styles.srOnly}>{words.pushes(pushes.reduce((sum, push) => sum + push, 0))}</span>
    </p>
  );
}

/** Probability before and after; the arrow's colour is the direction. */
export function Change({
  before,
  after,
  isLit,
}: {
  readonly before: number;
  readonly after: number;
  readonly isLit: boolean;
}) {
  const direction = after > before ? 'up' : after < before ? 'down' : 'same';
  return (
    <p
      className={styles.change}
      data-direction={direction}
      data-lit={isLit || undefined}
      data-before={Math.exp(before)}
      data-after={Math.exp(after)}
      translate="no"
    >
      <span className={styles.srOnly}>{`${words.probability} `}</span>
      {words.change(before, after)}
      {direction !== 'same' && <span className={styles.srOnly}>{`, ${words[direction]}`}</span>}
    </p>
  );
}

export function BenchCell({ completion, column, numbers, top, lit }: CellProps) {
  const part = lit === null ? undefined : column.parts[lit];
  const { advantage } = numbers;
  return (
    <>
      <p className={styles.advantage} data-lit={part === 'advantage' || undefined}>
        {advantage === null ? (
          <span title={words.leftOutHint}>{words.leftOut}</span>
        ) : column.hasAdvantages ? (
          <Advantage value={advantage} />
        ) : (
          <span title={words.noAdvantageHint}>{words.noAdvantage}</span>
        )}
      </p>
      <Tokens completion={completion} numbers={numbers} top={top} lit={lit} />
      <Change before={numbers.before} after={numbers.after} isLit={part === 'after'} />
    </>
  );
}
