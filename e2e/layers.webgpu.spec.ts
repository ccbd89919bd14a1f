/** @file A large decoder learns on WebGPU layer by layer: all nodes on the GPU, with the numbers of WASM. */
import { expect, test } from '@playwright/test';
import { openHarness } from './harness/open.ts';

let site: Awaited<ReturnType<typeof openHarness>>;

test.beforeAll(async () => {
  site = await openHarness();
});

test.afterAll(() => site.close());

test('programs of layers and of parts of the vocabulary stay on the GPU and give the numbers of WASM', async ({
  page,
}) => {
  await page.goto(site.url);
  await page.waitForFunction(() => 'harness' in window);
  const { placements, distances, tokens, alive, perStep, captured } = await page.evaluate(() =>
    window.harness.compareLayers(),
  );
  expect(Object.keys(placements).sort()).toEqual([
    'chunk',
    'draw',
    'embed',
    'hidden',
    'join',
    'layer',
    'layerBackward',
    'logits',
    'objective',
    'prefill',
    'read',
    'rows',
    'step',
    'unpack',
    'update',
  ]);
  for (const [program, found] of Object.entries(placements))
    expect(found, program).toEqual({ cpuNodes: [], memcpyNodes: 0 });
  for (const [name, distance] of Object.entries(distances)) expect(distance, name).toBeLessThan(1e-4);
  expect(tokens.webgpu).toEqual(tokens.wasm);
  expect(new Set(tokens.wasm).size).toBeGreaterThan(10);
  expect(new Set(alive).size).toBe(1);
  // The step of each of the three layers.
  expect(captured).toBe(3);
  // All five steps of the rollout wait for the device once.
  expect(perStep.readBacks).toBe(1 / 5);
  console.log(`a step of a rollout: ${JSON.stringify(perStep)}`);
});
