/**
 * @file Line marks for failures whose line QuickJS does not report: the source with assignments of the current line
 * number.
 */
import { parser } from '@lezer/javascript';
import { lineMark } from './guest.ts';

/** Text to insert; `closes` where it ends an earlier insertion. */
interface Insertion {
  readonly at: number;
  readonly text: string;
  readonly closes?: boolean;
}

const loops: ReadonlySet<string> = new Set(['ForStatement', 'WhileStatement', 'DoStatement']);
const functions: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunction',
  'MethodDeclaration',
]);

/**
 * The source with an assignment of the line number to `lineMark` at the start of every loop body and function body, and
 * in every `throw` (there negative). Line numbers do not change. A source with syntax errors gives a text that does not
 * run either.
 */
export function markLines(source: string): string {
  const insertions: Insertion[] = [];
  const lineOf = (at: number) => source.slice(0, at).split('\n').length;
  const mark = (at: number) => `${lineMark}=${lineOf(at)}`;
  parser.parse(source).iterate({
    enter({ name, from, node }) {
      if (loops.has(name)) {
        // The body is the statement after the head; of a do loop, the one after `do`.
        const body = name === 'DoStatement' ? node.firstChild?.nextSibling : node.lastChild;
        if (!body) return;
        if (body.name === 'Block') insertions.push({ at: body.from + 1, text: `${mark(from)};` });
        else insertions.push({ at: body.from, text: `{${mark(from)};` }, { at: body.to, text: '}', closes: true });
      } else if (functions.has(name)) {
        const body = node.getChild('Block');
        if (body) insertions.push({ at: body.from + 1, text: `${mark(from)};` });
      } else if (name === 'ThrowStatement') {
        const thrown = node.firstChild?.nextSibling;
        if (thrown)
          insertions.push(
            { at: thrown.from, text: `(${lineMark}=-${lineOf(from)},` },
            { at: thrown.to, text: ')', closes: true },
          );
      }
    },
  });
  return withInsertions(source, insertions);
}

/**
 * At the same position closing insertions precede opening ones; closing ones go from inner to outer, opening ones from
 * outer to inner.
 */
function withInsertions(source: string, insertions: readonly Insertion[]): string {
  const ranked = insertions.map((insertion, order) => ({ ...insertion, rank: insertion.closes ? -order : order }));
  let text = '';
  let done = 0;
  for (const insertion of ranked.toSorted((a, b) => a.at - b.at || a.rank - b.rank)) {
    text += source.slice(done, insertion.at) + insertion.text;
    done = insertion.at;
  }
  return text + source.slice(done);
}
