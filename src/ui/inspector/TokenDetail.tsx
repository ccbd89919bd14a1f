/** @file One token opened: its numbers, the distribution it was one of, and the objective with its numbers for symbols. */
import { Button } from '@mantine/core';
import { formatNumber, formatShare, formatSigned } from '../format.ts';
import { text } from '../text.ts';
import type { ClipView, CompletionView, FormulaLineView, PlaceView } from '../types.ts';
import { quantitiesOf, scales, visibleToken, type Quantity } from './shade.ts';
import styles from './Token.module.css';

/** What was asked for about a completion, and what has come. */
export interface OpenedView {
  readonly completion: CompletionView;
  /** Null while the trainer is being asked. */
  readonly places: readonly PlaceView[] | null;
  /** Steps that were trained when it answered. */
  readonly askedAt: number;
  readonly error: string | null;
  /** Null where the objective has no form as lines, or they are still being read. */
  readonly lines: readonly FormulaLineView[] | null;
  /** What the run's loss has beside its lines. */
  readonly notes: readonly string[];
}

export interface TokenDetailProps {
  readonly opened: OpenedView;
  readonly token: number;
  readonly clip: ClipView | null;
  readonly hasAdvantages: boolean;
  /** The step that the completion is of. */
  readonly step: number;
  readonly onClose: () => void;
  readonly onAskAgain: () => void;
}

const words = text.token;
const shown = (token: string, isEnd: boolean): string => (isEnd ? text.group.end : visibleToken(token));
const isEnd = (completion: CompletionView, token: number): boolean => completion.terminated && token === completion.tokens.length - 1;

/** The quantities that a table tells, with what the token's log-probability was at three moments. */
function numbersOf(completion: CompletionView, clip: ClipView | null, quantitiesShown: readonly Quantity[], token: number): readonly (readonly [label: string, said: string])[] {
  const at = (values: readonly number[]): string => formatNumber(values[token] ?? Number.NaN);
  const others = quantitiesShown.filter((quantity) => quantity !== 'logProb');
  return [
    [words.sampled, at(completion.logProbs)], [words.before, at(completion.policyLogProbs)], [words.baseLogProb, at(completion.refLogProbs)],
    ...others.map((quantity) => [text.group.quantities[quantity], scales[quantity].say(scales[quantity].values(completion, clip)[token] ?? 0)] as const),
  ];
}

function Bar({ share, of }: { readonly share: number; readonly of: 'base' | 'now' }) {
  return (
    <td className={styles.bar} data-of={of}>
      <i style={{ width: `${share * 100}%` }} aria-hidden="true" /><span data-value={share}>{formatShare(share)}</span>
    </td>
  );
}

function Distribution({ place, step, askedAt }: { readonly place: PlaceView; readonly step: number; readonly askedAt: number }) {
  const rest = (policy: 'base' | 'now') => Math.max(0, 1 - place.candidates.reduce((sum, candidate) => sum + candidate[policy], 0));
  return (
    <>
      <table className={styles.distribution} data-testid="token-distribution">
        <thead><tr><th scope="col">{words.tokenHead}</th><th scope="col">{words.base}</th><th scope="col">{words.now(askedAt)}</th></tr></thead>
        <tbody>
          {place.candidates.map(({ token, sampled, base, now }) => (
            <tr key={token} data-sampled={sampled || undefined}>
              <th scope="row"><code>{visibleToken(token)}</code>{sampled && <small> {words.sampledHere}</small>}</th>
              <Bar share={base} of="base" /><Bar share={now} of="now" />
            </tr>
          ))}
          <tr className={styles.rest}><th scope="row">{words.rest}</th><Bar share={rest('base')} of="base" /><Bar share={rest('now')} of="now" /></tr>
        </tbody>
      </table>
      <p className={styles.note}>{words.entropies(formatNumber(place.entropy.base), formatNumber(place.entropy.now))} {words.whichNow(step)}</p>
    </>
  );
}

