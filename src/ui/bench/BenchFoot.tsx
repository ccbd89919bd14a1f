/** @file The rows below the completions: the update as a whole, the loss, and other numbers of the algorithm. */
import type { Elements } from '../elements.ts';
import { formatNumber } from '../format.ts';
import { ranked, type RankedRow } from '../inspector/rank.ts';
import { LossText, pointing } from '../settings/LossText.tsx';
import { text } from '../text.ts';
import type { GroupView } from '../types.ts';
import { Change } from './BenchCell.tsx';
import { type BenchColumnView, type Lit, topPush, type UpdateView } from './view.ts';
import { benchWords as words } from './words.ts';
import styles from './Bench.module.css';

/** One of the group's different completions. */
export interface BenchRow extends RankedRow {
  /** Place in the group, from 0. */
  readonly index: number;
}

/** Different completions, best first. */
export const rowsOf = ({ completions }: GroupView): readonly BenchRow[] =>
  ranked(completions).map((row) => ({ ...row, index: completions.indexOf(row.completion) }));

/** log of the summed probability of the group's different right completions, before and after. */
function togetherOf(rows: readonly BenchRow[], { completions }: UpdateView) {
  const right = rows.filter(({ completion }) => completion.correct);
  const different = new Map(right.map((row) => [row.completion.tokens.join('\0'), completions[row.index]]));
  const total = (time: 'before' | 'after') =>
    Math.log([...different.values()].reduce((sum, one) => sum + Math.exp(one?.[time] ?? -Infinity), 0));
  return different.size === 0 ? null : { before: total('before'), after: total('after') };
}

function Settings({
  settings,
  onPoint,
}: Pick<BenchColumnView, 'settings'> & { readonly onPoint: (symbol: string, on: boolean) => void }) {
  return (
    <ul className={styles.settings}>
      {settings.map(({ id, label, value }) => (
        <li key={id}>
          <button type="button" data-symbol={id} {...pointing(onPoint, id)}>
            {`${label} ${formatNumber(value)}`}
          </button>
        </li>
      ))}
    </ul>
  );
}

export function BenchFoot({
  rows,
  columns,
  lit,
  onLit,
}: {
  readonly columns: readonly BenchColumnView[];
  readonly rows: readonly BenchRow[];
  readonly lit: Lit | null;
  readonly onLit: (lit: Lit, on: boolean) => void;
}) {
  const isAfter = ({ id, parts }: BenchColumnView) => lit?.column === id && parts[lit.symbol] === 'after';
  const numbers: readonly (readonly [string, string, (column: BenchColumnView, update: UpdateView) => Elements])[] = [
    [
      words.together,
      '',
      (column, update) => {
        const together = togetherOf(rows, update);
        return together && <Change {...together} isLit={isAfter(column)} />;
      },
    ],
    [
      words.klMoved,
      words.klHint,
      (column, { klMoved }) => (
        <span
          data-testid="bench-kl"
          data-lit={isAfter(column) || undefined}
        >{`${formatNumber(klMoved)} ${text.nats}`}</span>
      ),
    ],
    [words.topPush, words.topHint, (_, update) => <span>{formatNumber(topPush(update))}</span>],
    [words.gradNorm, words.gradHint, (_, { gradNorm }) => <span>{formatNumber(gradNorm)}</span>],
  ];
  const point = (column: number) => (symbol: string, on: boolean) => onLit({ column, symbol }, on);
  return (
    <tfoot>
      {numbers.map(([name, hint, show]) => (
        <tr key={name}>
          <th scope="row" title={hint || undefined}>
            {name}
          </th>
          {columns.map((column) => (
            <td key={column.id} translate="no">
              {column.update && show(column, column.update)}
            </td>
          ))}
        </tr>
      ))}
      <tr>
        <th scope="row">{words.formula}</th>
        {columns.map((column) => (
          <td key={column.id}>
            <LossText {...column.loss} onPoint={point(column.id)} />
            {column.update?.leavesOut && <p className={styles.note}>{words.leavesOut}</p>}
          </td>
        ))}
      </tr>
      <tr>
        <th scope="row">{words.settings}</th>
        {columns.map((column) => (
          <td key={column.id}>
            <Settings settings={column.settings} onPoint={point(column.id)} />
          </td>
        ))}
      </tr>
    </tfoot>
  );
}
