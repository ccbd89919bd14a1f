/** @file The figures of a checkout: circles, rooms, names, shapes, lines. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFiles } from '../sourceFiles.mjs';
import { circles, graphOf, upwardArrows } from './graph.mjs';
import { importsOf } from './imports.mjs';
import { walkOf } from './walk.mjs';

/** @typedef {import('./imports.mjs').Source} Source */

/**
 * Source files of a checkout: tests, style sheets, generated files and the package of the peers apart.
 * @param {string} root @returns {Source[]}
 */
export const productSources = (root) =>
  sourceFiles(root)
    .filter((file) => /\.(tsx?|mjs)$/.test(file) && !/\.(test|spec|d)\.tsx?$|^bench\//.test(file))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

const inProgram = (/** @type {Source} */ { file }) => /^(src|cli)\/.*\.tsx?$/.test(file);

/** A folder of src/rl, or a file directly in it. @param {string} file */
const roomOf = (file) => file.split('/').slice(2, 3).join('');

const rl = 'src/rl/';

/** Names of the types that hold one completion during a step. */
export const shapeNames =
  'Sampled Rollout JudgedRollout Group Row Samples StepBatch GradientBatch CompletionReport CompletionView StoredRollout Written Trajectory'.split(
    ' ',
  );

/** @param {readonly Source[]} sources @param {RegExp} pattern */
const filesThatName = (sources, pattern) => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

/** @param {readonly Source[]} sources product files @returns figures of the imports and names of `src` and `cli` */
export function structure(sources) {
  const program = sources.filter(inProgram);
  const arrows = program.flatMap((source) =>
    importsOf(source)
      .filter(({ to }) => /^(src|cli)\/.*\.tsx?$/.test(to))
      .map(({ from, to, kind }) => ({ from, to, kind })),
  );
  const graph = graphOf(
    arrows.filter(({ kind }) => kind !== 'worker').map(({ from, to }) => /** @type {const} */ ([from, to])),
  );
  const inside = arrows.filter(({ from, to }) => from.startsWith(rl) && to.startsWith(rl));
  const files = program.map(({ file }) => file).filter((file) => file.startsWith(rl));
  const rooms = graphOf(
    inside
      .map(({ from, to }) => /** @type {const} */ ([roomOf(from), roomOf(to)]))
      .filter(([from, to]) => from !== to && files.some((file) => roomOf(file) === to)),
    files.map(roomOf),
  );
  const links = new Set(arrows.flatMap(({ from, to }) => [`${from} ${to}`, `${to} ${from}`]));
  return {
    circles: circles(graph),
    rooms: [...rooms.keys()].toSorted(),
    arrows: [...rooms.values()].reduce((sum, to) => sum + to.size, 0),
    upward: upwardArrows(rooms).map(([from, to]) => `${from} -> ${to}`),
    loose: files.filter((file) => file.split('/').length === 3),
    groupNames: filesThatName(program, /groupSize|numGenerations/),
    spanNames: filesThatName(program, /completionSpan/),
    shapes: shapeNames.filter((name) =>
      program.some(({ text }) => new RegExp(`^export (interface|type) ${name}\\b`, 'm').test(text)),
    ),
    walk: walkOf(
      program.map(({ file }) => file),
      (a, b) => links.has(`${a} ${b}`),
    ),
  };
}

const linesOf = (/** @type {string} */ text) => text.replace(/\n$/, '').split('\n');

/** Number of lines after breaking each at this width. @param {readonly Source[]} sources @param {number} columns */
export const wrappedLines = (sources, columns) =>
  sources
    .flatMap(({ text }) => linesOf(text))
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);

/** @param {readonly Source[]} sources product files @param {string} root */
export function sizes(sources, root) {
  const lines = sources.flatMap(({ text }) => linesOf(text));
  const readme = join(root, 'README.md');
  return {
    productFiles: sources.length,
    productLines: lines.length,
    wrappedLines: wrappedLines(sources, 100),
    longLines: lines.filter((line) => line.length > 120).length,
    longFiles: sources.filter(({ text }) => linesOf(text).length > 200).map(({ file }) => file),
    readmeBytes: existsSync(readme) ? statSync(readme).size : 0,
  };
}
