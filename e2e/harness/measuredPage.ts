/** @file Builds a page on which engines are measured; it is not part of the shipped build. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The configuration of the page beside the configuration file at `url`, built into a folder relative to that file. */
export function measuredPage(url: string, outDir: string) {
  const here = (path: string) => fileURLToPath(new URL(path, url));
  return defineConfig({
    root: here('.'),
    base: './',
    publicDir: false,
    worker: { format: 'es' },
    build: {
      target: 'esnext',
      outDir: here(outDir),
      emptyOutDir: true,
      chunkSizeWarningLimit: 2000,
      // These pages import every backend statically; the product loads each on demand.
      rolldownOptions: { checks: { ineffectiveDynamicImport: false, bundlerTimings: false } },
    },
  });
}
