/** @file A failure says its cause, the parts that were kept, and the next action; and that action works. */
import type { Worker } from '@playwright/test';
import { altered, overflowing, servedPolicy, servePolicy } from './policyFile.ts';
import { expect, quick, type Story, test } from './story.ts';

declare global {
  interface WorkerGlobalScope {
    lanes: globalThis.Worker[];
  }
  var lanes: globalThis.Worker[];
}

const address = `./?workers=2#${quick}&max_steps=1000`;

/** Expects a failure with all three parts, and the button to continue. */
async function expectFailure(story: Story, code: string, words: RegExp): Promise<void> {
  await expect(story.error).toHaveAttribute('data-code', code, { timeout: 60_000 });
  await expect(story.error).toContainText(words);
  await expect(story.error).toContainText(/What was kept: \S.+What to do: \S.+/s);
}

test.describe('a policy file', () => {
  test.use({ expectedComplaints: [/Failed to load resource.*404/] });

  test('that was altered in transit is refused by its hash, and opening again reloads it', async ({
    page,
    story,
    baseURL,
  }) => {
    await servePolicy(page, altered(await servedPolicy(baseURL ?? '')), 1);
    await page.goto(address);
    await expectFailure(story, 'bad-policy', /altered or damaged: its SHA-256 is [0-9a-f]{64}/);
    await expect(story.train).toBeDisabled();
    await page.getByTestId('reopen').click();
    await story.expectStatus('ready');
    await story.oneStep();
    await expect(story.error).toHaveCount(0);
  });

  test('that is cut short or missing is named', async ({ page, story, baseURL }) => {
    const whole = await servedPolicy(baseURL ?? '');
    await servePolicy(page, whole.subarray(0, whole.length >> 1));
    await page.goto(address);
    await expectFailure(story, 'bad-policy', /safetensors/);
    await page.goto('about:blank');
    await page.goto(`${address}&policy=nowhere`);
    await expectFailure(story, 'policy-missing', /there is no policy file .*policies\/nowhere\.safetensors/);
  });
});

test.describe('a worker that dies', () => {
  // A worker that is closed or terminated sends no event, as when the browser runs out of memory.
  const deaths = {
    'the one that trains': async (trainer: Worker) => trainer.evaluate(() => void setTimeout(() => self.close())),
    'one of the rollout': async (trainer: Worker) =>
      trainer.evaluate(() => self.lanes.forEach((lane) => lane.terminate())),
  };

  for (const [which, kill] of Object.entries(deaths)) {
    test(`(${which}) is noticed, and the run reopens at its last step`, async ({ page, story }) => {
      await story.open(address);
      const [trainer] = page.workers() as [Worker];
      await trainer.evaluate(() => {
        self.lanes = [];
        self.Worker = class extends Worker {
          constructor(url: string | URL, options?: WorkerOptions) {
            super(url, options);
            self.lanes.push(this);
          }
        };
      });
      // A run with other settings gets new rollout workers, which the test can reach.
      await story.setKnob('num_generations', '4');
      await story.train.click();
      await expect.poll(() => trainer.evaluate(() => self.lanes.length)).toBe(1);
      // Enough steps for the second worker, which starts after the first step, to take part.
      await story.expectStep((await story.step()) + 60);
      await kill(trainer);
      await expectFailure(story, 'worker-died', /ended without a word/);
      const kept = Number(/the adapter after (\d+) steps/.exec(await story.error.innerText())?.[1]);
      expect(kept).toBeGreaterThanOrEqual(10);
      const reached = await story.step();
      expect(reached).toBeGreaterThanOrEqual(kept);
      await page.getByRole('button', { name: `Open again at step ${reached}` }).click();
      await story.expectStatus('paused');
      await expect(story.stepCount).toHaveAttribute('data-step', String(reached));
      await expect.poll(() => story.points('reward')).toBe(reached);
      await story.oneStep();
      await expect(story.error).toHaveCount(0);
    });
  }
});

test('a non-finite update is skipped: the adapter is kept, and the run continues once the cause is removed', async ({
  page,
  story,
  baseURL,
}) => {
  await servePolicy(page, overflowing(await servedPolicy(baseURL ?? '')));
  await story.open(address);
  await story.oneStep();
  await story.setKnob('temperature', '0.1');
  await story.stepButton.click();
  await expectFailure(story, 'non-finite-update', /the gradient is not a finite number, so this update was not made/);
  await expect(story.error).toContainText('The charts and the adapter after 1 step.');
  await story.setKnob('temperature', '1');
  await page.getByTestId('go-on').click();
  await story.expectStatus('paused');
  await story.oneStep();
  await expect(story.stepCount).toHaveAttribute('data-step', '2');
  await expect(story.error).toHaveCount(0);
});
