/** @file Writes a report as JSON, Markdown and a drawing: under its date, and as the latest. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownOf } from './markdown.ts';
import { plotOf } from './plot.ts';
import { type BenchReport, reportSchema } from './report.ts';

const page = (report: BenchReport, plot: string): string =>
  `# Rollout beside its peers\n\n${markdownOf(report, plot)}\n`;

/** The last report of a folder; null if none is stored. */
export function lastReport(folder: string): BenchReport | null {
  const path = join(folder, 'latest.json');
  return existsSync(path) ? reportSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
}

/** Writes the files into `folder` and returns the Markdown. */
export function writeReport(report: BenchReport, folder: string): string {
  const checked = reportSchema.parse(report);
  const stamp = checked.date.slice(0, 16).replace(/[:T]/g, '-');
  mkdirSync(folder, { recursive: true });
  for (const name of [stamp, 'latest']) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(checked, null, 1)}\n`);
    writeFileSync(join(folder, `${name}.md`), page(checked, `${name}.svg`));
    writeFileSync(join(folder, `${name}.svg`), plotOf(checked));
  }
  return page(checked, `${stamp}.svg`);
}
