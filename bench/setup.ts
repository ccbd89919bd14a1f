/** @file Installs the peers and lays out the site of the benchmark: pages, peers and the work. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { treeMatches } from '../scripts/install.mjs';
import { assert } from '../src/lib/assert.ts';
import { buildWork } from './work/build.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The folder that is served; `work`, `rollout` and `peers` lie in it. */
export const siteFolder = fileURLToPath(new URL('../.cache/bench/site', import.meta.url));
export const workFolder = join(siteFolder, 'work');

const readJson = (path: string): { packages: Record<string, unknown> } =>
  JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, unknown> };

/** Installs the packages of bench/package-lock.json, unless they are. UsageError if that fails. */
export function installPeers(): void {
  const record = join(here, 'node_modules', '.package-lock.json');
  const lock = readJson(join(here, 'package-lock.json'));
  if (existsSync(record) && treeMatches(lock, readJson(record), process)) return;
  process.stderr.write('installing the peers of bench/package-lock.json (once) ...\n');
  const { status } = spawnSync('npm', ['ci'], { cwd: here, stdio: ['ignore', 'inherit', 'inherit'], shell: true });
  assert(status === 0, 'npm ci in bench/ did not succeed; a network connection is needed the first time');
}

/** Files of the installed packages that a peer's page loads, by folder of the site. */
const files: Readonly<Record<string, { readonly from: string; readonly wanted: RegExp }[]>> = {
  jax: [{ from: '@jax-js/jax/dist', wanted: /\.js$/ }],
  tensorflow: [
    { from: '@tensorflow/tfjs/dist', wanted: /^tf\.min\.js$/ },
    { from: '@tensorflow/tfjs-backend-wasm/dist', wanted: /^tf-backend-wasm\.min\.js$|\.wasm$/ },
  ],
  transformers: [
    { from: '@huggingface/transformers/dist', wanted: /^transformers\.min\.js$/ },
    { from: 'onnxruntime-web/dist', wanted: /^ort-wasm-simd-threaded\.asyncify\.(mjs|wasm)$/ },
  ],
};

/** Copies the peers beside their pages. */
function copyPeers(): void {
  const peers = join(siteFolder, 'peers');
  cpSync(join(here, 'peers'), peers, { recursive: true });
  for (const [folder, sources] of Object.entries(files))
    for (const { from, wanted } of sources) {
      const source = join(here, 'node_modules', from);
      const found = readdirSync(source).filter((name) => wanted.test(name));
      assert(found.length > 0, `bench: ${from} has no file ${String(wanted)}`);
      mkdirSync(join(peers, folder), { recursive: true });
      for (const name of found) cpSync(join(source, name), join(peers, folder, name));
    }
}

/** Lays out the whole site anew. */
export async function buildSite(): Promise<void> {
  rmSync(siteFolder, { recursive: true, force: true });
  await build({ configFile: join(here, 'page', 'vite.config.ts'), logLevel: 'error' });
  copyPeers();
  await buildWork(workFolder);
  cpSync(join(here, 'work', 'read.mjs'), join(workFolder, 'read.mjs'));
}
