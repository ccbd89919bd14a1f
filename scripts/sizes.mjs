/** @file `npm run sizes`: lines of code per folder without tests, and the ten largest files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './install.mjs';
import { sourceFiles } from './sourceFiles.mjs';

const isTest = (/** @type {string} */ path) => /\.(test|spec)\.tsx?$/.test(path);

const files = sourceFiles().map((path) => ({
  path,
  lines: readFileSync(join(projectRoot, path), 'utf8').split('\n').length - 1,
}));

/** A folder directly under src, or a folder beside it. @param {string} path */
const folderOf = (path) => {
  const [root = '', folder = '', ...rest] = path.split('/');
  return root === 'src' && rest.length > 0 ? `src/${folder}` : root;
};

/** @param {typeof files} some */
const lineSum = (some) => some.reduce((sum, { lines }) => sum + lines, 0);

/** @param {string} name @param {typeof files} some */
function row(name, some) {
  const tests = some.filter(({ path }) => isTest(path));
  const code = some.filter(({ path }) => !isTest(path));
  const columns = [code.length, lineSum(code), tests.length, lineSum(tests)];
  return name.padEnd(16) + columns.map((n) => String(n).padStart(9)).join('');
}

console.log(`${'folder'.padEnd(16)}    files    lines    tests    lines`);
for (const folder of [...new Set(files.map(({ path }) => folderOf(path)))].toSorted()) {
  console.log(
    row(
      folder,
      files.filter(({ path }) => folderOf(path) === folder),
    ),
  );
}
console.log(row('all', files));
console.log('\nlargest files');
for (const { path, lines } of files.toSorted((a, b) => b.lines - a.lines).slice(0, 10))
  console.log(`${String(lines).padStart(6)}  ${path}`);
