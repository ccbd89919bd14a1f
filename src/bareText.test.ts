/**
 * @file No bare text stands beside other children in JSX. A translator replaces text nodes with `<font>` elements.
 * React keeps the old node of a text that has siblings: removing it fails (NotFoundError), and updates go to a node
 * outside the page. A text that is the only child of its element is written by `textContent`, which survives. Code must
 * be marked as not translated; inside such elements text is free.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { parseSync, Visitor, type ESTree } from 'vite';
import { describe, expect, test } from 'vitest';

type Parent = ESTree.JSXElement | ESTree.JSXFragment;

/** The rendered children: no line breaks between tags and no comments. */
const rendered = ({ children }: Parent): ESTree.JSXChild[] =>
  children.filter((child) =>
    child.type === 'JSXText'
      ? !/^\s*\n\s*$/.test(child.value)
      : child.type !== 'JSXExpressionContainer' || child.expression.type !== 'JSXEmptyExpression',
  );

const isNeverTranslated = (node: Parent): boolean =>
  node.type === 'JSXElement' &&
  node.openingElement.attributes.some(
    (attribute) =>
      attribute.type === 'JSXAttribute' &&
      attribute.name.name === 'translate' &&
      attribute.value?.type === 'Literal' &&
      attribute.value.value === 'no',
  );

/**
 * Names in a file that hold elements: constants whose value is JSX, and properties and functions of type `Elements`,
 * which the compiler checks.
 */
function elementNames(program: ESTree.Program, text: string): ReadonlySet<string> {
  const names = new Set<string>();
  const isTyped = (type: ESTree.TSTypeAnnotation | null | undefined) =>
    !!type && /\bElements\b/.test(text.slice(type.start, type.end));
  const add = (id: ESTree.Node | null, holds: boolean) => {
    if (holds && id?.type === 'Identifier') names.add(id.name);
  };
  new Visitor({
    TSPropertySignature: ({ key, typeAnnotation }) => add(key, isTyped(typeAnnotation)),
    FunctionDeclaration: ({ id, returnType }) => add(id, isTyped(returnType)),
    VariableDeclarator: ({ id, init }) => add(id, init !== null && isElement(init, names)),
  }).visit(program);
  return names;
}

/** Whether an expression renders only elements or nothing, never text. */
function isElement(node: ESTree.Node | null, names: ReadonlySet<string>): boolean {
  switch (node?.type) {
    case undefined:
    case 'JSXElement':
    case 'JSXFragment':
      return true;
    case 'JSXExpressionContainer':
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      return isElement(node.expression, names);
    case 'Literal':
      return node.value === null || typeof node.value === 'boolean';
    case 'LogicalExpression':
      return (node.operator === '&&' || isElement(node.left, names)) && isElement(node.right, names);
    case 'ConditionalExpression':
      return isElement(node.consequent, names) && isElement(node.alternate, names);
    case 'Identifier':
      return names.has(node.name);
    case 'MemberExpression':
      return node.computed
        ? isElement(node.object, names)
        : node.property.type === 'Identifier' && names.has(node.property.name);
    case 'CallExpression': {
      const [made] = node.arguments;
      const isMap =
        node.callee.type === 'MemberExpression' &&
        node.callee.property.type === 'Identifier' &&
        node.callee.property.name === 'map';
      return isMap && made?.type === 'ArrowFunctionExpression'
        ? isElement(made.body, names)
        : isElement(node.callee, names);
    }
    case 'BlockStatement': {
      const last = node.body.at(-1);
      return last?.type === 'ReturnStatement' && isElement(last.argument, names);
    }
    default:
      return false;
  }
}

/** Attributes that are read out or shown. */
const READ = /^(?:aria-label|aria-description|aria-roledescription|alt|label|placeholder|title)$/;
const hasWord = (text: unknown): boolean => typeof text === 'string' && /\p{Ll}{2}/u.test(text);

/** Words of a literal or template; names such as SVG are no words. */
const writes = (node: ESTree.Node | null | undefined): boolean =>
  node?.type === 'Literal'
    ? hasWord(node.value)
    : node?.type === 'TemplateLiteral' && node.quasis.some(({ value: { raw } }) => hasWord(raw));

const inside = (node: ESTree.Node | null): ESTree.Node | null =>
  node?.type === 'JSXExpressionContainer' ? node.expression : node;

