/**
 * @file One token opened: its numbers, the distribution it was drawn from, and the objective with its numbers for
 * symbols.
 */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { formatNumber, formatSigned } from '../format.ts';
import { text } from '../text.ts';
import type { ClipView, CompletionView, FormulaLineView, PlaceView, PullView } from '../types.ts';
import { Places } from './Distribution.tsx';
import { quantitiesOf, scales, type Quantity } from './shade.ts';
import { lookIn } from './tokenLook.ts';
import { TokenText } from './TokenText.tsx';
import styles from './Token.module.css';

/** The data requested about a completion, as far as it has come. */
export interface OpenedView {
  readonly completion: CompletionView;
  /** Null until the trainer has answered. */
  readonly places: readonly PlaceView[] | null;
  /** Steps trained when the trainer answered. */
  readonly askedAt: number;
  readonly error: string | null;
  /** Null while they are computed, and where they could not be. */
  readonly lines: readonly FormulaLineView[] | null;
  /** Why the lines could not be computed. */
  readonly linesError: string | null;
  /** Terms of the run's loss that the lines leave out. */
  readonly notes: readonly string[];
  /** Null where it depends on more than single tokens, or while it is being computed. */
  readonly pull: PullView | null;
}

export interface TokenDetailProps {
  readonly opened: OpenedView;
  readonly token: number;
  readonly clip: ClipView | null;
  readonly hasAdvantages: boolean;
  readonly step: number;
  readonly onClose: () => void;
  readonly onAskAgain: () => void;
  /** Rebuilds the completion's step; null where it cannot. */
  readonly onRebuild: (() => void) | null;
}

const words = text.token;

/** The rows of the table: the token's quantities, and its log-probability at three moments. */
function numbersOf(
  { completion, pull }: Pick<OpenedView, 'completion' | 'pull'>,
  clip: ClipView | null,
  quantitiesShown: readonly Quantity[],
  token: number,
): readonly (readonly [label: string, said: string])[] {
  const at = (values: readonly number[]): string => formatNumber(values[token] ?? Number.NaN);
  const others = quantitiesShown.filter((quantity) => quantity !== 'logProb');
  return [
    [words.sampled, at(completion.logProbs)],
    [words.before, at(completion.policyLogProbs)],
    [words.baseLogProb, at(completion.refLogProbs)],
    ...others.map((quantity) => {
      // The group's shading uses the advantage alone; here the KL penalty is included where it is known.
      const pulled = quantity === 'push' ? pull?.values[token] : undefined;
      const label = pulled === undefined ? text.group.quantities[quantity] : words.nextUpdate;
      return [label, scales[quantity].say(pulled ?? scales[quantity].values(completion, clip)[token] ?? 0)] as const;
    }),
  ];
}

function Line({ line, token }: { readonly line: FormulaLineView; readonly token: number }) {
  const value = line.values?.[token];
  const name = line.name ?? words.loss;
  const isPlain = line.withNumbers(token, formatNumber) === line.text;
  return (
    <li data-testid={line.name === null ? 'token-loss' : undefined} data-value={value}>
      <code translate="no">
        <b>{name}</b>
        <span>{` = ${line.text}`}</span>
      </code>
      {!isPlain && (
        <code translate="no" className={styles.numbers}>{`= ${line.withNumbers(token, formatNumber)}`}</code>
      )}
      <code
        translate="no"
        className={styles.result}
      >{`= ${value === undefined ? words.unknown : formatNumber(value)}`}</code>
    </li>
  );
}

function Objective({ opened: { lines, linesError, notes }, token }: Pick<TokenDetailProps, 'opened' | 'token'>) {
  return (
    <section aria-label={words.objective}>
      <h4>{words.objective}</h4>
      {lines && (
        <ol className={styles.lines}>
          {lines.map((line) => (
            <Line key={line.name ?? ''} line={line} token={token} />
          ))}
        </ol>
      )}
      {linesError !== null && (
        <p className={styles.error} role="alert">
          {linesError}
        </p>
      )}
      {notes.map((note) => (
        <p key={note} className={styles.note}>
          {note}
        </p>
      ))}
      {lines && <p className={styles.note}>{words.weighed}</p>}
    </section>
  );
}

/** The direction in which the token is pushed; nothing where it depends on more than this token. */
function Pull({
  opened: { completion, pull },
  token,
  hasAdvantages,
}: Pick<TokenDetailProps, 'opened' | 'token' | 'hasAdvantages'>) {
  const value = pull?.values[token];
  if (!pull || value === undefined) return null;
  const advantage = hasAdvantages ? formatSigned(completion.tokenAdvantages[token] ?? 0) : null;
  return (
    <p className={styles.note} data-testid="token-pull" data-value={value}>
      {[words.pull(formatSigned(value), advantage), ...(pull.leavesOut ? [words.pullLeavesOut] : [])].join(' ')}
    </p>
  );
}

function AllTokens({
  opened,
  clip,
  quantitiesShown,
}: {
  readonly opened: OpenedView;
  readonly clip: ClipView | null;
  readonly quantitiesShown: readonly Quantity[];
}) {
  const { completion } = opened;
  // A long completion has thousands of cells, so they are made when asked for.
  const [isOpen, setOpen] = useState(false);
  const rows = isOpen ? completion.tokens.map((_, token) => numbersOf(opened, clip, quantitiesShown, token)) : [];
  return (
    <details className={styles.all} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.all}</summary>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={words.all}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.tokenHead}</th>
              {rows[0]?.map(([label]) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, token) => (
              <tr key={token}>
                <th scope="row">
                  <TokenText look={lookIn(completion, token)} />
                </th>
                {row.map(([label, said]) => (
                  <td key={label}>{said}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

export function TokenDetail(props: TokenDetailProps) {
  const { opened, token, clip, hasAdvantages, step, onClose, onAskAgain, onRebuild } = props;
  const { completion } = opened;
  const quantitiesShown = quantitiesOf(clip, hasAdvantages);
  return (
    <section className={styles.detail} data-testid="token-detail" data-token={token} aria-label={words.name}>
      <header>
        <h3 aria-live="polite">
          <TokenText look={lookIn(completion, token)} />
          <span>{` ${text.group.token(token + 1, completion.tokens.length)}`}</span>
        </h3>
        <Button size="compact-xs" variant="default" data-testid="token-close" onClick={onClose}>
          {words.close}
        </Button>
      </header>
      <dl className={styles.quantities}>
        {numbersOf(opened, clip, quantitiesShown, token).map(([label, said]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd translate="no">{said}</dd>
          </div>
        ))}
      </dl>
      <Places {...opened} token={token} step={step} onAskAgain={onAskAgain} onRebuild={onRebuild} />
      <Objective opened={opened} token={token} />
      <Pull opened={opened} token={token} hasAdvantages={hasAdvantages} />
      <AllTokens opened={opened} clip={clip} quantitiesShown={quantitiesShown} />
    </section>
  );
}
