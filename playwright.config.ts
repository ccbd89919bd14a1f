/**
 * @file Browser stories against the production build: on the CPU first, then on WebGPU (on SwiftShader without a GPU).
 */
import { defineConfig, devices } from '@playwright/test';
import { findBrowser } from './scripts/browser.mjs';

const port = Number(process.env.ROLLOUT_PORT ?? 4317);
const url = `http://127.0.0.1:${port}/`;
const executablePath = await findBrowser();
const quiet = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
// Without this a machine with a real GPU would not take the CPU path.
const wasm = ['--disable-gpu'];
const webgpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

const chromium = (args: readonly string[]) => ({
  ...devices['Desktop Chrome'],
  viewport: { width: 1440, height: 900 },
  launchOptions: { args: [...quiet, ...args], ...(executablePath ? { executablePath } : {}) },
});

/** Stories that measure times of the page: nothing may run beside them. */
const timed = ['**/train.spec.ts', '**/compare.spec.ts', '**/river.spec.ts'];

export default defineConfig({
  testDir: 'e2e',
  workers: 1,
  forbidOnly: true,
  // SwiftShader compiles shaders for seconds and computes far slower than any real GPU.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  // Requests answered by a service worker cannot be intercepted by a story; offline.spec.ts allows it. A trace takes as
  // much CPU as the page it records, so it is off by default: --trace retain-on-failure.
  use: { baseURL: url, actionTimeout: 30_000, screenshot: 'only-on-failure', serviceWorkers: 'block' },
  projects: [
    { name: 'wasm', testIgnore: ['**/*.webgpu.spec.ts', ...timed], use: chromium(wasm) },
    { name: 'timed', testMatch: timed, use: chromium(wasm) },
    { name: 'webgpu', testMatch: '**/*.webgpu.spec.ts', use: chromium(webgpu) },
  ],
  webServer: { command: `node scripts/serve.mjs --port ${port}`, url, reuseExistingServer: false },
});
