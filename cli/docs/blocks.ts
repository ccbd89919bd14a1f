/** @file Generated blocks of a documentation page: the text between two markers is replaced. */

/** The first line of a block; its end is `<!-- end of NAME -->`. */
const begin = (name: string): string => `<!-- ${name}: made by npm run docs -->`;
const end = (name: string): string => `<!-- end of ${name} -->`;

/** The page with these blocks filled in. Throws if a marker is missing, or if the page has another block. */
export function filled(page: string, blocks: Readonly<Record<string, string>>): string {
  const marked = [...page.matchAll(/^<!-- (.+): made by npm run docs -->$/gm)].map(([, name = '']) => name);
  const strange = marked.find((name) => !Object.hasOwn(blocks, name));
  if (strange !== undefined) throw new Error(`a block that nothing makes: ${strange}`);
  return Object.entries(blocks).reduce((text, [name, block]) => {
    const [from, to] = [text.indexOf(begin(name)), text.indexOf(end(name))];
    if (from < 0 || to < from) throw new Error(`no block named ${name}`);
    return `${text.slice(0, from)}${begin(name)}\n\n${block.trim()}\n\n${text.slice(to)}`;
  }, page);
}

/** A page with only a title and these empty blocks. */
export const emptyPage = (title: string, names: readonly string[]): string =>
  `# ${title}\n\n${names.map((name) => `${begin(name)}\n${end(name)}\n`).join('\n')}`;

/** A bar would end the cell, and `<id>` would be read as a tag. */
const cell = (text: string | number): string =>
  String(text)
    .replaceAll('|', '\\|')
    .replaceAll(/<(?=[a-z])/g, '&lt;')
    .replaceAll('\n', ' ');

export const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
