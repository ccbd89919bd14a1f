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
 * A name as a CSV field (RFC 4180), with an apostrophe where a spreadsheet would read a formula (OWASP, CSV injection).
 */
function field(name: string): string {
  const plain = /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** A header and one line each; a value that a line lacks is empty. `names` are the columns, in order. */
export function csvOf(names: readonly string[], lines: readonly Readonly<Record<string, number | string>>[]): string {
  const cell = (value: number | string = ''): string => (typeof value === 'string' ? field(value) : String(value));
  const text = lines.map((line) => names.map((name) => cell(Object.hasOwn(line, name) ? line[name] : '')).join(','));
  return [names.map(field).join(','), ...text].map((line) => `${line}\r\n`).join('');
}

/** A header and one line per step; values that a step did not measure are empty. */
export function toCsv(rows: readonly Row[]): string {
  const lines = rows.map(fileRow);
  return csvOf([...new Set(['step', ...lines.flatMap((line) => Object.keys(line))])], lines);
}
