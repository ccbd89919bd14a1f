/** @file A cold visit and a second one: seconds to the first live point and to step 10, and bytes loaded. */
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { chromium } from '@playwright/test';

export interface Visit {
  /** Seconds from opening, `Train` pressed at once, to the first point of the live chart and to step 10. */
  readonly firstPoint: number;
  readonly stepTen: number;
  /** Bytes from the server, headers included, until some seconds after step 10. */
  readonly megabytes: number;
}

/** Time for the page to put away its files after step 10. */
const REST_MILLISECONDS = 4000;
const PATIENCE_MILLISECONDS = 180_000;
const WORKERS = 2;

/** A pipe to the server that counts the bytes to the browser: those of workers and of the service worker too. */
async function countingPipe(target: URL): Promise<{ readonly port: number; bytes(): number; close(): void }> {
  let bytes = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    upstream.on('data', (chunk) => (bytes += chunk.length));
    client.pipe(upstream).pipe(client);
    for (const end of [client, upstream]) end.on('error', () => (client.destroy(), upstream.destroy()));
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return { port: (server.address() as AddressInfo).port, bytes: () => bytes, close: () => void server.close() };
}

/** Opens the page in the profile at `folder`, trains to step 10 and closes the browser. */
async function visit(executablePath: string, folder: string, url: string, bytes: () => number): Promise<Visit> {
  const before = bytes();
  const context = await chromium.launchPersistentContext(folder, { executablePath, args: ['--disable-gpu'] });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(PATIENCE_MILLISECONDS);
    await page.goto(`${url}?workers=${WORKERS}`);
    await page.getByTestId('train').click();
    const reached = async (points: number) => {
      const moment = await page.waitForFunction((wanted) => {
        const { points: drawn } = document.querySelector<HTMLElement>('[data-testid="chart-reward"]')?.dataset ?? {};
        return Number(drawn) >= wanted ? performance.now() : null;
      }, points);
      return Number(await moment.jsonValue()) / 1000;
    };
    const [firstPoint, stepTen] = [await reached(1), await reached(10)];
    await setTimeout(REST_MILLISECONDS);
    return { firstPoint, stepTen, megabytes: (bytes() - before) / 1e6 };
  } finally {
    await context.close();
  }
}

/** A cold visit and a second one in the same new profile. */
export async function twoVisits(executablePath: string, server: URL): Promise<{ cold: Visit; second: Visit }> {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-profile-'));
  const pipe = await countingPipe(server);
  const url = `http://127.0.0.1:${pipe.port}/`;
  try {
    const cold = await visit(executablePath, folder, url, pipe.bytes);
    return { cold, second: await visit(executablePath, folder, url, pipe.bytes) };
  } finally {
    pipe.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
