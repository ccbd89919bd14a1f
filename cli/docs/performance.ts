/** @file The last stored result of `npm run bench:peers` as a part of a page in docs/. */
import { markdownOf } from '../../bench/report/markdown.ts';
import { lastReport } from '../../bench/report/write.ts';

const FOLDER = 'bench/results';

/** Tables and drawing of the last result, its headings one level below those of its own page. */
export function performanceBlock(): string {
  const report = lastReport(FOLDER);
  if (!report) return 'No result is stored: `npm run bench:peers` makes one.';
  return markdownOf(report, `../${FOLDER}/latest.svg`).replaceAll(/^##/gm, '###');
}
