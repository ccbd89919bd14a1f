/**
 * @file The direction of imports between folders, circles of imports, and that the main thread never loads ONNX
 * Runtime.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { circles, graphOf } from '../scripts/house/graph.mjs';
import { type Import, importsOf, type Source, withoutComments } from '../scripts/house/imports.mjs';

/** An import goes to a lower rank only. */
const folderRanks: Readonly<Record<string, number>> = {
  'src/lib': 0,
  'src/engine': 1,
  'src/tasks': 1,
  'src/ui': 1,
  'src/policy': 2,
  'src/rl': 3,
  'src/exporters': 4,
  'src/worker': 4,
  'src/lessons': 5,
  'src/app': 6,
  // Commands open the files of runs that the page saves.
  cli: 7,
  'src/gallery': 7,
  testing: 8,
};

/** Ranks inside two folders, in which every file lies in a subfolder; tests may import across ranks. */
const innerRanks: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'src/engine': { runtime: 0, graph: 1, autodiff: 2, optim: 2, plain: 2, onnx: 3 },
  'src/rl': {
    words: 0,
    sandbox: 0,
    trajectory: 1,
    advantages: 1,
    rewards: 2,
    prompts: 2,
    sampling: 2,
    objectives: 3,
    config: 4,
    formula: 5,
    papers: 6,
    store: 6,
    algorithm: 7,
    learner: 8,
    forecast: 9,
    pretraining: 9,
    exact: 9,
    river: 9,
    metrics: 9,
    step: 10,
    oneBatch: 11,
    run: 12,
  },
};

/** Packages that only some folders may import. */
const packageHomes: readonly { readonly name: RegExp; readonly homes: readonly string[] }[] = [
  { name: /^onnxruntime/, homes: ['src/engine/runtime/'] },
  {
    name: /^(react|react-dom|recharts|@mantine)(\/|$)/,
    homes: ['src/ui/', 'src/lessons/', 'src/app/', 'src/gallery/'],
  },
];

const isTest = (file: string) => /\.test\.tsx?$/.test(file);
const folderOf = (file: string) =>
  file
    .split('/')
    .slice(0, file.startsWith('src/') ? 2 : 1)
    .join('/');

