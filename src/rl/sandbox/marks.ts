/**
 * @file Finds the line of what stopped a reward function, where QuickJS does not say it: the text with marks that tell
 * the line they stand in.
 */
import { parser } from '@lezer/javascript';
import { lineMark } from './guest.ts';

/** Text to be put in; `closes` where it ends what another insertion begins. */
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
 * The same text with a note of the line at the start of every loop's body, every function's body, and in every `throw`
 * (there negative). Lines stay where they are. A text with syntax errors gives some text, which does not run either.
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

/** At one place, what closes comes first, the innermost before the outer ones; then what opens, the outermost first. */
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
