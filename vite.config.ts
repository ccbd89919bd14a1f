/** @file Configuration of build, development server and unit tests. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { aheadPlugin } from './scripts/ahead.mjs';
import { claimsIndexPlugin } from './scripts/claimsIndex.mjs';
import { isolationHeaders } from './scripts/headers.mjs';
import { serviceWorkerPlugin } from './scripts/serviceWorker.mjs';
import { codeVersion } from './scripts/version.mjs';

export default defineConfig({
  // Relative addresses: the build works under any sub-path of any static host.
  base: './',
  plugins: [react(), aheadPlugin(), claimsIndexPlugin(), serviceWorkerPlugin()],
  define: { ROLLOUT_VERSION: JSON.stringify(codeVersion()) },
  server: { headers: isolationHeaders },
  preview: { headers: isolationHeaders },
  worker: { format: 'es' },
  // The runtime finds its WebAssembly beside its own module, which pre-bundling would move.
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  build: {
    target: 'esnext',
    // One style sheet: the bundler's loader requests the style sheet of a view only once, even if it fails.
    cssCodeSplit: false,
    // The runtime's WebAssembly is one large file; scripts/budget.mjs limits the scripts of the first view.
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      input: { index: 'index.html', ahead: 'src/app/ahead.ts' },
      output: {
        codeSplitting: {
          // Code of all views that rarely changes stays in the visitor's cache over an update of the page.
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|scheduler|use-sync-external-store)[\\/]/,
              priority: 2,
            },
            { name: 'mantine', test: /node_modules[\\/](@mantine|@floating-ui)[\\/]/, priority: 1 },
            // The script that starts the training worker must not wait for the first view.
            { name: 'start', test: /src[\\/]app[\\/]ahead\.ts$/, priority: 3 },
            // The first view with all that it imports: many small files of it compress worse and cost a request each.
            { name: 'view', test: /src[\\/]app[\\/]main\.tsx$/ },
          ],
        },
      },
    },
  },
  test: {
    include: [`{src,cli,scripts,testing,bench}/**/*.${process.env.ROLLOUT_SLOW ? 'slow.ts' : 'test.{ts,tsx}'}`],
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
