/** @file The documentation: its generated parts cover the code, and every path and command that it names exists. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { algorithms } from '../../src/rl/papers/index.ts';
import { metrics } from '../../src/rl/metrics/index.ts';
import { type Command, type FlagTable, nameOf } from '../flags.ts';
import { emptyPage, filled, table } from './blocks.ts';
import { allCommands, examples } from './commands.ts';
import { smallMultiples, sparkline } from './drawing.ts';
import { readSuites } from './algorithms.ts';
import { curvesPath, curvesText, readCurves } from './curves.ts';
import { type MadeFile, madeFiles, staleFiles } from './pages.ts';

const { scripts, dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

const pages = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md')),
];
const texts = pages.map((path) => [path, readFileSync(path, 'utf8')] as const);

/** Paths in code style that begin with a folder of the project; `yours` is a file still to be written. */
const pathsIn = (text: string): string[] =>
  [...text.matchAll(/`((?:src|cli|e2e|scripts|public|docs|testing|gallery)\/[^\s`{]*)`/g)]
    .map(([, path = '']) => path)
    .map((path) => (path.includes('yours') ? posix.dirname(path) : path));

/** Relative targets of links and pictures. */
const linksIn = (page: string, text: string): string[] =>
  [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, to = '']) => posix.join(posix.dirname(page), to));

interface CommandLine {
  readonly name: string;
  readonly flags: readonly string[];
}

/** Every `npm run NAME -- --flag ...` in code style or in a block of code. */
const commandLinesIn = (text: string): CommandLine[] =>
  [...text.matchAll(/npm run ([\w-]+(?::\w+)?)((?: --)?[^`\n]*)/g)].map(([, name = '', rest = '']) => ({
    name,
    flags: [...rest.matchAll(/--([a-zA-Z_]+)/g)].map(([, flag = '']) => flag),
  }));

let made: readonly MadeFile[] = [];
let commands: readonly Command<FlagTable>[] = [];
beforeAll(async () => {
  commands = await allCommands();
  made = madeFiles(commands);
});

describe('a page', () => {
  const text = '# T\n\nbefore\n\n<!-- a: made by npm run docs -->\nold\n<!-- end of a -->\n\nafter\n';

  test('keeps the text around a block when the block is generated again', () => {
    const once = filled(text, { a: 'new' });
    expect(once).toContain('before');
    expect(once).toContain('\n\nnew\n\n<!-- end of a -->\n\nafter\n');
    expect(once).not.toContain('old');
    expect(filled(once, { a: 'new' })).toBe(once);
  });

  test('without a marker, or with an unknown block, gives an error that names it', () => {
    expect(() => filled('# T\n', { a: 'new' })).toThrow('no block named a');
    expect(() => filled(text, { b: 'new' })).toThrow('a block that nothing makes: a');
    expect(filled(emptyPage('T', ['a', 'b']), { a: '1', b: '2' })).toMatch(/1[^]*2/);
  });

  test('has tables with escaped bars and angle brackets', () =>
    expect(table(['a'], [['x|y <id>']])).toBe('| a |\n| --- |\n| x\\|y &lt;id> |'));
});

describe('a curve', () => {
  test('has one bar per two steps, from the lowest at 0 to the highest at 1', () =>
    expect(sparkline([0, 0, 0.5, 0.5, 1, 1])).toBe('▁▅█'));

  test('runs from the left edge to the right, 100 % at the top, in front of its baseline', () => {
    const svg = smallMultiples([{ title: 'a<b', shares: [0, 1], baseline: [0.5, 0.5] }], 'all');
    expect(svg).toContain('<polyline points="0.0,80.0 180.0,0.0"');
    expect(svg).toContain('<polyline points="0.0,40.0 180.0,40.0"');
    expect(svg).toContain('a&lt;b');
  });
});

