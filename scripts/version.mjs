/**
 * @file The version recorded in saved runs: that of the package, and a hash that changes with every line of the
 * program.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './install.mjs';

/** @returns {string} such as `0.1.0+3f9a01bc`; tests and fixtures are not part of the program */
export function codeVersion() {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const source = join(projectRoot, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .sort();
  const hash = createHash('sha256');
  for (const name of files) hash.update(`${name}\n`).update(readFileSync(join(source, name)));
  return `${version}+${hash.digest('hex').slice(0, 8)}`;
}
