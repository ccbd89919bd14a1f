/**
 * @file Checks the size of the scripts that the built page loads before anything shows, and that the runtime is not
 * among them.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const firstViewLimit = 350 * 1024;

/**
 * The scripts that index.html loads: its module and that module's static imports, which the build lists as preloads.
 * @param {string} html
 */
export const firstViewScripts = (html) => [
  ...new Set(
    [...html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+\.m?js)"/g)].map(([, path = '']) => path),
  ),
];

const kilobytes = (/** @type {number} */ bytes) => `${Math.round(bytes / 1024)} KB`;

/** A line for each file of ONNX Runtime, of which a visitor loads one. @param {string} distFolder */
function runtimeSizes(distFolder) {
  const assets = join(distFolder, 'assets');
  const names = readdirSync(assets).filter((name) => /^ort-wasm.*\.wasm$/.test(name));
  const sizeOf = (/** @type {string} */ name) => kilobytes(statSync(join(assets, name)).size);
  return names.map((name) => `runtime: ${name}, ${sizeOf(name)}, with Brotli ${sizeOf(`${name}.br`)}`);
}

/**
 * Violations in words, none if the budget is kept.
 * @param {string} distFolder
 */
export function checkBudget(distFolder) {
  const scripts = firstViewScripts(readFileSync(join(distFolder, 'index.html'), 'utf8'));
  if (scripts.length === 0) return ['index.html loads no script'];
  const missing = scripts.filter((path) => !existsSync(join(distFolder, path)));
  if (missing.length > 0) return missing.map((path) => `index.html loads ${path}, which is not in the build`);
  const sizes = scripts.map((path) => gzipSync(readFileSync(join(distFolder, path))).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(
    `first view: ${scripts.length} scripts, ${kilobytes(total)} of JavaScript after gzip (limit ${kilobytes(firstViewLimit)})`,
  );
  for (const line of runtimeSizes(distFolder)) console.log(line);
  const runtimes = scripts.filter((path) => /ort-wasm/.test(readFileSync(join(distFolder, path), 'utf8')));
  return [
    ...(total > firstViewLimit
      ? [`the first view loads ${kilobytes(total)} of JavaScript, more than ${kilobytes(firstViewLimit)}`]
      : []),
    ...runtimes.map((path) => `${path} brings ONNX Runtime into the first view`),
  ];
}
