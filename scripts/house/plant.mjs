/** @file Plants an addition in a copy of the code and runs the checks that it must pass. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { vitestCounts } from '../counts.mjs';
import { commandPath } from '../install.mjs';

/** @typedef {import('./additions.mjs').Addition} Addition */

/** Existing files that an addition touches. @param {Addition} addition */
export const touched = ({ edits }) => [...new Set(edits.map(({ file }) => file))];

/**
 * Writes the new files and makes the edits. Throws where an anchor is gone, which says that the list must follow the
 * code.
 * @param {string} root
 * @param {Addition} addition
 */
export function plant(root, { name, files, edits }) {
  for (const [file, text] of Object.entries(files)) {
    if (existsSync(join(root, file))) throw new Error(`${name}: ${file} exists already`);
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  for (const { file, before, text } of edits) {
    const path = join(root, file);
    const code = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const at = code.indexOf(before);
    if (at < 0) throw new Error(`${name}: ${file} has no ${JSON.stringify(before)}`);
    writeFileSync(path, code.slice(0, at) + text + code.slice(at));
  }
}

/** A copy without the results of builds; its dependencies are those of `root`. @param {string} root */
function copyOf(root) {
  const copy = mkdtempSync(join(tmpdir(), 'rollout-plant-'));
  for (const name of readdirSync(root).filter((entry) => !['node_modules', 'dist', '.git'].includes(entry)))
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
  return copy;
}

/** @param {string} cwd @param {string} path @param {readonly string[]} args */
const succeeds = (cwd, path, args) =>
  spawnSync(process.execPath, [path, ...args], { cwd, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;

/** @param {string} copy @param {readonly string[]} tests */
function testCounts(copy, tests) {
  const report = join(copy, 'report.json');
  const { status } = spawnSync(
    process.execPath,
    [commandPath('vitest'), 'run', ...tests, '--reporter=json', `--outputFile=${report}`],
    { cwd: copy, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const read = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
  const failures = (read?.testResults ?? []).flatMap((/** @type {any} */ file) =>
    file.assertionResults
      .filter((/** @type {any} */ test) => test.status === 'failed')
      .map((/** @type {any} */ test) => test.fullName),
  );
  return { ...vitestCounts(read, status), failures };
}

/** @param {string} copy @param {readonly string[]} words */
function allShown(copy, words) {
  if (words.length === 0) return true;
  if (!succeeds(copy, commandPath('tsx'), ['cli/docs.ts'])) return false;
  const pages = readdirSync(join(copy, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => readFileSync(join(copy, 'docs', name), 'utf8'));
  return words.every((word) => pages.some((page) => page.includes(word)));
}

/**
 * What one addition costs.
 * @param {string} root
 * @param {Addition} addition
 */
export function costOf(root, addition) {
  const copy = copyOf(root);
  try {
    plant(copy, addition);
    return {
      name: addition.name,
      newFiles: Object.keys(addition.files).length,
      touched: touched(addition),
      typed: succeeds(copy, commandPath('typescript', 'tsc'), ['--noEmit']),
      shown: allShown(copy, addition.shown),
      tests: testCounts(copy, addition.tests),
    };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
