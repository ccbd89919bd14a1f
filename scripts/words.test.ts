/** @file Comments and test names avoid turns that hide their subject; the subject is named by its identifier. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ESTree, parseSync, Visitor } from 'vite';
import { describe, expect, test } from 'vitest';
import { projectRoot } from './install.mjs';
import { sourceFiles } from './sourceFiles.mjs';

const forbidden = new RegExp(
  [
    /\bwhat (?:is|are|was|were|has|had|the|an?|it|they|comes?|came|stands?|follows?|happens)\b/,
    /\b(?:of|in|from|with|without|by|than|for|to|on|about|behind) what\b/,
    /\bwho(?:so)?ever\b/,
    /\bof one[’']s own\b/,
    /\bin the place of\b/,
    /\bthat there is none\b/,
    /\bis none of\b/,
    /\btold\b/,
    /\bin hand\b/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

interface Passage {
  readonly line: number;
  readonly text: string;
}

/** The name of a call of `describe`, `test` or `it`, with or without modifiers such as `.each(table)`. */
function nameOf({ callee, arguments: [first] }: ESTree.CallExpression): ESTree.Node | null {
  let root: ESTree.Node = callee;
  while (root.type !== 'Identifier') {
    if (root.type === 'MemberExpression') root = root.object;
    else if (root.type === 'CallExpression') root = root.callee;
    else if (root.type === 'TaggedTemplateExpression') root = root.tag;
    else return null;
  }
  const isName = first?.type === 'TemplateLiteral' || (first?.type === 'Literal' && typeof first.value === 'string');
  return /^(?:describe|test|it)$/.test(root.name) && isName ? first : null;
}

/** Comments and test names of a source file; a comment of several `//` lines is one passage. */
function passagesOf(file: string, source: string): Passage[] {
  const at = (start: number, end: number): Passage => ({
    line: source.slice(0, start).split('\n').length,
    text: source.slice(start, end).replaceAll(/\s*\n\s*(?:\*|\/\/)?\s*/g, ' '),
  });
  if (file.endsWith('.css'))
    return [...source.matchAll(/\/\*[\s\S]*?\*\//g)].map(({ 0: text, index }) => at(index, index + text.length));
  const { program, comments } = parseSync(file, source);
  const spans = comments.map(({ start, end }) => ({ start, end }));
  for (let i = spans.length - 1; i > 0; i--) {
    const [before, after] = [spans[i - 1], spans[i]];
    if (!before || !after || !/^\n[ \t]*$/.test(source.slice(before.end, after.start))) continue;
    before.end = after.end;
    spans.splice(i, 1);
  }
  new Visitor({
    CallExpression: (call) => {
      const name = nameOf(call);
      if (name) spans.push(name);
    },
  }).visit(program);
  return spans.map(({ start, end }) => at(start, end));
}

/** The first forbidden turn of each passage, as `path:line: turn`. */
const complaintsOf = (file: string, source: string): string[] =>
  passagesOf(file, source).flatMap(({ line, text }) => {
    const turn = forbidden.exec(text);
    return turn ? [`${file}:${line}: ${turn[0]}`] : [];
  });

describe('the check detects', () => {
  test.each([
    ['a.ts:1: what is', '/** Names what\n * is left. */'],
    ['a.ts:2: in the place of', 'let a = 1;\n// Takes a file in the\n// place of the base.'],
    ['a.mjs:1: Whoever', 'f(); // Whoever calls it disposes it.'],
    ['a.css:2: of one’s own', 'p {}\n/* A colour of one’s own. */'],
    ['a.tsx:1: that there is none', 'const a = <p>{/* The limit that there is none of. */}</p>;'],
    ['a.test.ts:1: is none of', `test('a run of other settings is none of the step', () => {});`],
    ['a.test.ts:1: of what', 'describe.each([1])(`${run} speaks of what comes`, () => {});'],
    ['a.test.ts:1: in hand', `it.skip.each\`a\`('the run in hand', () => {});`],
    ['a.test.ts:1: told', `test('the reader is told', () => {});`],
  ])('%s', (complaint, source) => expect(complaintsOf(complaint.replace(/:.*/, ''), source)).toEqual([complaint]));

  test('no turn in strings, names of other calls, or sentences that ask what to do', () => {
    const source = `// The message says what to do.\nsay('the group in hand'); const a = 'what is'; test(a, () => {});`;
    expect(complaintsOf('a.ts', source)).toEqual([]);
  });
});

test('comments and test names of the project have none of the forbidden turns', () => {
  const files = sourceFiles();
  expect(files.length).toBeGreaterThan(300);
  expect(files.flatMap((file) => complaintsOf(file, readFileSync(join(projectRoot, file), 'utf8')))).toEqual([]);
});