/** The code with comments blanked out, so that they are not searched for imports. */
function complaint({ from, to }: Import): string | null {
  const home = packageHomes.find(({ name }) => name.test(to));
  if (home)
    return home.homes.some((folder) => from.startsWith(folder)) ? null : `only ${home.homes.join(', ')} may import it`;
  if (to.startsWith('testing/')) return isTest(from) || from.startsWith('testing/') ? null : 'only tests may import it';
  if (!/^(src|cli)\//.test(to)) return null;
  const [here, there] = [folderOf(from), folderOf(to)];
  if (here === there) return innerComplaint(from, to, here);
  const [rank, target] = [folderRanks[here], folderRanks[there]];
  if (rank === undefined || target === undefined) return 'a folder without a rank';
  return target < rank ? null : `${here} (rank ${rank}) may not import ${there} (rank ${target})`;
}

function innerComplaint(from: string, to: string, folder: string): string | null {
  const ranks = innerRanks[folder];
  if (!ranks || isTest(from)) return null;
  const [here = '', there = ''] = [from, to].map((file) => file.slice(folder.length + 1).split('/')[0]);
  const [rank, target] = [ranks[here], ranks[there]];
  if (here === there) return null;
  if (rank === undefined || target === undefined) return `${folder} has a file or a folder without a rank`;
  if (target < rank) return null;
  return `${folder}/${here} (rank ${rank}) may not import ${folder}/${there} (rank ${target})`;
}

/** Every broken rule, with the names of both sides. */
function violations(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const imports = importsOf(source).flatMap((found) => {
      const why = complaint(found);
      return why ? [`${found.from} -> ${found.to}: ${why}`] : [];
    });
    const code = withoutComments(source);
    const posts = /\bpostMessage\s*\(/.test(code) && !source.file.startsWith('src/worker/');
    // A glob would bring in files that no import names.
    const globs = /\bimport\.meta\.glob\b/.test(code);
    const unnamed = /\bimport\s*\(\s*[^\s'"`]/.test(code) && !source.file.startsWith('src/engine/runtime/');
    return [
      ...imports,
      ...(unnamed ? [`${source.file} -> import(): a computed name cannot be checked`] : []),
      ...(posts ? [`${source.file} -> postMessage: only src/worker/ may use it`] : []),
      ...(globs && !isTest(source.file) ? [`${source.file} -> import.meta.glob: lists are written out`] : []),
    ];
  });
}

/**
 * Chains of imports by which the main thread, starting at `entry`, would load ONNX Runtime; workers are separate
 * threads.
 */
function runtimeOnMainThread(sources: readonly Source[], entry: string): string[] {
  const byFile = new Map(sources.map((source) => [source.file, source]));
  const seen = new Set<string>();
  const walk = (file: string, path: readonly string[]): string[] => {
    const source = byFile.get(file);
    if (!source || seen.has(file)) return [];
    seen.add(file);
    return importsOf(source).flatMap(({ to, kind }) => {
      if (kind !== 'value') return [];
      return to.startsWith('onnxruntime') ? [[...path, file, to].join(' -> ')] : walk(to, [...path, file]);
    });
  };
  return walk(entry, []);
}

const project: readonly Source[] = ['src', 'cli', 'testing'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(root, name.replaceAll('\\', '/')))
    // Rules are broken on purpose below.
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts') && file !== 'src/layers.test.ts')
    .map((file) => ({ file, text: readFileSync(file, 'utf8') })),
);

describe('the rules detect violations', () => {
  const planted: readonly [file: string, text: string, names: string][] = [
    ['src/lib/a.ts', `import type { Task } from '../tasks/task.ts';`, 'src/tasks/task.ts'],
    ['src/tasks/a.ts', `export { b } from '../engine/graph/b.ts';`, 'src/engine/graph/b.ts'],
    ['src/engine/a.ts', `const b = () => import('../policy/b.ts');`, 'src/policy/b.ts'],
    ['src/engine/a.ts', `type B = import('../policy/b.ts').B;`, 'src/policy/b.ts'],
    ['src/rl/a.ts', `new Worker(new URL('../worker/entry.ts', import.meta.url));`, 'src/worker/entry.ts'],
    ['src/app/a.ts', `import '../../cli/train.ts';`, 'cli/train.ts'],
    ['src/app/a.ts', `import '../gallery/main.tsx';`, 'src/gallery'],
    ['src/app/a.ts', `import '../../testing/tinyRun.ts';`, 'testing/tinyRun.ts'],
    ['src/app/a.ts', `import '../misc/a.ts';`, 'a folder without a rank'],
    ['src/engine/graph/a.ts', `import '../autodiff/grad.ts';`, 'src/engine/autodiff/grad.ts'],
    ['src/engine/optim/a.ts', `import '../onnx/model.ts';`, 'src/engine/onnx/model.ts'],
    ['src/engine/runtime/a.ts', `import '../graph/value.ts';`, 'src/engine/graph/value.ts'],
    ['src/rl/trajectory/a.ts', `import type { X } from '../objectives/ratio.ts';`, 'src/rl/objectives/ratio.ts'],
    ['src/rl/a.ts', `import './words/setting.ts';`, 'without a rank'],
    ['src/policy/a.ts', `import * as ort from 'onnxruntime-node';`, 'onnxruntime-node'],
    ['src/rl/a.ts', `import { useState } from 'react';`, 'react'],
    ['src/app/a.ts', `self.postMessage(1);`, 'postMessage'],
    ['src/policy/a.ts', `const name = '../app/main.tsx'; void import(name);`, 'import()'],
    ['src/tasks/index.ts', `import.meta.glob('./*.ts');`, 'import.meta.glob'],
  ];

  test.each(planted)('%s: %s', (file, text, names) => {
    const found = violations([{ file, text }]);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(file);
    expect(found[0]).toContain(names);
  });

  test('downward imports and imports in comments are allowed', () => {
    const text = `// import('../app/main.tsx')\nimport { c } from '../engine/onnx/c.ts'; import { d } from '../lib/d.ts'; import { e } from './e.ts'; import z from 'zod';`;
    expect(violations([{ file: 'src/policy/a.ts', text }])).toEqual([]);
  });

  test('runtimeOnMainThread follows value imports only, and not into a worker', () => {
    const runtime = { file: 'src/engine/runtime/cpu.ts', text: `import 'onnxruntime-web';` };
    const main = (text: string) => [{ file: 'src/app/main.tsx', text }, runtime];
    const chain = ['src/app/main.tsx -> src/engine/runtime/cpu.ts -> onnxruntime-web'];
    expect(runtimeOnMainThread(main(`import { x } from '../engine/runtime/cpu.ts';`), 'src/app/main.tsx')).toEqual(
      chain,
    );
    expect(runtimeOnMainThread(main(`void import('../engine/runtime/cpu.ts');`), 'src/app/main.tsx')).toEqual(chain);
    expect(runtimeOnMainThread(main(`import type { X } from '../engine/runtime/cpu.ts';`), 'src/app/main.tsx')).toEqual(
      [],
    );
    expect(
      runtimeOnMainThread(main(`new URL('../engine/runtime/cpu.ts', import.meta.url);`), 'src/app/main.tsx'),
    ).toEqual([]);
  });
});

/** Groups of files that import each other in a circle, with type imports; each in order. */
const circlesOf = (sources: readonly Source[]): string[][] =>
  circles(graphOf(sources.flatMap((source) => importsOf(source).map(({ from, to }) => [from, to] as const))));

test('circlesOf finds a circle of files, also by type imports', () => {
  const file = (name: string, text: string) => ({ file: `src/lib/${name}.ts`, text });
  const sources = [
    file('a', `import type { B } from './b.ts';`),
    file('b', `export * from './c.ts';`),
    file('c', `import { a } from './a.ts'; import { d } from './d.ts';`),
    file('d', `export const d = 1;`),
  ];
  expect(circlesOf(sources)).toEqual([['src/lib/a.ts', 'src/lib/b.ts', 'src/lib/c.ts']]);
});

test('no files of the project import each other in a circle', () => {
  expect(circlesOf(project)).toEqual([]);
});

test('every import of the project goes to a lower rank', () => {
  expect(project.length).toBeGreaterThan(10);
  expect(violations(project)).toEqual([]);
});

test('the main thread does not load ONNX Runtime', () => {
  expect(project.map(({ file }) => file)).toContain('src/app/main.tsx');
  expect(runtimeOnMainThread(project, 'src/app/main.tsx')).toEqual([]);
});
