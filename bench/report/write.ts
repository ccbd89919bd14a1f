/** @file Writes a report as JSON, Markdown and a drawing: under its date, and as the latest. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownOf } from './markdown.ts';
import { plotOf } from './plot.ts';
import { type BenchReport, reportSchema } from './report.ts';

/** Writes the files into `folder` and returns the Markdown. */
export function writeReport(report: BenchReport, folder: string): string {
  const checked = reportSchema.parse(report);
  const stamp = checked.date.slice(0, 16).replace(/[:T]/g, '-');
  mkdirSync(folder, { recursive: true });
  for (const name of [stamp, 'latest']) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(checked, null, 1)}\n`);
    writeFileSync(join(folder, `${name}.md`), markdownOf(checked, `${name}.svg`));
    writeFileSync(join(folder, `${name}.svg`), plotOf(checked));
  }
  return markdownOf(checked, `${stamp}.svg`);
}