describe('the generated parts', () => {
  test.each(algorithms.map(({ id }) => id))('describe %s on exactly one page', (id) => {
    const own = made.filter(({ text }) => text.includes(`\n\`${id}\`, [arXiv `));
    expect(own).toHaveLength(1);
  });

  test('explain every metric of the catalogue', () => {
    const page = made.find(({ path }) => path === 'docs/metrics.md')?.text ?? '';
    for (const name of Object.keys(metrics)) expect(page).toContain(`\n| \`${name}\` |`);
  });

  test('list every command of cli/ and bench/ with an example', () => {
    const ofCli = Object.entries<string>(scripts).filter(([, line]) => /^tsx (?:cli|bench)\//.test(line));
    expect(commands.map(({ name }) => name).toSorted()).toEqual(ofCli.map(([name]) => name).toSorted());
    expect(Object.keys(examples).toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
  });
});

test('a file is stale where it is missing or its text differs', () => {
  const kept = { path: 'LICENSE', text: readFileSync('LICENSE', 'utf8') };
  const [changed, missing] = [
    { path: 'LICENSE', text: '' },
    { path: 'docs/gone.md', text: '' },
  ];
  expect(staleFiles([kept, changed, missing])).toEqual([changed, missing]);
});

test('the page of commands is the same on every machine', () => {
  const page = made.find(({ path }) => path === 'docs/commands.md')?.text ?? '';
  expect(page).toContain('| `--parallel N` | one a core |');
});

test('the record of curves reads back as written, with a number for every step', () => {
  const record = readCurves();
  expect(curvesText(record)).toBe(readFileSync(curvesPath, 'utf8'));
  expect(record.curves.grpo?.accuracy).toHaveLength(record.steps);
});

test('the line on GRPO has the mean of the stored result', () => {
  const mean =
    readSuites()
      .flatMap(({ arms }) => arms)
      .find(({ arm }) => arm === 'grpo')?.metrics.change?.mean ?? NaN;
  const page = made.find(({ path }) => path === 'docs/algorithms/groups-of-completions.md')?.text ?? '';
  expect(page.slice(0, page.indexOf('`bnpo`, [arXiv'))).toContain(`${mean.toFixed(1)} points (`);
});

describe.each(texts)('%s', (path, text) => {
  test('names files and folders that exist', () => {
    const named = [...pathsIn(text), ...linksIn(path, text)];
    expect(named.filter((file) => !existsSync(file))).toEqual([]);
  });

  test('names commands and flags that exist', () => {
    const wrong = commandLinesIn(text).filter(({ name, flags }) => {
      const command = commands.find((candidate) => candidate.name === name);
      const known = new Set(['help', ...Object.entries(command?.flags ?? {}).map(nameOf)]);
      return !Object.hasOwn(scripts, name) || (command && flags.some((flag) => !known.has(flag)));
    });
    expect(wrong).toEqual([]);
  });
});

test('pathsIn, linksIn and commandLinesIn find paths, links and commands', () => {
  expect(pathsIn('`src/gone.ts` and `src/tasks/yours.ts`')).toEqual(['src/gone.ts', 'src/tasks']);
  expect(linksIn('docs/a.md', '[b](b.md) ![c](../c.png) [d](https://d)')).toEqual(['docs/b.md', 'c.png']);
  expect(commandLinesIn('`npm run train -- --task sums --gone`: `npm run a:b`')).toEqual([
    { name: 'train', flags: ['task', 'gone'] },
    { name: 'a:b', flags: [] },
  ]);
});

test('every npm script is listed on the page of commands', () => {
  const page = readFileSync('docs/commands.md', 'utf8');
  const missing = Object.keys(scripts).filter((name) => !new RegExp(`npm (run )?${name}\\b`).test(page));
  expect(missing).toEqual([]);
});

test('every room of src/rl stands on the page for contributors', () => {
  const page = readFileSync('docs/contributing.md', 'utf8');
  const missing = readdirSync('src/rl').filter((room) => !page.includes(`| \`${room}\` |`));
  expect(missing).toEqual([]);
});

test('every dependency has its reason', () => {
  const page = readFileSync('docs/dependencies.md', 'utf8');
  const named = [...page.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  const covers = (name: string) =>
    named.some((n) => n === name || (n.endsWith('*') && name.startsWith(n.slice(0, -1))));
  expect(Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !covers(name))).toEqual([]);
});

test('README fits into 8 KB', () => expect(statSync('README.md').size).toBeLessThanOrEqual(8192));
