/**
 * @file The numbers of a run as CSV and JSON lines: every metric of every step, under TRL’s names where TRL has them.
 */
import type { Row } from '../../ui/charts/series.ts';

/** Names of the page and the names in files: held-out numbers begin with `eval_`, as in TRL. */
const fileNames: ReadonlyMap<string, string> = new Map([
  ['eval/sampled', 'eval_accuracy'],
  ['eval/greedy', 'eval_accuracy_greedy'],
  ['eval/bare', 'eval_accuracy_without_prior_prompt'],
  ['eval/bare_greedy', 'eval_accuracy_greedy_without_prior_prompt'],
]);

/**
 * All numbers of a row under their names in files, `step` first; the interval of the held-out accuracy as two numbers.
 */
function fileRow({ step, values, ranges, thin }: Row): Readonly<Record<string, number>> {
  const numbers = Object.entries({ ...values, ...thin }).map(([name, value]): [string, number] => [
    fileNames.get(name) ?? name,
    value,
  ]);
  const interval = ranges['eval/sampled'];
  return {
    step,
    ...Object.fromEntries(numbers),
    ...(interval ? { eval_accuracy_low: interval[0], eval_accuracy_high: interval[1] } : {}),
  };
}

/** One object per line; values that a step did not measure are absent. */
export const toJsonLines = (rows: readonly Row[]): string =>
  rows.map((row) => `${JSON.stringify(fileRow(row))}\n`).join('');

/**
 * A text as a CSV field (RFC 4180), with an apostrophe where a spreadsheet would read a formula (OWASP, CSV injection).
 */
function field(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** A header and one line each; a value that a line lacks is empty. `names` are the columns, in order. */
export function csvOf(names: readonly string[], lines: readonly Readonly<Record<string, number | string>>[]): string {
  const cell = (value: number | string = ''): string => (typeof value === 'string' ? field(value) : String(value));
  const text = lines.map((line) => names.map((name) => cell(Object.hasOwn(line, name) ? line[name] : '')).join(','));
  return [names.map(field).join(','), ...text].map((line) => `${line}\r\n`).join('');
}

/** Rows of one run, with fields that stand before them in every line. */
export interface CsvPart {
  readonly lead: Readonly<Record<string, string | number>>;
  readonly rows: readonly Row[];
}

/** A header and one line per step of each part; values that a step did not measure are empty. */
export function toCsvOf(parts: readonly CsvPart[]): string {
  const leads = [...new Set(parts.flatMap(({ lead }) => Object.keys(lead)))];
  const lines = parts.flatMap(({ lead, rows }) => rows.map((row) => ({ ...lead, ...fileRow(row) })));
  const names = [...new Set([...leads, 'step', ...lines.flatMap((line) => Object.keys(line))])];
  return csvOf(names, lines);
}

export const toCsv = (rows: readonly Row[]): string => toCsvOf([{ lead: {}, rows }]);
