/**
 * @file The list of stored results, `claims/index.json`, generated from the files of `public/claims` whenever the page
 * is built or served, so that the two cannot disagree.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './install.mjs';

const address = 'claims/index.json';

/**
 * The facts that the atlas shows of each result before it is opened, ordered by name.
 * @param {string} folder
 */
export function claimsIndex(folder) {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
  return names.map((name) => {
    const { experiment, paper, claim, verdict, date, seeds, command, version, finding } = JSON.parse(
      readFileSync(join(folder, name), 'utf8'),
    );
    if (`${experiment}.json` !== name) throw new Error(`${name} holds the result of ${experiment}`);
    return { experiment, paper, claim, verdict, date, seeds, command, version, finding };
  });
}

/** @returns {import('vite').Plugin} */
export function claimsIndexPlugin() {
  const source = () => JSON.stringify(claimsIndex(join(projectRoot, 'public', 'claims')));
  return {
    name: 'claims-index',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (!request.url?.split('?')[0]?.endsWith(`/${address}`)) return next();
        response.setHeader('Content-Type', 'application/json');
        response.end(source());
      });
    },
    generateBundle() {
      // Workers are separate bundles without a page that reads it.
      if (this.environment.name === 'client') this.emitFile({ type: 'asset', fileName: address, source: source() });
    },
  };
}
