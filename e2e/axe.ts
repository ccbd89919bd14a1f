/** @file Runs axe on a page and expects nothing, or nothing serious. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './story.ts';

/** `rules`: the rules to check; without it all. */
export const expectNothingSerious = (page: Page, where: string, rules?: readonly string[]): Promise<void> =>
  expectClean(page, where, ['serious', 'critical'], rules);

/** Expects no finding of any weight. */
export const expectNothing = (page: Page, where: string): Promise<void> =>
  expectClean(page, where, ['minor', 'moderate', 'serious', 'critical']);

async function expectClean(
  page: Page,
  where: string,
  impacts: readonly string[],
  rules?: readonly string[],
): Promise<void> {
  // Finishes transitions: the contrast of a half-faded colour does not count.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
        .map(({ finished }) => finished.catch(() => {})),
    ),
  );
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules ? axe.withRules([...rules]) : axe).analyze();
  const found = violations
    .filter(({ impact }) => impacts.includes(impact ?? ''))
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
    );
  expect(found, where).toEqual([]);
}
