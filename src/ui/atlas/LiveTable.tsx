/** @file The numbers of a live comparison so far, by arm. */
import { comparisonWords as words } from './comparisonWords.ts';
import type { MetricView } from './types.ts';
import styles from './Live.module.css';

/** A mean over seeds, or over pairs with the same seed; the interval is absent for too few. */
export interface EstimateView {
  readonly mean: number;
  readonly interval: readonly [number, number] | null;
  readonly count: number;
}

export interface LiveArmView {
  readonly id: string;
  readonly title: string;
  /** A CSS colour, the same as in the charts. */
  readonly color: string;
  /** Number of finished runs. */
  readonly done: number;
  readonly value: EstimateView | null;
  /** Difference from the first arm; null for the first itself. */
  readonly difference: EstimateView | null;
}

export interface NumberView extends MetricView {
  /** Shown with a sign. */
  readonly isChange: boolean;
}

export interface LiveTableProps {
  readonly arms: readonly LiveArmView[];
  readonly seeds: number;
  readonly number: NumberView;
  /** The numbers that all finished runs have. */
  readonly numbers: readonly NumberView[];
  /** One sentence for each pair of arms. */
  readonly pairs: readonly string[];
  /** How the number relates to those of a stored result; null without one. */
  readonly about: string | null;
  /** Further sentences about the numbers. */
  readonly notes: readonly string[];
  readonly onNumber: (id: string) => void;
}

export const signed = (value: string): string => (/^[\d.]*[1-9]/.test(value) ? `+${value}` : value);
/** With a true minus sign; zero has none. */
export const fixed =
  (digits: number) =>
  (value: number): string =>
    value
      .toFixed(digits)
      .replace(/^-(?=[0.]*$)/, '')
      .replace('-', '−');

function Estimate({
  estimate,
  number: { unit, digits },
  isChange,
}: {
  readonly estimate: EstimateView | null;
  readonly number: NumberView;
  readonly isChange: boolean;
}) {
  if (!estimate) return <span>{words.none}</span>;
  const show = fixed(digits);
  const { mean, interval } = estimate;
  return (
    <>
      <span translate="no">{`${isChange ? signed(show(mean)) : show(mean)}${unit === '' ? '' : `\u202f${unit}`}`}</span>
      {interval && <small translate="no">{words.interval(show(interval[0]), show(interval[1]))}</small>}
    </>
  );
}

export const Swatch = ({ color }: { readonly color: string }) => (
  <i className={styles.swatch} style={{ background: color }} aria-hidden="true" />
);

/** Head of the column of numbers: the only number, or a choice among those that all runs have. */
function NumberPicker({ number, numbers, onNumber }: Pick<LiveTableProps, 'number' | 'numbers' | 'onNumber'>) {
  if (numbers.length < 2) return number.title;
  return (
    <select
      aria-label={words.number}
      data-testid="live-measure"
      value={number.id}
      onChange={(event) => onNumber(event.currentTarget.value)}
    >
      {numbers.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  );
}

export function LiveTable({ arms, seeds, number, numbers, pairs, about, notes, onNumber }: LiveTableProps) {
  const isFew = arms.some(({ value }) => value && !value.interval);
  return (
    <>
      <div className={styles.scroll} role="region" aria-label={words.table} tabIndex={0}>
        <table className={styles.table} data-testid="live-table">
          <thead>
            <tr>
              <th scope="col">{words.arm}</th>
              <th scope="col">{words.seeds}</th>
              <th scope="col">
                <NumberPicker number={number} numbers={numbers} onNumber={onNumber} />
              </th>
              {arms.length > 1 && <th scope="col">{words.less}</th>}
            </tr>
          </thead>
          <tbody>
            {arms.map(({ id, title, color, done, value, difference }) => (
              <tr
                key={id}
                data-arm={id}
                data-done={done}
                data-mean={value?.mean}
                data-interval={value?.interval?.join(' ')}
              >
                <th scope="row">
                  <Swatch color={color} />
                  <span>{title}</span>
                </th>
                <td>{words.of(done, seeds)}</td>
                <td>
                  <Estimate estimate={value} number={number} isChange={number.isChange} />
                </td>
                {arms.length > 1 && (
                  <td>
                    <Estimate estimate={difference} number={number} isChange />
                    {difference && <small>{words.pairs(difference.count)}</small>}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pairs.length > 0 && (
        <ul className={styles.pairs} aria-label={words.pairsTitle} data-testid="live-pairs">
          {pairs.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      {about !== null && (
        <p className={styles.soft} data-testid="live-number">
          {about}
        </p>
      )}
      <details className={styles.soft}>
        <summary>{words.aboutTitle}</summary>
        <p>{[...(isFew ? [words.few] : []), words.about, ...notes, words.lines].join(' ')}</p>
      </details>
    </>
  );
}
