/** @file Builds `service-worker.js` after the page: one plain script with the names of all files of the build. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { projectRoot } from './install.mjs';
import { hasHash } from './serve.mjs';

const NAME = 'service-worker.js';

/** Kept after use: the builds of the runtime, of which no visitor needs all. @param {string} path */
const isOnceUsed = (path) => /^assets\/(?:ort[.-].*\.js|.*\.wasm)$/.test(path);

/** Kept at once: the page with everything it can load, except policies and stored results. @param {string} path */
const isAtOnce = (path) =>
  path === 'index.html' || /^(?:assets|icons|recorded)\//.test(path) || /^[\w-]+\.(?:svg|webmanifest)$/.test(path);

/**
 * Description of a build for the service worker. The page itself is the empty path.
 * @param {string} folder
 * @returns {import('../src/worker/offline/plan.ts').Build}
 */
export function describeBuild(folder) {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => path !== NAME)
    .sort();
  const onceUsed = paths.filter(isOnceUsed);
  const atOnce = paths.filter((path) => isAtOnce(path) && !isOnceUsed(path));
  const all = [...atOnce, ...onceUsed];
  const hash = createHash('sha256');
  for (const path of all) hash.update(`${path}\n`).update(readFileSync(join(folder, path)));
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const digest = (/** @type {string} */ path) =>
    createHash('sha256')
      .update(readFileSync(join(folder, path)))
      .digest('base64');
  return {
    version: hash.digest('hex').slice(0, 12),
    atOnce: atOnce.map((path) => (path === 'index.html' ? '' : path)),
    onceUsed,
    sha256: Object.fromEntries(all.filter(hasHash).map((path) => [path, digest(path)])),
    named: atOnce.filter((path) => hasHash(path) && page.includes(path)),
  };
}

/** @returns {import('vite').Plugin} */
export function serviceWorkerPlugin() {
  let folder = '';
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      // After a failed build there is nothing to describe, and an error here would hide the one that caused it.
      if (!existsSync(join(folder, 'index.html'))) return;
      await build({
        configFile: false,
        root: projectRoot,
        publicDir: false,
        logLevel: 'warn',
        define: { ROLLOUT_BUILD: JSON.stringify(describeBuild(folder)) },
        build: {
          outDir: folder,
          emptyOutDir: false,
          target: 'es2022',
          lib: {
            entry: join(projectRoot, 'src/worker/offline/service.ts'),
            formats: ['iife'],
            name: 'service',
            fileName: () => NAME,
          },
        },
      });
    },
  };
}
