/** @file Builds and serves the harness page, under the headers that the product ships with. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { serve } from '../../scripts/serve.mjs';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The page's address and how to stop serving it. */
export async function openHarness(): Promise<{ url: string; close: () => Promise<void> }> {
  await build({ configFile: path('./vite.config.ts'), logLevel: 'warn' });
  return serve({ root: path('../../.cache/harness'), port: 0 });
}
