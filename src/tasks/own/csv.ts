/** @file Rows of a CSV file (RFC 4180) with names in its first row. */
import { UsageError } from '../../lib/assert.ts';
import type { Found } from './lines.ts';

interface Cell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** Cells of a text, record by record; line breaks inside quotes belong to the cell. */
class Cells {
  private at = 0;
  private line = 1;
  private lineStart = 0;

  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  record(): Cell[] {
    const cells = [this.cell()];
    while (this.text[this.at] === ',') {
      this.at++;
      cells.push(this.cell());
    }
    this.endOfRecord();
    return cells;
  }

  private cell(): Cell {
    const place = { line: this.line, column: this.at - this.lineStart + 1 };
    return { text: this.text[this.at] === '"' ? this.quoted(place) : this.bare(), ...place };
  }

  private bare(): string {
    const start = this.at;
    while (!this.isAtEnd && !',\n\r'.includes(this.text.charAt(this.at))) this.at++;
    return this.text.slice(start, this.at);
  }

  private quoted(place: { readonly line: number; readonly column: number }): string {
    let content = '';
    for (let start = ++this.at; ; start = this.at) {
      const end = this.text.indexOf('"', start);
      if (end < 0)
        throw new UsageError(`line ${place.line}, column ${place.column}: the quote that begins here has no end`);
      this.count(start, end);
      content += this.text.slice(start, end);
      this.at = end + 1;
      if (this.text[this.at] !== '"') return content;
      content += '"';
      this.at++;
    }
  }

  /** Counts the line breaks of a quoted stretch. */
  private count(start: number, end: number): void {
    for (let next = this.text.indexOf('\n', start); next >= 0 && next < end; next = this.text.indexOf('\n', next + 1)) {
      this.line++;
      this.lineStart = next + 1;
    }
  }

  private endOfRecord(): void {
    if (this.isAtEnd) return;
    const [end] = /^\r?\n|^\r/.exec(this.text.slice(this.at, this.at + 2)) ?? [];
    if (end === undefined)
      throw new UsageError(
        `line ${this.line}, column ${this.at - this.lineStart + 1}: a comma or a new line is needed after a quote`,
      );
    this.at += end.length;
    this.line++;
    this.lineStart = this.at;
  }
}

/** Names of the first row, each of them once. */
function namesOf(header: readonly Cell[]): string[] {
  const names = header.map(({ text }) => text.trim());
  for (const [i, name] of names.entries()) {
    const { line, column } = header[i] as Cell;
    if (name === '' || names.indexOf(name) < i)
      throw new UsageError(
        `line ${line}, column ${column}: ${name === '' ? 'a column has no name' : `the column ${name} stands twice`}`,
      );
  }
  return names;
}

/** A cell as a value: a chat in JSON, a difficulty as a number, other cells as text; an empty optional one is absent. */
function valueOf(name: string, text: string): unknown {
  if (name === 'difficulty' || name === 'split') {
    if (text.trim() === '') return undefined;
    return name === 'split' ? text.trim() : Number(text);
  }
  if (name !== 'prompt' || !/^\s*\[/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Rows in their order. UsageError that names line and column for a malformed record. */
export function* csvRows(text: string): Generator<Found> {
  const cells = new Cells(text);
  if (cells.isAtEnd) throw new UsageError('line 1, column 1: names of columns are needed, as in prompt,answer');
  const names = namesOf(cells.record());
  while (!cells.isAtEnd) {
    const record = cells.record();
    const { line, column, text: first } = record[0] as Cell;
    // An empty line.
    if (record.length === 1 && first.trim() === '') continue;
    if (record.length !== names.length)
      throw new UsageError(
        `line ${line}, column ${column}: ${record.length} cells, but the first line names ${names.length} columns`,
      );
    const value = Object.fromEntries(names.map((name, i) => [name, valueOf(name, (record[i] as Cell).text)]));
    yield {
      value,
      line,
      place: (field) => {
        const cell = record[names.indexOf(field ?? '')] ?? { line, column };
        return `line ${cell.line}, column ${cell.column}`;
      },
    };
  }
}
