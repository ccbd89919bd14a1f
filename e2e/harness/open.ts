/** @file Builds and serves the harness page, with the headers of the product. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { serve } from '../../scripts/serve.mjs';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The page's address and a function to stop the server. */
export async function openHarness(): Promise<{ url: string; close: () => Promise<void> }> {
  await build({ configFile: path('./vite.config.ts'), logLevel: 'warn' });
  return serve({ root: path('../../.cache/harness'), port: 0 });
}
