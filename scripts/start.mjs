/**
 * @file `npm start`: installs and builds if something is missing or stale, then serves the page. Arguments go to the
 * server.
 */
import { ensureBuilt } from './build.mjs';
import { checkNode, ensureInstalled } from './install.mjs';
import { serveFromArguments } from './serve.mjs';

checkNode();
try {
  ensureInstalled();
  await serveFromArguments(process.argv.slice(2), await ensureBuilt());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