/** Words in a component: sentences belong in the files of words, from which they are translated. */
function strayWords(file: string, text: string): string[] {
  const found: string[] = [];
  const say = (isWord: boolean, { start, end }: ESTree.Node) => {
    if (isWord) found.push(`${file}:${text.slice(0, start).split('\n').length}: ${text.slice(start, end).trim()}`);
  };
  new Visitor({
    JSXText: (node) => say(hasWord(node.value), node),
    JSXAttribute: (node) =>
      say(node.name.type === 'JSXIdentifier' && READ.test(node.name.name) && writes(inside(node.value)), node),
    JSXElement: ({ children }) =>
      children.forEach((child) => say(child.type !== 'JSXText' && writes(inside(child)), child)),
  }).visit(parseSync(file, text).program);
  return found;
}

/** Bare texts beside other children, and code that is not marked as not translated. */
function complaints(file: string, text: string): string[] {
  const { program, errors } = parseSync(file, text);
  expect(errors, `${file} can be parsed`).toEqual([]);
  const names = elementNames(program, text);
  const found: string[] = [];
  let kept = 0;
  const say = (what: string, { start, end }: ESTree.Node) =>
    found.push(`${file}:${text.slice(0, start).split('\n').length}: ${what} ${text.slice(start, end).split('\n')[0]}`);
  const enter = (node: Parent) => {
    if (isNeverTranslated(node)) kept++;
    if (kept > 0) return;
    if (
      node.type === 'JSXElement' &&
      node.openingElement.name.type === 'JSXIdentifier' &&
      /^(?:code|pre|kbd|samp)$/.test(node.openingElement.name.name)
    )
      say('without translate="no":', node);
    const children = rendered(node);
    // A fragment's children are siblings of its neighbours.
    if (children.length < 2 && node.type === 'JSXElement') return;
    for (const child of children)
      if (child.type === 'JSXText' || !isElement(child, names)) say('bare text beside other children:', child);
  };
  const leave = (node: Parent) => {
    if (isNeverTranslated(node)) kept--;
  };
  new Visitor({ JSXElement: enter, 'JSXElement:exit': leave, JSXFragment: enter, 'JSXFragment:exit': leave }).visit(
    program,
  );
  return found;
}

describe('the rule detects violations', () => {
  const component = (jsx: string, types = '') =>
    `interface Props { ${types} }\nfunction Some({ a, b, n, list }) { const mark = <i />; return ${jsx}; }`;
  const planted: readonly [name: string, jsx: string, count: number][] = [
    ['a text beside an element', '<p>word <b>{a}</b></p>', 1],
    ['an expression beside an element', '<p>{a}<b /></p>', 1],
    ['two texts', '<p>{a}: {b}</p>', 3],
    ['a space', '<p><b />{" "}<i /></p>', 1],
    ['a text that can go', '<p><b />{n > 0 && a}</p>', 1],
    ['a choice of text or element', '<p><b />{n > 0 ? <i /> : a}</p>', 1],
    ['a template', '<p><b />{`${a}`}</p>', 1],
    ['a list of texts', '<p><b />{list.map((one) => one.name)}</p>', 1],
    ['a text in a fragment', '<p>{n > 0 && <>{a}</>}</p>', 1],
    ['code that could be translated', '<code>{a}</code>', 1],
  ];

  test.each(planted)('%s', (_name, jsx, count) => expect(complaints('a.tsx', component(jsx))).toHaveLength(count));

  test('the rule allows a lone text, optional elements, names of elements, and elements that are never translated', () => {
    const jsx =
      '<div>\n  {/* why */}\n  <p>{a}</p>\n  <p>word</p>\n  {n > 0 && <b />}\n  {mark}\n  {list.map((one) => <i key={one} />)}\n  {b}\n  <code translate="no">{a} = {b}</code>\n</div>';
    expect(complaints('a.tsx', component(jsx, 'readonly b: Elements'))).toEqual([]);
  });
});

test('a word written in a component is found', () => {
  const strays = (jsx: string) => strayWords('a.tsx', `const a = (x) => ${jsx};`);
  for (const jsx of [
    '<p>Some words</p>',
    '<p title="Word" />',
    "<p aria-label={'Word'} />",
    '<p title={`of ${x}`} />',
    '<p>{`${x} of all`}</p>',
  ])
    expect(strays(jsx)).toHaveLength(1);
  expect(strays('<p title={words.title} className="some words">{`${x}: `}</p>')).toEqual([]);
});

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((name) => posix.join('src', name.replaceAll('\\', '/')))
  .filter((file) => file.endsWith('.tsx') && !file.endsWith('.test.tsx'));

test('every text of the page has an element to itself, and code is never translated', () => {
  expect(files).toContain('src/app/App.tsx');
  expect(files.flatMap((file) => complaints(file, readFileSync(file, 'utf8')))).toEqual([]);
});

test('no component writes a sentence of its own', () => {
  const shipped = files.filter((file) => !file.startsWith('src/gallery/'));
  expect(shipped.flatMap((file) => strayWords(file, readFileSync(file, 'utf8')))).toEqual([]);
});
