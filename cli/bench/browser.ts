/** @file The page's own trainer in a headless Chromium, on WASM and on WebGPU. */
import { readFileSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { openHarness } from '../../e2e/harness/open.ts';
import { findBrowser } from '../../scripts/browser.mjs';
import { assert, present, UsageError } from '../../src/lib/assert.ts';
import type { LoadedPolicy } from '../environment.ts';
import type { GpuReport } from '../../e2e/harness/measure.ts';
import type { GpuCounts, GpuTimes } from './row.ts';
import type { Stepper } from './steps.ts';

const quiet = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const withoutGpu = ['--disable-gpu'];
const hardware = [
  '--enable-unsafe-webgpu',
  '--ignore-gpu-blocklist',
  ...(process.platform === 'linux' ? ['--enable-features=Vulkan'] : []),
];
const software = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** Time for a page to load on a busy machine. */
const PATIENCE_MILLISECONDS = 120_000;

/** The built and served harness page, and a browser to open it in. */
export interface BenchSite {
  /** A page in a fresh browser, with the browser's name; `close` ends both. */
  open(args: readonly string[]): Promise<BenchPage>;
  close(): Promise<void>;
}

export interface BenchPage {
  readonly page: Page;
  readonly browser: string;
  close(): Promise<void>;
}

/** Throws a UsageError if there is no browser. */
export async function openSite({ bytes, checkpoint }: LoadedPolicy): Promise<BenchSite> {
  const executablePath = await findBrowser();
  if (executablePath === null)
    throw new UsageError('no Chrome or Chromium was found: install one, or set ROLLOUT_CHROMIUM to its path');
  const site = await openHarness();
  return {
    async open(args) {
      const browser = await chromium.launch({ executablePath, args: [...quiet, ...args] });
      try {
        const page = await browser.newPage();
        page.setDefaultTimeout(PATIENCE_MILLISECONDS);
        await page.route(`**/policies/${checkpoint.manifest.id}.safetensors`, (route) =>
          route.fulfill({ body: Buffer.from(bytes), contentType: 'application/octet-stream' }),
        );
        await page.goto(site.url);
        await page.waitForFunction(() => 'harness' in window);
        return { page, browser: `Chromium ${browser.version()}`, close: () => browser.close() };
      } catch (error) {
        await browser.close();
        throw error;
      }
    },
    close: () => site.close(),
  };
}

/** A browser that trains on the CPU. */
export const openWasmPage = (site: BenchSite): Promise<BenchPage> => site.open(withoutGpu);

/** Most resident memory of the renderer, workers and WebAssembly included, since its start; bytes, on Linux. */
export async function rendererPeak(page: Page): Promise<number> {
  const session = await present(page.context().browser(), 'the browser').newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const peaks = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]));
  return 1024 * Math.max(...peaks);
}

/**
 * A browser with a graphics adapter: the machine's own, else a software adapter. Throws a UsageError with the reason if
 * there is neither.
 */
export async function openGpuPage(site: BenchSite): Promise<BenchPage & { readonly softwareAdapter: boolean }> {
  let why = '';
  for (const args of [hardware, software]) {
    const opened = await site.open(args);
    const found = await opened.page.evaluate(() => window.harness.adapter());
    if (found.backend === 'webgpu') return { ...opened, softwareAdapter: found.software };
    why = found.reason;
    await opened.close();
  }
  throw new UsageError(why);
}

/** The trainer behind the page's worker layer. */
export function pageStepper(page: Page): Stepper {
  return {
    async open(config, options) {
      const info = await page.evaluate(([c, o]) => window.harness.openTrainer(c, o), [config, options] as const);
      // The page falls back to WASM by itself; a bench of WebGPU must not.
      assert(info.backend === options.backend, info.backendReason ?? `the run is on ${info.backend}`);
      return info;
    },
    step: () => page.evaluate(() => window.harness.trainStep()),
    statistics: () => page.evaluate(() => window.harness.trainerStatistics()),
    close: () => page.evaluate(() => window.harness.closeTrainer()),
  };
}

const timesOf = ({ rollout, score, gradient, update, enqueueMilliseconds }: GpuReport): GpuTimes => ({
  rollout: rollout.milliseconds,
  update: score.milliseconds + gradient.milliseconds + update.milliseconds,
  decodeEnqueued: enqueueMilliseconds.decode ?? 0,
  gradientEnqueued: enqueueMilliseconds.gradient ?? 0,
});

/** GPU counts for `rows` completions, on an untrained policy of the default size; times are means over `runs`. */
export async function gpuCounts(page: Page, rows: number, runs: number): Promise<GpuCounts> {
  const counted = (capture: boolean) =>
    page.evaluate(([count, c]) => window.harness.measure('default', count, { capture: c }), [rows, capture] as const);
  const recorded = await counted(true);
  const { dispatches, kernels, rollout, score, gradient, update, ...report } = recorded;
  const plain = await counted(false);
  const { merge, score: base } = await page.evaluate(
    ([count, often]) => window.harness.enqueuedMilliseconds('default', count, often),
    [rows, runs] as const,
  );
  const {
    layers,
    dispatchesPerDecodeStep,
    dispatchesPerDecodeStepAndLayer,
    dispatchesPerUpdate,
    readBacksWhileDecoding,
    capturedGraphs,
  } = report;
  return {
    layers,
    dispatchesPerDecodeStep,
    dispatchesPerDecodeStepAndLayer,
    kernels: { decode: kernels.decode ?? {}, gradient: kernels.gradient ?? {} },
    prefillDispatches: dispatches.prefill ?? 0,
    mergeDispatches: dispatches.merge ?? 0,
    mergeMilliseconds: merge,
    scoreMilliseconds: base,
    scoreDispatches: score.dispatches,
    gradientDispatches: gradient.dispatches,
    optimizerDispatches: update.dispatches,
    dispatchesPerUpdate,
    readBacksPerRollout: rollout.readBacks,
    readBacksWhileDecoding,
    submitsPerRollout: rollout.submits,
    submitsPerUpdate: score.submits + gradient.submits + update.submits,
    capturedGraphs,
    recorded: timesOf(recorded),
    plain: timesOf(plain),
  };
}
