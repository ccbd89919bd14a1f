/** @file One row per backend and number of workers; a failed measurement becomes a row with the reason. */
import type { LoadedPolicy } from '../environment.ts';
import type { BenchPage, BenchSite } from './browser.ts';
import { type BenchBackend, type BenchRow, measuredRow } from './row.ts';
import { benchConfig, type Extent, measureSteps, nodeStepper } from './steps.ts';

export interface BenchRequest {
  readonly backends: readonly BenchBackend[];
  /** Undefined takes a number that suits each backend. */
  readonly steps: number | undefined;
  readonly gpuRows: number | undefined;
}

/** For CPU and GPU; the first steps compile shaders and warm caches. */
const FULL: Extent = { warmup: 3, steps: 20 };
/** A software adapter takes tens of seconds for a step. */
const SMALL: Extent = { warmup: 1, steps: 2 };
const SMALL_ROWS = 8;
const WORKERS = [1, 2];

/** The first line only: an error thrown in a page includes its stack. */
const reason = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .replace(/^page\.evaluate: /, '')
    .split('\n', 1)
    .join();
const extent = (usual: Extent, steps: number | undefined): Extent => ({ ...usual, steps: steps ?? usual.steps });

/** The row that `measure` makes, or one with the reason why it failed. */
async function rowOr(backend: BenchBackend, workers: number, measure: () => Promise<BenchRow>): Promise<BenchRow> {
  try {
    return await measure();
  } catch (error) {
    return { backend, workers, unavailable: reason(error) };
  }
}

const named = (backend: BenchBackend, workers: number): string =>
  `bench ${backend}, ${workers} worker${workers === 1 ? '' : 's'}`;

const nodeRow = (policy: LoadedPolicy, workers: number, steps: number | undefined): Promise<BenchRow> =>
  rowOr('node', workers, async () =>
    measuredRow(
      'node',
      await measureSteps(
        nodeStepper(policy),
        named('node', workers),
        benchConfig(policy),
        { backend: 'node', workers },
        extent(FULL, steps),
      ),
    ),
  );

/** Measures in browser pages, each in a fresh browser, and remembers the browser's name. */
class BrowserBench {
  browser: string | null = null;

  constructor(
    private readonly driver: typeof import('./browser.ts'),
    private readonly site: BenchSite,
    private readonly policy: LoadedPolicy,
    private readonly request: BenchRequest,
  ) {}

  wasmRow(workers: number): Promise<BenchRow> {
    return rowOr('wasm', workers, () =>
      this.on(this.driver.openWasmPage(this.site), async ({ page }) =>
        measuredRow(
          'wasm',
          await measureSteps(
            this.driver.pageStepper(page),
            named('wasm', workers),
            benchConfig(this.policy),
            { backend: 'wasm', workers },
            extent(FULL, this.request.steps),
          ),
        ),
      ),
    );
  }

  gpuRow(): Promise<BenchRow> {
    const { steps, gpuRows } = this.request;
    return rowOr('webgpu', 1, () =>
      this.on(this.driver.openGpuPage(this.site), async ({ page, softwareAdapter }) => {
        const config = benchConfig(this.policy, gpuRows ?? (softwareAdapter ? SMALL_ROWS : undefined));
        const measured = await measureSteps(
          this.driver.pageStepper(page),
          'bench webgpu',
          config,
          { backend: 'webgpu', workers: 1 },
          extent(softwareAdapter ? SMALL : FULL, steps),
        );
        process.stderr.write('counting dispatches ...\n');
        return measuredRow('webgpu', measured, {
          softwareAdapter,
          counts: await this.driver.gpuCounts(page, measured.info.config.shardSize, softwareAdapter ? 1 : 10),
        });
      }),
    );
  }

  private async on<P extends BenchPage>(
    opening: Promise<P>,
    work: (opened: P) => Promise<BenchRow>,
  ): Promise<BenchRow> {
    const opened = await opening;
    this.browser = opened.browser;
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  }
}

async function browserRows(
  policy: LoadedPolicy,
  request: BenchRequest,
): Promise<{ rows: BenchRow[]; browser: string | null }> {
  const asked = request.backends.includes('wasm') ? WORKERS.map((workers) => ['wasm', workers] as const) : [];
  const all = [...asked, ...(request.backends.includes('webgpu') ? [['webgpu', 1] as const] : [])];
  if (all.length === 0) return { rows: [], browser: null };
  const missing = (why: unknown): BenchRow[] =>
    all.map(([backend, workers]) => ({ backend, workers, unavailable: reason(why) }));
  try {
    process.stderr.write('building the page ...\n');
    // Imported on demand: Node alone needs neither a bundler nor a browser.
    const driver = await import('./browser.ts');
    const site = await driver.openSite(policy);
    const bench = new BrowserBench(driver, site, policy, request);
    try {
      const rows: BenchRow[] = [];
      for (const [backend, workers] of all)
        rows.push(backend === 'wasm' ? await bench.wasmRow(workers) : await bench.gpuRow());
      return { rows, browser: bench.browser };
    } finally {
      await site.close();
    }
  } catch (error) {
    return { rows: missing(error), browser: null };
  }
}

/** The requested rows, one after the other, and the browser used. */
export async function measureBackends(
  policy: LoadedPolicy,
  request: BenchRequest,
): Promise<{ rows: BenchRow[]; browser: string | null }> {
  const rows: BenchRow[] = [];
  if (request.backends.includes('node'))
    for (const workers of WORKERS) rows.push(await nodeRow(policy, workers, request.steps));
  const { rows: inBrowser, browser } = await browserRows(policy, request);
  return { rows: [...rows, ...inBrowser], browser };
}
