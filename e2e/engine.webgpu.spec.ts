/**
 * @file The engine on WebGPU in a real browser: placement of its graphs, operation counts of a step, and numbers equal
 * to those of WASM.
 */
import { expect, test } from '@playwright/test';
import type { UpdateComparison } from './harness/compare.ts';
import type { GpuReport } from './harness/measure.ts';
import { openHarness } from './harness/open.ts';

let site: Awaited<ReturnType<typeof openHarness>>;

test.beforeAll(async () => {
  site = await openHarness();
});

test.afterAll(() => site.close());

test.beforeEach(async ({ page }) => {
  await page.goto(site.url);
  await page.waitForFunction(() => 'harness' in window);
});

/** Rows of the default preset, in one shard. */
const presetRows = 64;

/** Graphs of a step, all of them recorded. */
const stepGraphs = ['decode', 'gradient', 'merge', 'prefill', 'score', 'update'];

function expectCheap(report: GpuReport): void {
  const { rollout, gradient, update, score, readBacksWhileDecoding, capturedGraphs } = report;
  console.log(
    `${report.layers} layers, ${report.rows} rows: ${report.dispatchesPerDecodeStep} dispatches a decode step (${report.dispatchesPerDecodeStepAndLayer} a layer), ${report.dispatchesPerUpdate} an update; ${JSON.stringify(report.dispatches)}; ${rollout.submits} submits a rollout, ${score.submits + gradient.submits + update.submits} an update; enqueued in ms ${JSON.stringify(report.enqueueMilliseconds)}; models of ${report.bytesCompiled} bytes`,
  );
  expect(readBacksWhileDecoding).toBe(0);
  // One read returns the tokens and log-probabilities of all rows and steps.
  expect(rollout.readBacks).toBe(1);
  expect(rollout.bytesRead).toBe(12 * report.rows * report.width);
  expect(score.readBacks).toBe(0);
  expect(gradient.readBacks).toBe(1);
  expect(update.readBacks).toBe(0);
  expect(capturedGraphs).toBe(stepGraphs.length);
  // One for each decoding step, and a few to begin and to read.
  expect(rollout.submits).toBeLessThan(report.completionLength + 10);
}

function expectSame({ loss, gradNorm, tokens, gradient, update }: UpdateComparison): void {
  expect(Math.abs(loss.webgpu - loss.wasm) / Math.abs(loss.wasm)).toBeLessThan(1e-5);
  expect(Math.abs(gradNorm.webgpu - gradNorm.wasm) / gradNorm.wasm).toBeLessThan(1e-3);
  expect(gradNorm.wasm).toBeGreaterThan(0);
  for (const [what, distance] of [...Object.entries(tokens), ...Object.entries(gradient), ...Object.entries(update)]) {
    expect(distance, what).toBeLessThan(1e-3);
  }
}

test('every node of every graph of the default preset runs on the GPU', async ({ page }) => {
  const placements = await page.evaluate((rows) => window.harness.placement('default', rows), presetRows);
  expect(Object.keys(placements).sort()).toEqual(stepGraphs);
  for (const [graph, found] of Object.entries(placements))
    expect(found, graph).toEqual({ cpuNodes: [], memcpyNodes: 0 });
});

test('a rollout reads nothing back before its end, and a decode step takes at most 14 dispatches per layer', async ({
  page,
}) => {
  const report = await page.evaluate(() => window.harness.measure('default', 8));
  expectCheap(report);
  expect(report.dispatchesPerDecodeStepAndLayer).toBeGreaterThan(0);
  expect(report.dispatchesPerDecodeStepAndLayer).toBeLessThanOrEqual(14);
  expect(report.dispatches.merge).toBeLessThanOrEqual(30);
  // Queries with keys and values, output, up, gate and down in each layer, and the logits.
  expect(report.kernels.decode).toMatchObject({ MatMul: 5 * report.layers + 1 });
  // With the weights as constants they have 3 MB.
  expect(report.bytesCompiled).toBeLessThan(500_000);
});

test('without recorded graphs a step needs the same dispatches and read-backs', async ({ page }) => {
  const [recorded, plain] = await page.evaluate(async () => [
    await window.harness.measure('tiny', 8),
    await window.harness.measure('tiny', 8, { capture: false }),
  ]);
  expectCheap(recorded!);
  expect(plain).toMatchObject({ capturedGraphs: 0, dispatches: recorded!.dispatches });
  for (const stage of ['rollout', 'score', 'gradient', 'update'] as const)
    expect(plain![stage].readBacks, stage).toBe(recorded![stage].readBacks);
});

test('the build for browsers without JSPI needs no more dispatches and read-backs', async ({ page }) => {
  const report = await page.evaluate(() => window.harness.measure('tiny', 8, { build: 'asyncify' }));
  expect(report.device).toContain('asyncify');
  expectCheap(report);
});

for (const [size, rows] of [
  ['tiny', 8],
  ['default', 8],
] as const) {
  test(`on forced tokens the ${size} policy has the same statistics, gradient and update as on WASM`, async ({
    page,
  }) => {
    const compared = await page.evaluate(([s, r]) => window.harness.compareUpdate(s, r), [size, rows] as const);
    expectSame(compared);
    const matrices = Object.keys(compared.gradient).length;
    expect(matrices).toBe(size === 'tiny' ? 28 : 56);
  });
}

for (const [size, rows] of [
  ['tiny', 8],
  ['default', 4],
] as const) {
  test(`with the same uniforms the ${size} policy draws the same tokens as on WASM, and sampler and trainer agree on their probabilities`, async ({
    page,
  }) => {
    const { wasm, webgpu, logProbDifference, samplerTrainerDifference } = await page.evaluate(
      ([s, r]) => window.harness.compareRollout(s, r),
      [size, rows] as const,
    );
    console.log(
      `${size}: sampler against trainer ${samplerTrainerDifference.toExponential(1)}, WebGPU against WASM ${logProbDifference.toExponential(1)} nats`,
    );
    expect(webgpu).toEqual(wasm);
    // One row ended early and one did not.
    if (size === 'tiny') expect(new Set(wasm.lengths).size).toBeGreaterThan(1);
    expect(logProbDifference).toBeLessThan(1e-4);
    expect(samplerTrainerDifference).toBeLessThan(1e-4);
  });
}

test('training steps leave no tensor behind', async ({ page }) => {
  const alive = await page.evaluate(() => window.harness.liveTensors('tiny', 8, 5));
  expect(alive).toEqual(Array(5).fill(alive[0]));
});

for (const opening of ['image', 'draw', 'fork', 'denoiser', 'allWeights', 'rewardHead'] as const) {
  test(`the graph of the opening "${opening}" stays on the GPU and gives the same numbers as on WASM`, async ({
    page,
  }) => {
    const { placement, differences } = await page.evaluate((name) => window.harness.compareOpening(name), opening);
    expect(placement).toEqual({ cpuNodes: [], memcpyNodes: 0 });
    expect(Object.keys(differences).length).toBeGreaterThan(0);
    for (const [output, difference] of Object.entries(differences)) expect(difference, output).toBeLessThan(1e-4);
  });
}
