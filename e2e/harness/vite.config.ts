/** @file Builds the page on which the engine is measured; it is not part of the shipped build. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: './',
  publicDir: false,
  worker: { format: 'es' },
  build: {
    target: 'esnext',
    outDir: here('../../.cache/harness'),
    emptyOutDir: true,
    chunkSizeWarningLimit: 2000,
    // This page imports every backend statically; the product loads each on demand.
    rolldownOptions: { checks: { ineffectiveDynamicImport: false, bundlerTimings: false } },
  },
});
