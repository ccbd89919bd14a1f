/** @file The gallery: every exhibit draws itself from its fixture, and axe finds nothing serious in any. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { serve } from '../scripts/serve.mjs';
import { tasks } from '../src/tasks/index.ts';
import { expectNothingSerious } from './axe.ts';
import { expect, test } from './story.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Builds the gallery, which is not part of the product, and serves it with the headers of the product. */
async function openGallery(): Promise<{ url: string; close: () => Promise<void> }> {
  const outDir = path('../.cache/gallery');
  await build({
    configFile: path('../vite.config.ts'),
    root: path('..'),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, rolldownOptions: { input: { gallery: path('../gallery.html') } } },
  });
  return serve({ root: outDir, port: 0 });
}

test('every exhibit of the gallery is present and accessible', async ({ page, story }) => {
  void story;
  // Axe reads some two hundred exhibits twice.
  test.setTimeout(400_000);
  const { url, close } = await openGallery();
  try {
    await page.goto(`${url}gallery.html`);
    const exhibits = page.locator('[data-exhibit]');
    await expect(exhibits.first()).toBeVisible();
    const names = await exhibits.evaluateAll((all) => all.map((one) => one.getAttribute('data-exhibit') ?? ''));
    expect(new Set(names).size).toBe(names.length);
    for (const status of ['empty', 'loading', 'ready', 'running', 'pausing', 'paused', 'finished', 'failed'])
      expect(names).toContain(`Transport: ${status}`);
    expect(names.filter((name) => name.startsWith('Task: ')).toSorted()).toEqual(
      tasks.map(({ id }) => `Task: ${id}`).toSorted(),
    );
    expect(names).toEqual(expect.arrayContaining(['Share', 'Store: of a file', 'Store: refused', 'Atlas: filters']));
    // Scrolls to each exhibit: some draw only when visible.
    for (const exhibit of await exhibits.all()) {
      await exhibit.scrollIntoViewIfNeeded();
      expect(
        await exhibit.evaluate((one) => one.getBoundingClientRect().height),
        (await exhibit.getAttribute('data-exhibit')) ?? '',
      ).toBeGreaterThan(30);
    }
    const ahead = page.locator('[data-exhibit="Charts: a recorded run ahead"]');
    await ahead.scrollIntoViewIfNeeded();
    await expect(ahead.getByTestId('chart-reward').locator('[data-recorded]')).toHaveAttribute('data-recorded', '60');
    await expectNothingSerious(page, 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
    // Only colours differ in the dark scheme.
    await expectNothingSerious(page, 'dark', ['color-contrast']);
  } finally {
    await close();
  }
});
