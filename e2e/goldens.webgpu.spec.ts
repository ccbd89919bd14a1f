/** @file The goldens on WebGPU: the first steps of two runs have the metrics of WASM, within a tolerance. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { cases } from '../testing/goldens/cases.ts';
import { type Golden, movedNumbers } from '../testing/goldens/record.ts';
import { openHarness } from './harness/open.ts';

/** SwiftShader first compiles every shader for the CPU. */
test.describe.configure({ timeout: 300_000 });

const [STEPS, TOLERANCE] = [2, 1e-3];
const { runs } = JSON.parse(readFileSync(new URL('../testing/goldens/wasm.json', import.meta.url), 'utf8')) as {
  runs: Readonly<Record<string, Golden>>;
};

let site: Awaited<ReturnType<typeof openHarness>>;
test.beforeAll(async () => {
  site = await openHarness();
});
test.afterAll(() => site.close());

for (const name of ['exact optimum', 'dpo']) {
  test(`${name}: ${STEPS} steps equal the golden within tolerance`, async ({ page }) => {
    await page.route('**/policies/*', (route) =>
      route.fulfill({ path: `public/policies/${new URL(route.request().url()).pathname.split('/').at(-1)}` }),
    );
    await page.goto(site.url);
    await page.waitForFunction(() => 'harness' in window);
    const { backend, found } = await page.evaluate(
      async ([config, steps]) => {
        const { backend } = await window.harness.openTrainer(config, { backend: 'webgpu', workers: 1 });
        const found = [];
        while (found.length < steps) found.push((await window.harness.trainStep()).metrics);
        await window.harness.closeTrainer();
        return { backend, found };
      },
      [{ ...cases[name]!, evalEvery: 0 }, STEPS] as const,
    );
    expect(backend).toBe('webgpu');
    expect(movedNumbers(runs[name]!, found, STEPS, TOLERANCE)).toEqual([]);
  });
}
