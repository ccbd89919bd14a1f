/** @file The numbers behind a chart, newest step first. */
import { formatRange, formatValue } from '../format.ts';
import { text } from '../text.ts';
import { type ArmRuns, meanRows } from './arms.ts';
import type { Row, Series } from './series.ts';
import type { OtherRun } from './view.ts';
import { armWords } from './words.ts';
import styles from './Chart.module.css';

/** More rows would make the table slow; the export holds all. */
const MOST_ROWS = 200;

function cell(row: Row | undefined, series: Series): string {
  const value = row?.values[series.key];
  if (!row || value === undefined) return '';
  const range = series.range ? row.ranges[series.range] : undefined;
  const exact = formatValue(value, series.unit);
  return range ? `${exact} ${formatRange(range, series.unit)}` : exact;
}

/** A column: its title, and its text for a step. */
interface Column {
  readonly key: string;
  readonly title: string;
  readonly steps: readonly number[];
  readonly cell: (step: number) => string;
}

function columnOf(key: string, title: string, rows: readonly Row[], series: Series): Column {
  const measured = new Map(rows.filter(({ values }) => series.key in values).map((row) => [row.step, row]));
  return { key, title, steps: [...measured.keys()], cell: (step) => cell(measured.get(step), series) };
}

/**
 * Columns: all series of the current run; the compared series of each other run. With arms: the first series, then each
 * arm's mean and interval.
 */
function columnsOf({ rows, series, others, arms }: ChartTableProps): readonly Column[] {
  const main = series.find(({ draw }) => draw !== 'share');
  if (arms.length === 0 || !main) {
    const ofOthers = main
      ? others.map((other) =>
          columnOf(
            `run ${other.id}`,
            series.length > 1 ? `${other.name}, ${main.label}` : other.name,
            other.rows,
            main,
          ),
        )
      : [];
    return [...series.map((one) => columnOf(one.key, one.label, rows, one)), ...ofOthers];
  }
  const ofArm = { ...main, range: main.key };
  return [
    columnOf(main.key, armWords.inHand(main.label), rows, main),
    ...arms.map(({ id, name, runs }) =>
      columnOf(`arm ${id}`, armWords.column(name, runs.length), meanRows(runs, main), ofArm),
    ),
  ];
}

interface ChartTableProps {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly series: readonly Series[];
  readonly others: readonly OtherRun<Row>[];
  readonly arms: readonly ArmRuns[];
}

export function ChartTable(props: ChartTableProps) {
  const columns = columnsOf(props);
  const steps = [...new Set(columns.flatMap((column) => column.steps))].toSorted((a, b) => b - a).slice(0, MOST_ROWS);
  return (
    <div className={styles.tableWrap} tabIndex={0} role="region" aria-label={text.charts.tableName(props.title)}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{text.charts.step}</th>
            {columns.map((column) => (
              <th scope="col" key={column.key}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody translate="no">
          {steps.map((step) => (
            <tr key={step}>
              <th scope="row">{step}</th>
              {columns.map((column) => (
                <td key={column.key}>{column.cell(step)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
