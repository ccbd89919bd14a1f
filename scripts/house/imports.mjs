/** @file The imports of a module, read from its syntax tree. */
import { posix } from 'node:path';
import { parseSync } from 'vite';

/**
 * `file` is a path from the project's root, with forward slashes.
 * @typedef {{ readonly file: string; readonly text: string }} Source
 */

/**
 * `to` is a path from the project's root for a relative import, else the name of a package.
 * @typedef {{ readonly from: string; readonly to: string; readonly kind: 'value' | 'type' | 'worker' }} Import
 */

/** The syntax tree, and the code with comments blanked out. @param {Source} source */
function parsed({ file, text }) {
  const { program, comments, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  let at = 0;
  let code = '';
  for (const { start, end } of comments) {
    code += text.slice(at, start) + ' '.repeat(end - start);
    at = end;
  }
  return { program, code: code + text.slice(at) };
}

/** The code without comments, so that they are not searched for imports. @param {Source} source */
export const withoutComments = (source) => parsed(source).code;

/**
 * Every import of a module: static, re-export, type, dynamic `import()`, and the files its workers start from.
 * @param {Source} source
 * @returns {Import[]}
 */
export function importsOf(source) {
  /** @type {Omit<Import, 'from'>[]} */
  const found = [];
  const { program, code } = parsed(source);
  for (const node of program.body) {
    if (node.type === 'ImportDeclaration')
      found.push({ to: node.source.value, kind: node.importKind === 'type' ? 'type' : 'value' });
    const exports = node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration';
    if (exports && node.source)
      found.push({ to: node.source.value, kind: node.exportKind === 'type' ? 'type' : 'value' });
  }
  for (const [, type, to = ''] of code.matchAll(/(\btypeof\s+)?\bimport\s*\(\s*['"`]([^'"`]+)/g))
    found.push({ to, kind: type ? 'type' : 'value' });
  for (const [, to = ''] of code.matchAll(/\bnew\s+URL\(\s*['"`]([^'"`]+)['"`]\s*,\s*import\.meta\.url/g))
    found.push({ to, kind: 'worker' });
  return found.map(({ to, kind }) => {
    const path = to.replace(/\?.*$/, '');
    return {
      from: source.file,
      to: path.startsWith('.') ? posix.join(posix.dirname(source.file), path) : path,
      kind: /\?worker/.test(to) ? 'worker' : kind,
    };
  });
}