function Places({ opened, token, step, onAskAgain }: Pick<TokenDetailProps, 'opened' | 'token' | 'step' | 'onAskAgain'>) {
  const { places, error, askedAt } = opened;
  const place = places?.[token];
  return (
    <section aria-label={words.distribution}>
      <h4>{words.distribution}<Button size="compact-xs" variant="subtle" onClick={onAskAgain}>{words.askAgain}</Button></h4>
      {error !== null && <p className={styles.error} role="alert">{error}</p>}
      {error === null && !place && <p className={styles.note} role="status">{words.asking}</p>}
      {place && <Distribution place={place} step={step} askedAt={askedAt} />}
    </section>
  );
}

function Line({ line, token }: { readonly line: FormulaLineView; readonly token: number }) {
  const value = line.values?.[token];
  const name = line.name ?? words.loss;
  const isPlain = line.withNumbers(token, formatNumber) === line.text;
  return (
    <li data-testid={line.name === null ? 'token-loss' : undefined} data-value={value}>
      <code><b>{name}</b> = {line.text}</code>
      {!isPlain && <code className={styles.numbers}>= {line.withNumbers(token, formatNumber)}</code>}
      <code className={styles.result}>= {value === undefined ? words.unknown : formatNumber(value)}</code>
    </li>
  );
}

function Objective({ opened: { lines, notes }, token }: Pick<TokenDetailProps, 'opened' | 'token'>) {
  return (
    <section aria-label={words.objective}>
      <h4>{words.objective}</h4>
      {lines ? <ol className={styles.lines}>{lines.map((line) => <Line key={line.name ?? ''} line={line} token={token} />)}</ol> : <p className={styles.note}>{words.noLines}</p>}
      {notes.map((note) => <p key={note} className={styles.note}>{note}</p>)}
      {lines && <p className={styles.note}>{words.weighed}</p>}
    </section>
  );
}

function AllTokens({ completion, clip, quantitiesShown }: { readonly completion: CompletionView; readonly clip: ClipView | null; readonly quantitiesShown: readonly Quantity[] }) {
  const rows = completion.tokens.map((_, token) => numbersOf(completion, clip, quantitiesShown, token));
  return (
    <details className={styles.all}>
      <summary>{words.all}</summary>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={words.all}>
        <table>
          <thead><tr><th scope="col">{words.tokenHead}</th>{rows[0]?.map(([label]) => <th key={label} scope="col">{label}</th>)}</tr></thead>
          <tbody>
            {rows.map((row, token) => (
              <tr key={token}><th scope="row"><code>{shown(completion.tokens[token] ?? '', isEnd(completion, token))}</code></th>{row.map(([label, said]) => <td key={label}>{said}</td>)}</tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

export function TokenDetail(props: TokenDetailProps) {
  const { opened, token, clip, hasAdvantages, step, onClose, onAskAgain } = props;
  const { completion } = opened;
  const quantitiesShown = quantitiesOf(clip, hasAdvantages);
  const advantage = completion.tokenAdvantages[token] ?? 0;
  return (
    <section className={styles.detail} data-testid="token-detail" data-token={token} aria-label={words.name}>
      <header>
        <h3 aria-live="polite"><code>{shown(completion.tokens[token] ?? '', isEnd(completion, token))}</code> {text.group.token(token + 1, completion.tokens.length)}</h3>
        <Button size="compact-xs" variant="default" data-testid="token-close" onClick={onClose}>{words.close}</Button>
      </header>
      <dl className={styles.quantities}>
        {numbersOf(completion, clip, quantitiesShown, token).map(([label, said]) => <div key={label}><dt>{label}</dt><dd>{said}</dd></div>)}
      </dl>
      <Places opened={opened} token={token} step={step} onAskAgain={onAskAgain} />
      <Objective opened={opened} token={token} />
      {hasAdvantages && <p className={styles.note}>{words.pushes(formatSigned(advantage))}</p>}
      <AllTokens completion={completion} clip={clip} quantitiesShown={quantitiesShown} />
    </section>
  );
}
